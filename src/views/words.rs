//! The closed sets of words that pages put into plain language, each with a text `prefix-word` in both languages.
//!
//! Several of them are stored as text. A page must not fail because a row holds a word it does not know, so each set
//! has one value for all others.

use crate::models::kinds::{Actor, Deed, EventType, FailureCode, StaffDeed, SubjectKind};

/// Makes an enum whose value is read from a stored word and written as the same word.
macro_rules! words {
    (
        $(#[$doc:meta])* $name:ident, texts = $prefix:literal {
            $($(#[$variant_doc:meta])* $variant:ident = $word:literal),+ $(,)?
        } else $other:ident
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
        pub enum $name {
            $($(#[$variant_doc])* #[serde(rename = $word)] $variant),+,
            /// A word this page does not know.
            #[serde(rename = "other")]
            $other,
        }

        impl $name {
            pub const ALL: &'static [Self] = &[$(Self::$variant),+, Self::$other];

            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word),+,
                    Self::$other => "other",
                }
            }

            /// The keys of its texts, for tests.
            #[must_use]
            pub fn text_keys() -> Vec<String> {
                Self::ALL.iter().map(|word| format!(concat!($prefix, "{}"), word.as_str())).collect()
            }

            /// The value of a stored word.
            #[must_use]
            pub fn from_word(word: &str) -> Self {
                match word {
                    $($word => Self::$variant,)+
                    _ => Self::$other,
                }
            }
        }
    };
}

words!(
    /// Why an account is not linked (yet).
    LinkProblem, texts = "link-problem-" {
        NoSuchAccount = "no_such_account",
        /// Its holder has another name than the member.
        OtherHolder = "other_holder",
        BirthDateMismatch = "birth_date_mismatch",
        ConsentRequired = "consent_required",
        AlreadyRegistered = "already_registered",
        /// Linked here by somebody else.
        Taken = "taken",
        StillIssuing = "still_issuing",
        BankUnavailable = "bank_unavailable",
        NoAnswer = "no_answer",
        BankTrouble = "bank_trouble",
        BankRefused = "bank_refused",
        OutsideServiceHours = "outside_service_hours",
        /// Too many accounts of others were asked about.
        TooManyChecks = "too_many_checks",
    } else Other
);

words!(
    /// Why the bank told no statement.
    StatementProblem, texts = "statement-problem-" {
        NoSuchAccount = "no_such_account",
        ConsentRequired = "consent_required",
        BankUnavailable = "bank_unavailable",
        NoAnswer = "no_answer",
        BankTrouble = "bank_trouble",
        BankRefused = "bank_refused",
        OutsideServiceHours = "outside_service_hours",
        /// Too many were asked for.
        TooManyChecks = "too_many_checks",
    } else Other
);

words!(
    /// Why a fresh balance did not come.
    BalanceProblem, texts = "balance-problem-" {
        BankSlow = "bank_slow",
        BankUnavailable = "bank_unavailable",
        OutsideServiceHours = "outside_service_hours",
        ConsentRequired = "consent_required",
        BankRefused = "bank_refused",
        /// The account is still pending.
        NotLinked = "not_linked",
    } else Other
);

words!(
    /// Why nothing is proven: `UnknownReason` of the bank, or what of its answer is not what was asked.
    UnknownWord, texts = "unknown-" {
        TimedOut = "timed_out",
        ConnectionLost = "connection_lost",
        HttpStatus = "http_status",
        UnclearAnswer = "unclear_answer",
        BankSaysUnknown = "bank_says_unknown",
        WorkerDied = "worker_died",
        OtherTraceNumber = "other_trace_number",
        ForgottenClaim = "forgotten_claim",
        OtherAmount = "other_amount",
        OtherAccount = "other_account",
        OtherDirection = "other_direction",
        TakenBack = "taken_back",
        FoundTwice = "found_twice",
        InquiryGaveUp = "inquiry_gave_up",
        NotInquirable = "not_inquirable",
    } else Other
);

words!(
    /// What a call to the bank asked for.
    Operation, texts = "operation-" {
        OpenFinAccount = "open_fin_account",
        CheckFinAccount = "check_fin_account",
        Balance = "balance",
        Withdraw = "withdraw",
        Deposit = "deposit",
        Inquire = "inquire",
        HolderName = "holder_name",
        Statement = "statement",
    } else Other
);

words!(
    /// How a call to the bank ended.
    CallOutcome, texts = "outcome-" {
        Succeeded = "succeeded",
        Refused = "refused",
        NotSent = "not_sent",
        Unknown = "unknown",
        /// An inquiry had its answer, which is not the success of what it asks about.
        Answered = "answered",
        /// Of an inquiry: the original was done.
        Moved = "moved",
        /// Of an inquiry: the bank is still at it.
        Processing = "processing",
        /// Of an inquiry: the bank knows no such transaction.
        NoSuchTransaction = "no_such_transaction",
        /// No end is stored: the call runs, or its worker died with it in hand.
        Open = "open",
    } else Other
);

words!(
    /// What a response code of the bank means. Codes outside the table prove nothing.
    BankCode, texts = "bank-code-" {
        Done = "00000",
        TimedOut = "AT999",
        CommonError = "AC999",
        PlatformError = "A9999",
        OtherError = "A9998",
        SystemError = "AP999",
        TraceUsedTwice = "AC081",
        OutsideServiceHours = "AC002",
        StillIssuing = "A0017",
        IssueRunning = "A0082",
        TransferRunning = "A0050",
        AlreadyRegistered = "A0013",
        NoRows = "A0090",
        ConsentMissing = "AI001",
        ConsentEnded = "AI002",
    } else Other
);

words!(
    /// Why an attempt at telling a partner failed.
    AttemptFailure, texts = "attempt-failure-" {
        RefusedTarget = "refused_target",
        NameNotFound = "name_not_found",
        NotConnected = "not_connected",
        ConnectionLost = "connection_lost",
        Timeout = "timeout",
        Redirect = "redirect",
        Gone = "gone",
        NotAccepted = "not_accepted",
        NotSigned = "not_signed",
    } else Other
);

words!(
    /// What of a transfer does not fit in the books: `Flaw::kind`, without those that are of no transfer.
    FlawWord, texts = "flaw-" {
        VersionGap = "version_gap",
        HashDiffers = "hash_differs",
        HeadDiffers = "head_differs",
        RowDiffers = "row_differs",
        VersionDiffers = "version_differs",
        PreviousStateDiffers = "previous_state_differs",
        WayNotAllowed = "way_not_allowed",
        TimeGoesBack = "time_goes_back",
        ColumnDiffers = "column_differs",
        RefundsDiffer = "refunds_differ",
        RefundsNotTold = "refunds_not_told",
        RefundsExceedPayment = "refunds_exceed_payment",
        RefundOfOther = "refund_of_other",
        RefundOfNothing = "refund_of_nothing",
        MoneyCalls = "money_calls",
        CallOfOther = "call_of_other",
        TraceDiffers = "trace_differs",
        TraceUsedTwice = "trace_used_twice",
        AnswerDiffers = "answer_differs",
        NoEvidence = "no_evidence",
        KeyCount = "key_count",
        KeyOfOther = "key_of_other",
        BankMovedNothing = "bank_moved_nothing",
        BankMovedAnyway = "bank_moved_anyway",
        BankMovedOther = "bank_moved_other",
        BankTookBack = "bank_took_back",
    } else Other
);

/// The keys of the texts of every word, for tests: a word that no sample shows needs its text as well.
#[must_use]
pub fn text_keys() -> Vec<String> {
    [
        LinkProblem::text_keys(),
        StatementProblem::text_keys(),
        BalanceProblem::text_keys(),
        UnknownWord::text_keys(),
        keys("failure-", FailureCode::ALL, FailureCode::as_str),
        keys("cause-", FailureCode::ALL, FailureCode::as_str),
        keys("event-", EventType::ALL, EventType::as_str),
        // A member is told of the same events in other words than staff.
        keys("step-payment-", EventType::TOLD_TO_MEMBERS, EventType::as_str),
        keys("step-refund-", EventType::TOLD_TO_MEMBERS, EventType::as_str),
        keys("actor-", Actor::ALL, Actor::as_str),
        Operation::text_keys(),
        CallOutcome::text_keys(),
        BankCode::text_keys(),
        AttemptFailure::text_keys(),
        FlawWord::text_keys(),
        keys("partner-failure-", FailureCode::ALL, FailureCode::as_str),
        keys("deed-", Deed::ALL, Deed::as_str),
        keys("staff-deed-", StaffDeed::ALL, StaffDeed::as_str),
        keys("subject-", SubjectKind::ALL, SubjectKind::as_str),
    ]
    .concat()
}

/// The keys of the texts of what the database holds as a closed set.
fn keys<T: Copy>(prefix: &str, all: &[T], word: fn(T) -> &'static str) -> Vec<String> {
    all.iter().map(|value| format!("{prefix}{}", word(*value))).collect()
}

#[cfg(test)]
mod tests {
    use super::LinkProblem;

    #[test]
    fn a_stored_word_is_read_back_and_an_unknown_one_is_other() {
        for problem in LinkProblem::ALL {
            assert_eq!(LinkProblem::from_word(problem.as_str()), *problem);
        }
        assert_eq!(LinkProblem::from_word("new_word"), LinkProblem::Other);
    }
}
