//! The closed sets of words that columns hold.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// Makes an enum that is stored, sent and shown as the same lower-case word.
macro_rules! word_enum {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
        #[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))")]
        pub enum $name {
            $($(#[$variant_doc])* #[sea_orm(string_value = $word)] #[serde(rename = $word)] $variant),+
        }

        impl $name {
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word),+
                }
            }

            /// The value of a word, `None` for any other text.
            #[must_use]
            pub fn parse(word: &str) -> Option<Self> {
                match word {
                    $($word => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }
    };
}

mod desk;

pub use desk::{ApprovalState, StaffDeed, SubjectKind, WindowKind};

word_enum!(
    /// What a user may do.
    Role {
        Member = "member",
        Cs = "cs",
        CsLead = "cs_lead",
        Operator = "operator",
        Auditor = "auditor",
        /// Somebody of a partner's, at the console.
        Partner = "partner",
    }
);

impl Role {
    /// Those who work at the desk.
    pub const STAFF: [Self; 4] = [Self::Cs, Self::CsLead, Self::Operator, Self::Auditor];

    /// Whether this is one of ours, neither a member nor a partner.
    #[must_use]
    pub const fn is_staff(self) -> bool {
        !matches!(self, Self::Member | Self::Partner)
    }
}

word_enum!(
    /// Why a session opens nothing any more, though its time was not over.
    EndReason {
        SignedOut = "signed_out",
        /// Its user signed in again in the same browser.
        Replaced = "replaced",
        /// Its user ended it from another device.
        EndedByOwner = "ended_by_owner",
        PasswordChanged = "password_changed",
        /// A refresh token came that was rotated away long before: two have it, and one of them is not the owner.
        Reused = "reused",
        Withdrawn = "withdrawn",
        /// Somebody of staff got a new second factor.
        FactorReset = "factor_reset",
        /// Its user works at the desk no more.
        LetOut = "let_out",
    }
);

word_enum!(
    /// Whether a key and what it made are for trial or for real money.
    Mode { Test = "test", Live = "live" }
);

word_enum!(
    /// How far a bank account's link has come.
    AccountState {
        /// The fin account is not issued yet; the member can go on where it stopped.
        Pending = "pending",
        Active = "active",
    }
);

word_enum!(
    /// How a mandate stands.
    MandateStatus { Pending = "pending", Active = "active", Revoked = "revoked" }
);

word_enum!(
    /// Whose limit it is.
    LimitScope { Mandate = "mandate", Member = "member", Partner = "partner" }
);

word_enum!(
    /// Which way the money goes.
    TransferKind {
        /// From the member's account to us.
        Payment = "payment",
        /// From us back to the member's account, always of a payment.
        Refund = "refund",
    }
);

word_enum!(
    /// The state of a transfer; `docs/transfer-states.md` draws the ways between them.
    TransferState {
        Queued = "queued",
        Executing = "executing",
        Succeeded = "succeeded",
        Failed = "failed",
        Unknown = "unknown",
        NeedsReview = "needs_review",
        Canceled = "canceled",
        Expired = "expired",
    }
);

word_enum!(
    /// Whether money moved, the answer that every error and every transfer carries.
    MoneyMoved { Yes = "yes", No = "no", Unknown = "unknown" }
);

impl TransferState {
    /// Whether only a correction by staff changes it again.
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed | Self::Canceled | Self::Expired)
    }

    /// What this state proves of the money. A state that may change by evidence proves nothing yet.
    #[must_use]
    pub const fn money_moved(self) -> MoneyMoved {
        match self {
            Self::Succeeded => MoneyMoved::Yes,
            Self::Queued | Self::Failed | Self::Canceled | Self::Expired => MoneyMoved::No,
            Self::Executing | Self::Unknown | Self::NeedsReview => MoneyMoved::Unknown,
        }
    }
}

word_enum!(
    /// What happened to a transfer, one word a row of its history.
    EventType {
        Created = "created",
        /// A worker took it; the bank call follows.
        Claimed = "claimed",
        Succeeded = "succeeded",
        Failed = "failed",
        Unknown = "unknown",
        NeedsReview = "needs_review",
        Canceled = "canceled",
        Expired = "expired",
        /// The bank was asked and its answer settled nothing.
        Inquired = "inquired",
        /// Something worth telling that changed nothing, such as a late answer.
        Note = "note",
        /// Of a payment: a refund of it was accepted, and its amount reserved.
        RefundRequested = "refund_requested",
        /// Of a payment: the money of a refund went back.
        RefundSucceeded = "refund_succeeded",
        /// Of a payment: a refund failed, and its amount is free again.
        RefundFailed = "refund_failed",
        /// A person decided, with a reason and evidence: the one way out of a final state.
        Corrected = "corrected",
    }
);

impl EventType {
    /// What a member is told of: not our questions to the bank, and refunds in their own rows.
    pub const TOLD_TO_MEMBERS: &'static [Self] = &[
        Self::Created,
        Self::Claimed,
        Self::Succeeded,
        Self::Failed,
        Self::Unknown,
        Self::NeedsReview,
        Self::Canceled,
        Self::Expired,
        Self::Corrected,
    ];
}

word_enum!(
    /// What a partner is told, in the words of the API.
    PartnerEventType {
        PaymentSucceeded = "payment.succeeded",
        PaymentFailed = "payment.failed",
        PaymentUnknown = "payment.unknown",
        PaymentNeedsReview = "payment.needs_review",
        PaymentCanceled = "payment.canceled",
        PaymentExpired = "payment.expired",
        PaymentRefunded = "payment.refunded",
        PaymentCorrected = "payment.corrected",
        RefundSucceeded = "refund.succeeded",
        RefundFailed = "refund.failed",
        RefundUnknown = "refund.unknown",
        RefundNeedsReview = "refund.needs_review",
        MandateActivated = "mandate.activated",
        MandateRevoked = "mandate.revoked",
        CheckoutCompleted = "checkout.completed",
        CheckoutExpired = "checkout.expired",
        /// Asked for by the partner, of one endpoint, which alone is told.
        EndpointTest = "endpoint.test",
    }
);

word_enum!(
    /// How a hosted checkout stands.
    CheckoutStatus {
        Open = "open",
        /// A member confirmed it: its payment is under way, or at its end.
        Completed = "completed",
        Expired = "expired",
    }
);

word_enum!(
    /// How an endpoint of a partner stands.
    EndpointStatus {
        Active = "active",
        /// What happens is kept for it, and told when it goes on.
        Paused = "paused",
        Deleted = "deleted",
    }
);

word_enum!(
    /// Why an endpoint is paused.
    PausedReason {
        ByPartner = "by_partner",
        /// It answered 410.
        Gone = "gone",
    }
);

word_enum!(
    /// How telling an endpoint of an event stands.
    DeliveryStatus {
        Pending = "pending",
        Delivered = "delivered",
        /// Given up after the last attempt.
        Failed = "failed",
    }
);

word_enum!(
    /// What a key may do.
    Scope {
        PaymentsRead = "payments:read",
        PaymentsWrite = "payments:write",
        RefundsWrite = "refunds:write",
        MandatesRead = "mandates:read",
        MandatesWrite = "mandates:write",
        EventsRead = "events:read",
        WebhooksWrite = "webhooks:write",
    }
);

word_enum!(
    /// What was done with a partner's keys, addresses or people, at its console or by an operator.
    Deed {
        PartnerMade = "partner_made",
        UserMade = "user_made",
        /// The user's password was replaced by one that an operator hands over.
        PasswordGiven = "password_given",
        KeyMade = "key_made",
        KeyRotated = "key_rotated",
        KeyEnded = "key_ended",
        ReturnUrlAdded = "return_url_added",
        ReturnUrlRemoved = "return_url_removed",
        EndpointMade = "endpoint_made",
        EndpointChanged = "endpoint_changed",
        EndpointPaused = "endpoint_paused",
        EndpointResumed = "endpoint_resumed",
        EndpointDeleted = "endpoint_deleted",
        SecretRotated = "secret_rotated",
        SecretShown = "secret_shown",
        TestSent = "test_sent",
        Redelivered = "redelivered",
    }
);

word_enum!(
    /// Who made something happen.
    Actor {
        Partner = "partner",
        Member = "member",
        Worker = "worker",
        Sweeper = "sweeper",
        Inquiry = "inquiry",
        Staff = "staff",
        System = "system",
    }
);

word_enum!(
    /// Why a transfer failed, in the words of the API.
    FailureCode {
        InsufficientBalance = "insufficient_balance",
        AccountUnusable = "account_unusable",
        FinAccountInvalid = "fin_account_invalid",
        OverBankLimit = "over_bank_limit",
        ConsentRequired = "consent_required",
        BankRefused = "bank_refused",
        /// It is proven that the request never left.
        NotSent = "not_sent",
        /// The bank knew of no such transaction, several times over some time.
        BankNeverReceived = "bank_never_received",
    }
);
