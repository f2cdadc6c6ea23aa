//! The codes of problems: each is a promise to partners' programs, with its status and its texts in two languages.

use axum::http::StatusCode;

/// The codes of problems; each has its status and its texts in `api.ftl`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    IdempotencyKeyMissing,
    MalformedJson,
    UnknownApiVersion,
    Unauthenticated,
    Forbidden,
    PartnerStopped,
    NotFound,
    MethodNotAllowed,
    DuplicateOrder,
    MandateInactive,
    RefundExceedsRemaining,
    PaymentNotRefundable,
    NotCancelable,
    ConfirmationNeeded,
    VersionConflict,
    PayloadTooLarge,
    UnsupportedMediaType,
    InvalidRequest,
    IdempotencyKeyInUse,
    IdempotencyKeyReused,
    LimitExceeded,
    RateLimited,
    Internal,
    Unavailable,
    BankMaintenance,
}

impl Code {
    pub const ALL: [Self; 25] = [
        Self::IdempotencyKeyMissing,
        Self::MalformedJson,
        Self::UnknownApiVersion,
        Self::Unauthenticated,
        Self::Forbidden,
        Self::PartnerStopped,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::DuplicateOrder,
        Self::MandateInactive,
        Self::RefundExceedsRemaining,
        Self::PaymentNotRefundable,
        Self::NotCancelable,
        Self::ConfirmationNeeded,
        Self::VersionConflict,
        Self::PayloadTooLarge,
        Self::UnsupportedMediaType,
        Self::InvalidRequest,
        Self::IdempotencyKeyInUse,
        Self::IdempotencyKeyReused,
        Self::LimitExceeded,
        Self::RateLimited,
        Self::Internal,
        Self::Unavailable,
        Self::BankMaintenance,
    ];

    /// Its word, its status, and whether the same request may succeed later.
    #[must_use]
    pub const fn facts(self) -> (&'static str, StatusCode, bool) {
        match self {
            Self::IdempotencyKeyMissing => ("idempotency_key_missing", StatusCode::BAD_REQUEST, false),
            Self::MalformedJson => ("malformed_json", StatusCode::BAD_REQUEST, false),
            Self::UnknownApiVersion => ("unknown_api_version", StatusCode::BAD_REQUEST, false),
            Self::Unauthenticated => ("unauthenticated", StatusCode::UNAUTHORIZED, false),
            Self::Forbidden => ("forbidden", StatusCode::FORBIDDEN, false),
            // Not retryable: a person has to lift it, and the shop is told so.
            Self::PartnerStopped => ("partner_stopped", StatusCode::FORBIDDEN, false),
            Self::NotFound => ("not_found", StatusCode::NOT_FOUND, false),
            Self::MethodNotAllowed => ("method_not_allowed", StatusCode::METHOD_NOT_ALLOWED, false),
            Self::DuplicateOrder => ("duplicate_order", StatusCode::CONFLICT, false),
            Self::MandateInactive => ("mandate_inactive", StatusCode::CONFLICT, false),
            Self::RefundExceedsRemaining => ("refund_exceeds_remaining", StatusCode::CONFLICT, false),
            Self::PaymentNotRefundable => ("payment_not_refundable", StatusCode::CONFLICT, false),
            Self::NotCancelable => ("not_cancelable", StatusCode::CONFLICT, false),
            Self::ConfirmationNeeded => ("confirmation_needed", StatusCode::CONFLICT, false),
            Self::VersionConflict => ("version_conflict", StatusCode::PRECONDITION_FAILED, false),
            Self::PayloadTooLarge => ("payload_too_large", StatusCode::PAYLOAD_TOO_LARGE, false),
            Self::UnsupportedMediaType => ("unsupported_media_type", StatusCode::UNSUPPORTED_MEDIA_TYPE, false),
            Self::InvalidRequest => ("invalid_request", StatusCode::UNPROCESSABLE_ENTITY, false),
            Self::IdempotencyKeyInUse => ("idempotency_key_in_use", StatusCode::CONFLICT, true),
            Self::IdempotencyKeyReused => ("idempotency_key_reused", StatusCode::UNPROCESSABLE_ENTITY, false),
            Self::LimitExceeded => ("limit_exceeded", StatusCode::UNPROCESSABLE_ENTITY, false),
            Self::RateLimited => ("rate_limited", StatusCode::TOO_MANY_REQUESTS, true),
            Self::Internal => ("internal", StatusCode::INTERNAL_SERVER_ERROR, true),
            Self::Unavailable => ("unavailable", StatusCode::SERVICE_UNAVAILABLE, true),
            Self::BankMaintenance => ("bank_maintenance", StatusCode::SERVICE_UNAVAILABLE, true),
        }
    }

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.facts().0
    }

    #[must_use]
    pub const fn status(self) -> StatusCode {
        self.facts().1
    }

    /// The code for an answer that the framework gave.
    #[must_use]
    pub fn of_status(status: StatusCode) -> Self {
        match status {
            StatusCode::NOT_FOUND => Self::NotFound,
            StatusCode::METHOD_NOT_ALLOWED => Self::MethodNotAllowed,
            StatusCode::PAYLOAD_TOO_LARGE => Self::PayloadTooLarge,
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Self::UnsupportedMediaType,
            StatusCode::SERVICE_UNAVAILABLE => Self::Unavailable,
            other if other.is_client_error() => Self::InvalidRequest,
            _ => Self::Internal,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Code;
    use crate::views::i18n::{Language, TextArgs, try_text};

    #[test]
    fn every_problem_has_its_texts_in_both_languages() {
        for language in Language::ALL {
            for code in Code::ALL {
                for key in [
                    format!("api-{}", code.as_str()),
                    format!("api-{}-detail", code.as_str()),
                ] {
                    try_text(language, &key, &TextArgs::new()).unwrap();
                }
            }
        }
    }
}
