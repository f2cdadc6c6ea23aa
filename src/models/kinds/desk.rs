//! The words of the desk: what staff do, and with what.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

word_enum!(
    /// What staff looked at or did at the desk.
    StaffDeed {
        Searched = "searched",
        /// A page of the list, which shows whose they are, their data masked.
        PaymentsListed = "payments_listed",
        PaymentSeen = "payment_seen",
        MemberSeen = "member_seen",
        PartnerSeen = "partner_seen",
        /// Personal data was shown whole, for a minute and a reason.
        Unmasked = "unmasked",
        Exported = "exported",
        RefundMade = "refund_made",
        /// Over what one person may give back: a second one decides.
        RefundAsked = "refund_asked",
        RefundApproved = "refund_approved",
        RefundRejected = "refund_rejected",
        /// Whoever asked for it took it back.
        RefundWithdrawn = "refund_withdrawn",
        Canceled = "canceled",
        BankAsked = "bank_asked",
        Corrected = "corrected",
        WebhookResent = "webhook_resent",
        NoteAdded = "note_added",
        TagAdded = "tag_added",
        TagRemoved = "tag_removed",
        ReviewTaken = "review_taken",
        ReviewReleased = "review_released",
        DeadLetterRedriven = "dead_letter_redriven",
        DeadLetterClosed = "dead_letter_closed",
        MismatchClosed = "mismatch_closed",
        PartnerStopped = "partner_stopped",
        PartnerResumed = "partner_resumed",
        MandateRevoked = "mandate_revoked",
        NoticeChanged = "notice_changed",
        /// Somebody may work at the desk from now on.
        StaffLetIn = "staff_let_in",
        /// Somebody of staff was given a new password, and maybe another role or name.
        StaffChanged = "staff_changed",
        /// Somebody of staff is none any more.
        StaffLetOut = "staff_let_out",
        FactorEnrolled = "factor_enrolled",
        FactorReset = "factor_reset",
        RecoveryCodeUsed = "recovery_code_used",
        LimitsChanged = "limits_changed",
        WindowEntered = "window_entered",
        WindowEnded = "window_ended",
    }
);

impl StaffDeed {
    /// Whether nothing was changed by it: somebody saw something.
    #[must_use]
    pub const fn is_look(self) -> bool {
        matches!(
            self,
            Self::Searched
                | Self::PaymentsListed
                | Self::PaymentSeen
                | Self::MemberSeen
                | Self::PartnerSeen
                | Self::Unmasked
                | Self::Exported
        )
    }
}

word_enum!(
    /// What a deed of staff was done with.
    SubjectKind {
        Payment = "payment",
        Refund = "refund",
        Member = "member",
        Partner = "partner",
        Mandate = "mandate",
        Delivery = "delivery",
        DeadLetter = "dead_letter",
        Notice = "notice",
        Staff = "staff",
        Bank = "bank",
        /// A list of payments, as its filter says.
        List = "list",
    }
);

word_enum!(
    /// How a refund that needs a second person stands.
    ApprovalState {
        Waiting = "waiting",
        Approved = "approved",
        Rejected = "rejected",
        /// Whoever asked for it took it back.
        Withdrawn = "withdrawn",
    }
);

word_enum!(
    /// What kind of time the bank does not work in.
    WindowKind {
        Once = "once",
        /// A day on which the windows of holidays hold.
        Holiday = "holiday",
    }
);
