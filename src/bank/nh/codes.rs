//! What NH's response codes mean: one table, and everything that is not in it is **unknown**.
//!
//! A code proves something only as the answer to a certain question, so every row names its questions. A refusal is
//! written here only where the code says that nothing was done; where money may have moved, the row says unknown.

use crate::bank::RefusalKind;

/// It was done.
pub const SUCCESS: &str = "00000";

/// The bank timed out inside: "confirm a withdrawal or deposit by the result inquiry".
pub const TIMED_OUT_INSIDE: &str = "AT999";
/// An error inside the open platform: confirm by the result inquiry.
pub const PLATFORM_ERROR: &str = "AC999";
/// The same text as `AC999`.
pub const PLATFORM_ERROR_ALSO: &str = "A9999";
/// "Another error occurred": confirm by the result inquiry.
pub const OTHER_ERROR: &str = "A9998";
/// "An error occurred while processing": confirm by the result inquiry.
pub const PROCESSING_ERROR: &str = "AP999";
/// This trace number was seen today already. An earlier request with it exists, and may have moved money.
pub const DUPLICATE_TRACE_NUMBER: &str = "AC081";
/// The same, of an issue whose first request differed.
pub const DUPLICATE_ISSUE: &str = "AC082";

/// The fin account of this register number is still being issued.
pub const STILL_ISSUING: &str = "A0017";
/// The issue was asked for again before its first answer left.
pub const ISSUE_IN_PROGRESS: &str = "A0082";
/// A deposit is still being processed. Described for sibling inquiries; taken to hold for ours.
pub const DEPOSIT_IN_PROGRESS: &str = "A0050";

/// The holder never consented to share financial data.
pub const CONSENT_MISSING: &str = "AI001";
/// The consent ran out.
pub const CONSENT_EXPIRED: &str = "AI002";

// Seen in one public project each, not in the bank's own description. To be confirmed with the bank.

/// The account holds too little.
pub const INSUFFICIENT_BALANCE: &str = "00133";
/// The account has a fin account with us already.
pub const ALREADY_REGISTERED: &str = "A0013";
/// The statement has no rows.
pub const NO_ROWS: &str = "A0090";
/// Outside the service hours.
pub const OUT_OF_SERVICE_HOURS: &str = "AC002";

// The bank has codes for these, and they are not public. Ours stand in a family that the bank does not use, so that no
// real code can be mistaken for them; the simulator speaks them. To be replaced when the contract tells the real ones.

/// The account is closed, suspended or not registered.
pub const ACCOUNT_UNUSABLE: &str = "ZZ001";
/// Above the bank's own limit.
pub const OVER_BANK_LIMIT: &str = "ZZ002";
/// No such fin account was issued.
pub const FIN_ACCOUNT_INVALID: &str = "ZZ003";
/// The inquiry found no such transaction.
pub const NO_SUCH_TRANSACTION: &str = "ZZ004";
/// The access token or the institution is not known.
pub const NOT_AUTHORISED: &str = "ZZ005";
/// A field is missing or malformed.
pub const BAD_FIELD: &str = "ZZ006";
/// Account and birth date do not belong together.
pub const HOLDER_MISMATCH: &str = "ZZ007";

/// What a code answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// A withdrawal or a deposit: `Rpcd` of the answer.
    MoveMoney,
    /// What became of a transfer, the original's own code: `Pcrs`.
    Original,
    /// What became of a transfer, the inquiry's own code: `Rpcd`. A refusal here says nothing of the original.
    Inquiry,
    /// Issuing a fin account, and asking for it.
    Issue,
    /// A balance, a statement, a holder's name.
    Read,
}

/// What a code proves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// It was done.
    Done,
    /// It was not done.
    Refused(RefusalKind),
    /// The bank is still at it.
    Processing,
    /// There is no such transaction.
    NoSuchTransaction,
    /// The statement is empty.
    NoRows,
    /// Nothing.
    Unknown,
}

const ALL: &[Question] = &[
    Question::MoveMoney,
    Question::Original,
    Question::Inquiry,
    Question::Issue,
    Question::Read,
];
/// Where a refusal is about the transfer itself.
const TRANSFER: &[Question] = &[Question::MoveMoney, Question::Original];
/// Where an account is named. Not the inquiry's own code: what is wrong with it says nothing of the original.
const ACCOUNT: &[Question] = &[Question::MoveMoney, Question::Original, Question::Issue, Question::Read];

struct Row {
    code: &'static str,
    asked: &'static [Question],
    meaning: Meaning,
}

const fn row(code: &'static str, asked: &'static [Question], meaning: Meaning) -> Row {
    Row { code, asked, meaning }
}

const fn refusal(code: &'static str, asked: &'static [Question], kind: RefusalKind) -> Row {
    row(code, asked, Meaning::Refused(kind))
}

/// The table. The unknown ones are written out too: they are the bank's answer, and a decision of ours.
const TABLE: &[Row] = &[
    row(SUCCESS, ALL, Meaning::Done),
    row(TIMED_OUT_INSIDE, ALL, Meaning::Unknown),
    row(PLATFORM_ERROR, ALL, Meaning::Unknown),
    row(PLATFORM_ERROR_ALSO, ALL, Meaning::Unknown),
    row(OTHER_ERROR, ALL, Meaning::Unknown),
    row(PROCESSING_ERROR, ALL, Meaning::Unknown),
    // A repeated number is no refusal: what it repeats may have moved money.
    row(DUPLICATE_TRACE_NUMBER, ALL, Meaning::Unknown),
    row(DUPLICATE_ISSUE, ALL, Meaning::Unknown),
    row(
        DEPOSIT_IN_PROGRESS,
        &[Question::Inquiry, Question::Original],
        Meaning::Processing,
    ),
    row(
        NO_SUCH_TRANSACTION,
        &[Question::Inquiry, Question::Original],
        Meaning::NoSuchTransaction,
    ),
    row(NO_ROWS, &[Question::Read], Meaning::NoRows),
    refusal(STILL_ISSUING, &[Question::Issue], RefusalKind::StillIssuing),
    refusal(ISSUE_IN_PROGRESS, &[Question::Issue], RefusalKind::StillIssuing),
    refusal(ALREADY_REGISTERED, &[Question::Issue], RefusalKind::AlreadyRegistered),
    refusal(HOLDER_MISMATCH, &[Question::Issue], RefusalKind::HolderMismatch),
    refusal(INSUFFICIENT_BALANCE, TRANSFER, RefusalKind::InsufficientBalance),
    refusal(OVER_BANK_LIMIT, TRANSFER, RefusalKind::OverBankLimit),
    refusal(ACCOUNT_UNUSABLE, ACCOUNT, RefusalKind::AccountUnusable),
    refusal(FIN_ACCOUNT_INVALID, ACCOUNT, RefusalKind::FinAccountInvalid),
    refusal(CONSENT_MISSING, ALL, RefusalKind::ConsentRequired),
    refusal(CONSENT_EXPIRED, ALL, RefusalKind::ConsentRequired),
    refusal(OUT_OF_SERVICE_HOURS, ALL, RefusalKind::OutOfServiceHours),
    refusal(NOT_AUTHORISED, ALL, RefusalKind::Other),
    refusal(BAD_FIELD, ALL, RefusalKind::Other),
];

/// What `code` proves as the answer to this question. A code that nobody told us of proves nothing.
#[must_use]
pub fn meaning(code: &str, asked: Question) -> Meaning {
    TABLE
        .iter()
        .find(|row| row.code == code && row.asked.contains(&asked))
        .map_or(Meaning::Unknown, |row| row.meaning)
}
