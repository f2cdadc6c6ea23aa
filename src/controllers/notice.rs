//! What a page tells once after a form was answered with a redirect: one word in a cookie, never a text from outside.

use axum::http::HeaderMap;
use axum::response::Response;

use super::cookies;
use super::extractors::htmx;
use crate::services::Services;
use crate::views::frame::{Notice, Tone};
use crate::views::i18n::{Language, TextArgs, text};

/// Carries one [`NoticeWord`] to the next page.
pub const NOTICE_COOKIE: &str = "naru_notice";
/// The next page comes at once, or never.
const KEPT_SECS: i64 = 60;

/// What can be told; the texts are `notice-…` in `notice.ftl`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeWord {
    SignedUp,
    SignedOut,
    LinkInHand,
    LinkKnown,
    LinkTooOften,
    AccountKnown,
    UnlinkUnsettled,
    NicknameSaved,
    AccountUnlinked,
    AccountUnlinkedConsentEnded,
    Corrected,
    ChangedMeanwhile,
    NotCorrectable,
    HasRefunds,
    RefundExceedsPaid,
    CodeSentAgain,
    PhoneStepOver,
    PasswordReset,
    MemberNicknameSaved,
    NumberChanged,
    DeviceSignedOut,
    OthersSignedOut,
    AllSignedOut,
    PasswordChanged,
    Withdrawn,
    MandateLimitsSaved,
    MandateRevoked,
    MandateEnded,
    AnnouncementSaved,
    AnnouncementEnded,
    KeyEnded,
    KeyEndedBefore,
    KeyNotRotated,
    ReturnUrlAdded,
    ReturnUrlRemoved,
    WebhookSaved,
    WebhookPaused,
    WebhookResumed,
    WebhookDeleted,
    WebhookTestSent,
    OldSecretEnded,
    Redelivering,
    RedeliveringSome,
    NothingToRedeliver,
    FormSentBefore,
    RefundMade,
    RefundAsked,
    RefundApproved,
    RefundRejected,
    RefundWithdrawn,
    PaymentCanceled,
    BankAnswered,
    BankAnswerNeedsReview,
    BankDoesNotKnow,
    BankBeingAsked,
    WebhookResent,
    NoteAdded,
    TagAdded,
    TagRemoved,
    DoneBefore,
    PartnerStopped,
    PartnerResumed,
    ReviewTaken,
    ReviewReleased,
    ReviewOver,
    LetterRedriven,
    LetterNothingToDo,
    LetterClosed,
    LetterGone,
    LetterStays,
    BrokerAway,
    MismatchClosed,
    RecoveryCodeUsed,
    FactorReset,
    FactorNotThere,
    LimitsChanged,
    WindowEntered,
    WindowEnded,
}

impl NoticeWord {
    pub const ALL: [Self; 78] = [
        Self::SignedUp,
        Self::SignedOut,
        Self::LinkInHand,
        Self::LinkKnown,
        Self::LinkTooOften,
        Self::AccountKnown,
        Self::UnlinkUnsettled,
        Self::NicknameSaved,
        Self::AccountUnlinked,
        Self::AccountUnlinkedConsentEnded,
        Self::Corrected,
        Self::ChangedMeanwhile,
        Self::NotCorrectable,
        Self::HasRefunds,
        Self::RefundExceedsPaid,
        Self::CodeSentAgain,
        Self::PhoneStepOver,
        Self::PasswordReset,
        Self::MemberNicknameSaved,
        Self::NumberChanged,
        Self::DeviceSignedOut,
        Self::OthersSignedOut,
        Self::AllSignedOut,
        Self::PasswordChanged,
        Self::Withdrawn,
        Self::MandateLimitsSaved,
        Self::MandateRevoked,
        Self::MandateEnded,
        Self::AnnouncementSaved,
        Self::AnnouncementEnded,
        Self::KeyEnded,
        Self::KeyEndedBefore,
        Self::KeyNotRotated,
        Self::ReturnUrlAdded,
        Self::ReturnUrlRemoved,
        Self::WebhookSaved,
        Self::WebhookPaused,
        Self::WebhookResumed,
        Self::WebhookDeleted,
        Self::WebhookTestSent,
        Self::OldSecretEnded,
        Self::Redelivering,
        Self::RedeliveringSome,
        Self::NothingToRedeliver,
        Self::FormSentBefore,
        Self::RefundMade,
        Self::RefundAsked,
        Self::RefundApproved,
        Self::RefundRejected,
        Self::RefundWithdrawn,
        Self::PaymentCanceled,
        Self::BankAnswered,
        Self::BankAnswerNeedsReview,
        Self::BankDoesNotKnow,
        Self::BankBeingAsked,
        Self::WebhookResent,
        Self::NoteAdded,
        Self::TagAdded,
        Self::TagRemoved,
        Self::DoneBefore,
        Self::PartnerStopped,
        Self::PartnerResumed,
        Self::ReviewTaken,
        Self::ReviewReleased,
        Self::ReviewOver,
        Self::LetterRedriven,
        Self::LetterNothingToDo,
        Self::LetterClosed,
        Self::LetterGone,
        Self::LetterStays,
        Self::BrokerAway,
        Self::MismatchClosed,
        Self::RecoveryCodeUsed,
        Self::FactorReset,
        Self::FactorNotThere,
        Self::LimitsChanged,
        Self::WindowEntered,
        Self::WindowEnded,
    ];

    const fn facts(self) -> (&'static str, Tone) {
        match self {
            Self::SignedUp => ("signed-up", Tone::Success),
            Self::SignedOut => ("signed-out", Tone::Info),
            Self::LinkInHand => ("link-in-hand", Tone::Warning),
            Self::LinkKnown => ("link-known", Tone::Info),
            Self::LinkTooOften => ("link-too-often", Tone::Warning),
            Self::AccountKnown => ("account-known", Tone::Info),
            Self::UnlinkUnsettled => ("unlink-unsettled", Tone::Warning),
            Self::NicknameSaved => ("nickname-saved", Tone::Success),
            Self::AccountUnlinked => ("account-unlinked", Tone::Success),
            Self::AccountUnlinkedConsentEnded => ("account-unlinked-consent-ended", Tone::Warning),
            Self::Corrected => ("corrected", Tone::Success),
            Self::ChangedMeanwhile => ("changed-meanwhile", Tone::Warning),
            Self::NotCorrectable => ("not-correctable", Tone::Warning),
            Self::HasRefunds => ("has-refunds", Tone::Warning),
            Self::RefundExceedsPaid => ("refund-exceeds-paid", Tone::Warning),
            Self::CodeSentAgain => ("code-sent-again", Tone::Info),
            Self::PhoneStepOver => ("phone-step-over", Tone::Warning),
            Self::PasswordReset => ("password-reset", Tone::Success),
            Self::MemberNicknameSaved => ("member-nickname-saved", Tone::Success),
            Self::NumberChanged => ("number-changed", Tone::Success),
            Self::DeviceSignedOut => ("device-signed-out", Tone::Success),
            Self::OthersSignedOut => ("others-signed-out", Tone::Success),
            Self::AllSignedOut => ("all-signed-out", Tone::Info),
            Self::PasswordChanged => ("password-changed", Tone::Success),
            Self::Withdrawn => ("withdrawn", Tone::Info),
            Self::MandateLimitsSaved => ("mandate-limits-saved", Tone::Success),
            Self::MandateRevoked => ("mandate-revoked", Tone::Success),
            Self::MandateEnded => ("mandate-ended", Tone::Warning),
            Self::AnnouncementSaved => ("announcement-saved", Tone::Success),
            Self::AnnouncementEnded => ("announcement-ended", Tone::Success),
            Self::KeyEnded => ("key-ended", Tone::Success),
            Self::KeyEndedBefore => ("key-ended-before", Tone::Info),
            Self::KeyNotRotated => ("key-not-rotated", Tone::Warning),
            Self::ReturnUrlAdded => ("return-url-added", Tone::Success),
            Self::ReturnUrlRemoved => ("return-url-removed", Tone::Success),
            Self::WebhookSaved => ("webhook-saved", Tone::Success),
            Self::WebhookPaused => ("webhook-paused", Tone::Success),
            Self::WebhookResumed => ("webhook-resumed", Tone::Success),
            Self::WebhookDeleted => ("webhook-deleted", Tone::Success),
            Self::WebhookTestSent => ("webhook-test-sent", Tone::Success),
            Self::OldSecretEnded => ("old-secret-ended", Tone::Success),
            Self::Redelivering => ("redelivering", Tone::Success),
            Self::RedeliveringSome => ("redelivering-some", Tone::Warning),
            Self::NothingToRedeliver => ("nothing-to-redeliver", Tone::Info),
            Self::FormSentBefore => ("form-sent-before", Tone::Warning),
            Self::RefundMade => ("refund-made", Tone::Success),
            Self::RefundAsked => ("refund-asked", Tone::Success),
            Self::RefundApproved => ("refund-approved", Tone::Success),
            Self::RefundRejected => ("refund-rejected", Tone::Success),
            Self::RefundWithdrawn => ("refund-withdrawn", Tone::Success),
            Self::PaymentCanceled => ("payment-canceled", Tone::Success),
            Self::BankAnswered => ("bank-answered", Tone::Success),
            Self::BankAnswerNeedsReview => ("bank-answer-needs-review", Tone::Warning),
            Self::BankDoesNotKnow => ("bank-does-not-know", Tone::Warning),
            Self::BankBeingAsked => ("bank-being-asked", Tone::Info),
            Self::WebhookResent => ("webhook-resent", Tone::Success),
            Self::NoteAdded => ("note-added", Tone::Success),
            Self::TagAdded => ("tag-added", Tone::Success),
            Self::TagRemoved => ("tag-removed", Tone::Success),
            Self::DoneBefore => ("done-before", Tone::Info),
            Self::PartnerStopped => ("partner-stopped", Tone::Success),
            Self::PartnerResumed => ("partner-resumed", Tone::Success),
            Self::ReviewTaken => ("review-taken", Tone::Success),
            Self::ReviewReleased => ("review-released", Tone::Info),
            Self::ReviewOver => ("review-over", Tone::Info),
            Self::LetterRedriven => ("letter-redriven", Tone::Success),
            Self::LetterNothingToDo => ("letter-nothing-to-do", Tone::Info),
            Self::LetterClosed => ("letter-closed", Tone::Success),
            Self::LetterGone => ("letter-gone", Tone::Warning),
            Self::LetterStays => ("letter-stays", Tone::Warning),
            Self::BrokerAway => ("broker-away", Tone::Warning),
            Self::MismatchClosed => ("mismatch-closed", Tone::Success),
            Self::RecoveryCodeUsed => ("recovery-code-used", Tone::Warning),
            Self::FactorReset => ("factor-reset", Tone::Success),
            Self::FactorNotThere => ("factor-not-there", Tone::Info),
            Self::LimitsChanged => ("limits-changed", Tone::Success),
            Self::WindowEntered => ("window-entered", Tone::Success),
            Self::WindowEnded => ("window-ended", Tone::Success),
        }
    }
}

impl NoticeWord {
    /// As a page shows it.
    #[must_use]
    pub fn notice(self, language: Language) -> Notice {
        let (word, tone) = self.facts();
        Notice {
            tone,
            text: text(language, &format!("notice-{word}"), &TextArgs::new()),
        }
    }
}

/// Goes to a path of ours and tells it there.
#[must_use]
pub fn redirect(services: &Services, headers: &HeaderMap, path: &str, word: NoticeWord) -> Response {
    let mut response = htmx::redirect(headers, path);
    let value = word.facts().0.to_owned();
    cookies::set(&mut response, services, NOTICE_COOKIE, value, KEPT_SECS);
    response
}

/// The notice of a stored word in a reader's language; `None` for a word that is not ours.
#[must_use]
pub fn shown(word: &str, language: Language) -> Option<Notice> {
    let known = NoticeWord::ALL.into_iter().find(|known| known.facts().0 == word)?;
    Some(known.notice(language))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::views::i18n::try_text;

    #[test]
    fn every_notice_has_its_text_and_a_foreign_word_has_none() {
        for language in Language::ALL {
            for word in NoticeWord::ALL {
                try_text(language, &format!("notice-{}", word.facts().0), &TextArgs::new()).unwrap();
            }
            assert!(shown("<script>", language).is_none());
        }
    }
}
