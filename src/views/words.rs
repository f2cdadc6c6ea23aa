//! The closed sets of words that pages put into plain language, each with a text `prefix-word` in both languages.
//!
//! Several of them are stored as text. A page must not fail because a row holds a word it does not know, so each set
//! has one value for all others.

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
        ConsentRequired = "consent_required",
        AlreadyRegistered = "already_registered",
        StillIssuing = "still_issuing",
        BankUnavailable = "bank_unavailable",
        BankRefused = "bank_refused",
        OutsideServiceHours = "outside_service_hours",
        /// The member has this account here already.
        Duplicate = "duplicate",
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
    /// Why a transfer failed: `failure.code` of the API.
    FailureCode, texts = "failure-" {
        InsufficientBalance = "insufficient_balance",
        AccountUnusable = "account_unusable",
        FinAccountInvalid = "fin_account_invalid",
        OverBankLimit = "over_bank_limit",
        ConsentRequired = "consent_required",
        BankRefused = "bank_refused",
        NotSent = "not_sent",
        BankNeverReceived = "bank_never_received",
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
        OtherAmount = "other_amount",
        OtherAccount = "other_account",
        InquiryGaveUp = "inquiry_gave_up",
        NotInquirable = "not_inquirable",
    } else Other
);

words!(
    /// What happened to a transfer: `event_type` of its events.
    EventType, texts = "event-" {
        Created = "created",
        Claimed = "claimed",
        Succeeded = "succeeded",
        Failed = "failed",
        Unknown = "unknown",
        NeedsReview = "needs_review",
        Canceled = "canceled",
        Expired = "expired",
        Inquired = "inquired",
        Note = "note",
        RefundRequested = "refund_requested",
        RefundSucceeded = "refund_succeeded",
        RefundFailed = "refund_failed",
    } else Other
);

words!(
    /// Who did it. A stored actor may name somebody after a colon, as in `staff:…`.
    Actor, texts = "actor-" {
        Partner = "partner",
        Member = "member",
        Worker = "worker",
        Sweeper = "sweeper",
        Inquiry = "inquiry",
        Staff = "staff",
        System = "system",
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

/// The keys of the texts of every word, for tests: a word that no sample shows needs its text as well.
#[must_use]
pub fn text_keys() -> Vec<String> {
    [
        LinkProblem::text_keys(),
        BalanceProblem::text_keys(),
        FailureCode::text_keys(),
        UnknownWord::text_keys(),
        EventType::text_keys(),
        Actor::text_keys(),
        Operation::text_keys(),
        CallOutcome::text_keys(),
        BankCode::text_keys(),
    ]
    .concat()
}

impl Actor {
    /// The kind of a stored actor: what stands before its colon.
    #[must_use]
    pub fn of(stored: &str) -> Self {
        Self::from_word(stored.split(':').next().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::{Actor, FailureCode};

    #[test]
    fn a_stored_word_is_read_back_and_an_unknown_one_is_other() {
        for code in FailureCode::ALL {
            assert_eq!(FailureCode::from_word(code.as_str()), *code);
        }
        assert_eq!(FailureCode::from_word("new_word"), FailureCode::Other);
        assert_eq!(Actor::of("staff:019a"), Actor::Staff);
        assert_eq!(Actor::of(""), Actor::Other);
    }
}
