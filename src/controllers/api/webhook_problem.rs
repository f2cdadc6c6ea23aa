//! What a refusal of a verb on webhooks is to a partner.

use serde_json::json;

use super::problem::{Code, FieldError, FieldReason, Problem};
use crate::notifications::webhooks::WebhookError;

impl From<WebhookError> for Problem {
    fn from(error: WebhookError) -> Self {
        match error {
            WebhookError::NotFound => Self::from(Code::NotFound),
            WebhookError::Refused(why) => Self::invalid(vec![FieldError {
                pointer: "/url".to_owned(),
                reason: FieldReason::Target(why),
            }]),
            WebhookError::TooMany { most } => Self::from(Code::LimitExceeded)
                .detailed("api-limit_exceeded-endpoints")
                .with("limit_endpoints", json!(most)),
            WebhookError::VersionConflict { current } => {
                Self::from(Code::VersionConflict).with("current_version", json!(current))
            }
            WebhookError::AlreadyDelivered { count } => {
                Self::from(Code::ConfirmationNeeded).with("delivered_count", json!(count))
            }
            WebhookError::Key(error) => Self::from(error),
            WebhookError::Database(error) => Self::from(error),
            error @ (WebhookError::Seal(_) | WebhookError::Body(_)) => {
                tracing::error!(%error, "a partner's request on webhooks met a fault of ours");
                Self::from(Code::Internal)
            }
        }
    }
}
