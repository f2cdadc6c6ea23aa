//! What is wrong with one part of a request, by its pointer.

use crate::money::Won;
use crate::notifications::webhooks::target::RefusedTarget;
use crate::views::i18n::{Language, TextArgs, text};

/// One refused part of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// A JSON pointer into the body (`/amount`), or the name of a query parameter or header.
    pub pointer: String,
    pub reason: FieldReason,
}

/// Why a part is refused; its text is `api-field-…` in `api.ftl`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldReason {
    Required,
    Unknown,
    Repeated,
    NotText,
    TextLength {
        most: usize,
    },
    NotAnId,
    NotAnAmount {
        most: i64,
    },
    NotATime,
    NotInFuture,
    NotWithinAYear,
    NotMetadata,
    NotAnObject,
    NotAChoice,
    NotANumber,
    NotACursor,
    NotAVersion,
    NotAFlag,
    /// Why a URL may not be called.
    Target(RefusedTarget),
}

impl FieldReason {
    const fn key(self) -> &'static str {
        match self {
            Self::Required => "api-field-required",
            Self::Unknown => "api-field-unknown",
            Self::Repeated => "api-field-repeated",
            Self::NotText => "api-field-not-text",
            Self::TextLength { .. } => "api-field-text-length",
            Self::NotAnId => "api-field-not-an-id",
            Self::NotAnAmount { .. } => "api-field-not-an-amount",
            Self::NotATime => "api-field-not-a-time",
            Self::NotInFuture => "api-field-not-in-future",
            Self::NotWithinAYear => "api-field-not-within-a-year",
            Self::NotMetadata => "api-field-not-metadata",
            Self::NotAnObject => "api-field-not-an-object",
            Self::NotAChoice => "api-field-not-a-choice",
            Self::NotANumber => "api-field-not-a-number",
            Self::NotACursor => "api-field-not-a-cursor",
            Self::NotAVersion => "api-field-not-a-version",
            Self::NotAFlag => "api-field-not-a-flag",
            Self::Target(RefusedTarget::NotAUrl) => "api-field-url-not-one",
            Self::Target(RefusedTarget::NotHttps) => "api-field-url-not-https",
            Self::Target(RefusedTarget::HasUserInfo) => "api-field-url-user-info",
            Self::Target(RefusedTarget::HasFragment) => "api-field-url-fragment",
            Self::Target(RefusedTarget::NotPublic) => "api-field-url-not-public",
        }
    }

    /// The reason in a caller's language.
    #[must_use]
    pub fn text(self, language: Language) -> String {
        let mut args = TextArgs::new();
        let most = match self {
            Self::TextLength { most } => i64::try_from(most).ok(),
            Self::NotAnAmount { most } => Some(most),
            _ => None,
        };
        if let Some(most) = most {
            args.insert("most".into(), Won::new(most).to_string().into());
        }
        text(language, self.key(), &args)
    }
}
