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

/// Makes what can be told, each with the end of its text's key and its tone.
macro_rules! notices {
    ($($variant:ident => $word:literal, $tone:ident;)+) => {
        /// What can be told; the texts are `notice-…`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum NoticeWord {
            $($variant),+
        }

        impl NoticeWord {
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            const fn facts(self) -> (&'static str, Tone) {
                match self {
                    $(Self::$variant => ($word, Tone::$tone)),+
                }
            }
        }
    };
}

notices! {
    SignedUp => "signed-up", Success;
    SignedOut => "signed-out", Info;
    LinkInHand => "link-in-hand", Warning;
    LinkKnown => "link-known", Info;
    LinkTooOften => "link-too-often", Warning;
    AccountKnown => "account-known", Info;
    UnlinkUnsettled => "unlink-unsettled", Warning;
    NicknameSaved => "nickname-saved", Success;
    AccountUnlinked => "account-unlinked", Success;
    AccountUnlinkedConsentEnded => "account-unlinked-consent-ended", Warning;
    Corrected => "corrected", Success;
    ChangedMeanwhile => "changed-meanwhile", Warning;
    NotCorrectable => "not-correctable", Warning;
    HasRefunds => "has-refunds", Warning;
    RefundExceedsPaid => "refund-exceeds-paid", Warning;
    CodeSentAgain => "code-sent-again", Info;
    PhoneStepOver => "phone-step-over", Warning;
    PasswordReset => "password-reset", Success;
    MemberNicknameSaved => "member-nickname-saved", Success;
    NumberChanged => "number-changed", Success;
    DeviceSignedOut => "device-signed-out", Success;
    OthersSignedOut => "others-signed-out", Success;
    AllSignedOut => "all-signed-out", Info;
    PasswordChanged => "password-changed", Success;
    Withdrawn => "withdrawn", Info;
    MandateLimitsSaved => "mandate-limits-saved", Success;
    MandateRevoked => "mandate-revoked", Success;
    MandateEnded => "mandate-ended", Warning;
    AnnouncementSaved => "announcement-saved", Success;
    AnnouncementEnded => "announcement-ended", Success;
    KeyEnded => "key-ended", Success;
    KeyEndedBefore => "key-ended-before", Info;
    KeyNotRotated => "key-not-rotated", Warning;
    ReturnUrlAdded => "return-url-added", Success;
    ReturnUrlRemoved => "return-url-removed", Success;
    WebhookSaved => "webhook-saved", Success;
    WebhookPaused => "webhook-paused", Success;
    WebhookResumed => "webhook-resumed", Success;
    WebhookDeleted => "webhook-deleted", Success;
    WebhookTestSent => "webhook-test-sent", Success;
    OldSecretEnded => "old-secret-ended", Success;
    Redelivering => "redelivering", Success;
    RedeliveringSome => "redelivering-some", Warning;
    NothingToRedeliver => "nothing-to-redeliver", Info;
    FormSentBefore => "form-sent-before", Warning;
    RefundMade => "refund-made", Success;
    RefundAsked => "refund-asked", Success;
    RefundApproved => "refund-approved", Success;
    RefundRejected => "refund-rejected", Success;
    RefundWithdrawn => "refund-withdrawn", Success;
    PaymentCanceled => "payment-canceled", Success;
    BankAnswered => "bank-answered", Success;
    BankAnswerNeedsReview => "bank-answer-needs-review", Warning;
    BankDoesNotKnow => "bank-does-not-know", Warning;
    BankBeingAsked => "bank-being-asked", Info;
    WebhookResent => "webhook-resent", Success;
    NoteAdded => "note-added", Success;
    TagAdded => "tag-added", Success;
    TagRemoved => "tag-removed", Success;
    DoneBefore => "done-before", Info;
    PartnerStopped => "partner-stopped", Success;
    PartnerResumed => "partner-resumed", Success;
    ReviewTaken => "review-taken", Success;
    ReviewReleased => "review-released", Info;
    ReviewOver => "review-over", Info;
    LetterRedriven => "letter-redriven", Success;
    LetterNothingToDo => "letter-nothing-to-do", Info;
    LetterClosed => "letter-closed", Success;
    LetterGone => "letter-gone", Warning;
    LetterStays => "letter-stays", Warning;
    BrokerAway => "broker-away", Warning;
    MismatchClosed => "mismatch-closed", Success;
    RecoveryCodeUsed => "recovery-code-used", Warning;
    FactorReset => "factor-reset", Success;
    FactorNotThere => "factor-not-there", Info;
    ShortcutsOn => "shortcuts-on", Success;
    ShortcutsOff => "shortcuts-off", Success;
    LimitsChanged => "limits-changed", Success;
    WindowEntered => "window-entered", Success;
    WindowEnded => "window-ended", Success;
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
    let known = NoticeWord::ALL.iter().find(|known| known.facts().0 == word)?;
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
