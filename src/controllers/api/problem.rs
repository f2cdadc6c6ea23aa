//! Problem bodies (RFC 9457): every error of the API, with whether money moved, in the caller's language.

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use loco_rs::controller::middleware::request_id::LocoRequestId;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::context::language;
use crate::ids::Prefix;
use crate::models::kinds::MoneyMoved;
use crate::services::Services;
use crate::transfers::TransferError;
use crate::views::i18n::{Language, TextArgs, text};

/// The codes of problems; each has its status and its texts in `api.ftl`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    IdempotencyKeyMissing,
    MalformedJson,
    Unauthenticated,
    Forbidden,
    NotFound,
    MethodNotAllowed,
    DuplicateOrder,
    MandateInactive,
    RefundExceedsRemaining,
    PaymentNotRefundable,
    NotCancelable,
    VersionConflict,
    PayloadTooLarge,
    UnsupportedMediaType,
    InvalidRequest,
    IdempotencyKeyReused,
    LimitExceeded,
    RateLimited,
    Internal,
    Unavailable,
}

impl Code {
    pub const ALL: [Self; 20] = [
        Self::IdempotencyKeyMissing,
        Self::MalformedJson,
        Self::Unauthenticated,
        Self::Forbidden,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::DuplicateOrder,
        Self::MandateInactive,
        Self::RefundExceedsRemaining,
        Self::PaymentNotRefundable,
        Self::NotCancelable,
        Self::VersionConflict,
        Self::PayloadTooLarge,
        Self::UnsupportedMediaType,
        Self::InvalidRequest,
        Self::IdempotencyKeyReused,
        Self::LimitExceeded,
        Self::RateLimited,
        Self::Internal,
        Self::Unavailable,
    ];

    /// Its word, its status, and whether the same request may succeed later.
    const fn facts(self) -> (&'static str, StatusCode, bool) {
        match self {
            Self::IdempotencyKeyMissing => ("idempotency_key_missing", StatusCode::BAD_REQUEST, false),
            Self::MalformedJson => ("malformed_json", StatusCode::BAD_REQUEST, false),
            Self::Unauthenticated => ("unauthenticated", StatusCode::UNAUTHORIZED, false),
            Self::Forbidden => ("forbidden", StatusCode::FORBIDDEN, false),
            Self::NotFound => ("not_found", StatusCode::NOT_FOUND, false),
            Self::MethodNotAllowed => ("method_not_allowed", StatusCode::METHOD_NOT_ALLOWED, false),
            Self::DuplicateOrder => ("duplicate_order", StatusCode::CONFLICT, false),
            Self::MandateInactive => ("mandate_inactive", StatusCode::CONFLICT, false),
            Self::RefundExceedsRemaining => ("refund_exceeds_remaining", StatusCode::CONFLICT, false),
            Self::PaymentNotRefundable => ("payment_not_refundable", StatusCode::CONFLICT, false),
            Self::NotCancelable => ("not_cancelable", StatusCode::CONFLICT, false),
            Self::VersionConflict => ("version_conflict", StatusCode::PRECONDITION_FAILED, false),
            Self::PayloadTooLarge => ("payload_too_large", StatusCode::PAYLOAD_TOO_LARGE, false),
            Self::UnsupportedMediaType => ("unsupported_media_type", StatusCode::UNSUPPORTED_MEDIA_TYPE, false),
            Self::InvalidRequest => ("invalid_request", StatusCode::UNPROCESSABLE_ENTITY, false),
            Self::IdempotencyKeyReused => ("idempotency_key_reused", StatusCode::UNPROCESSABLE_ENTITY, false),
            Self::LimitExceeded => ("limit_exceeded", StatusCode::UNPROCESSABLE_ENTITY, false),
            Self::RateLimited => ("rate_limited", StatusCode::TOO_MANY_REQUESTS, true),
            Self::Internal => ("internal", StatusCode::INTERNAL_SERVER_ERROR, true),
            Self::Unavailable => ("unavailable", StatusCode::SERVICE_UNAVAILABLE, true),
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
    fn of_status(status: StatusCode) -> Self {
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
    NotText,
    TextLength { most: usize },
    NotAnId,
    NotAnAmount { most: i64 },
    NotATime,
    NotInFuture,
    NotMetadata,
    NotAnObject,
    NotAChoice,
    NotANumber,
    NotACursor,
    NotAVersion,
}

impl FieldReason {
    fn key(self) -> &'static str {
        match self {
            Self::Required => "api-field-required",
            Self::Unknown => "api-field-unknown",
            Self::NotText => "api-field-not-text",
            Self::TextLength { .. } => "api-field-text-length",
            Self::NotAnId => "api-field-not-an-id",
            Self::NotAnAmount { .. } => "api-field-not-an-amount",
            Self::NotATime => "api-field-not-a-time",
            Self::NotInFuture => "api-field-not-in-future",
            Self::NotMetadata => "api-field-not-metadata",
            Self::NotAnObject => "api-field-not-an-object",
            Self::NotAChoice => "api-field-not-a-choice",
            Self::NotANumber => "api-field-not-a-number",
            Self::NotACursor => "api-field-not-a-cursor",
            Self::NotAVersion => "api-field-not-a-version",
        }
    }

    fn text(self, language: Language) -> String {
        let mut args = TextArgs::new();
        let most = match self {
            Self::TextLength { most } => i64::try_from(most).ok(),
            Self::NotAnAmount { most } => Some(most),
            _ => None,
        };
        if let Some(most) = most {
            args.insert("most".into(), crate::money::Won::new(most).to_string().into());
        }
        text(language, self.key(), &args)
    }
}

/// An error of the API before it is put into words.
#[derive(Clone, Debug)]
pub struct Problem {
    code: Code,
    money_moved: MoneyMoved,
    errors: Vec<FieldError>,
    /// Members that help: `existing_id`, `remaining_amount`, `current_version`.
    extra: Map<String, Value>,
}

impl From<Code> for Problem {
    fn from(code: Code) -> Self {
        Self {
            code,
            money_moved: MoneyMoved::No,
            errors: Vec::new(),
            extra: Map::new(),
        }
    }
}

impl Problem {
    /// `invalid_request` with what is wrong.
    #[must_use]
    pub fn invalid(errors: Vec<FieldError>) -> Self {
        Self {
            errors,
            ..Self::from(Code::InvalidRequest)
        }
    }

    fn with(mut self, name: &str, value: Value) -> Self {
        self.extra.insert(name.to_owned(), value);
        self
    }
}

impl From<TransferError> for Problem {
    fn from(error: TransferError) -> Self {
        let money_moved = error.money_moved();
        let problem = match error {
            TransferError::NotFound => Self::from(Code::NotFound),
            TransferError::MandateInactive => Self::from(Code::MandateInactive),
            TransferError::OverPaymentLimit { limit_won } => {
                Self::from(Code::LimitExceeded).with("limit_amount", json!(limit_won))
            }
            TransferError::OverDailyLimit { remaining_won } => {
                Self::from(Code::LimitExceeded).with("remaining_amount", json!(remaining_won))
            }
            TransferError::DuplicateOrder { existing } => {
                Self::from(Code::DuplicateOrder).with("existing_id", json!(Prefix::Payment.show(existing.0)))
            }
            TransferError::KeyReused => Self::from(Code::IdempotencyKeyReused),
            TransferError::NotRefundable { state } => {
                Self::from(Code::PaymentNotRefundable).with("current_status", json!(state))
            }
            TransferError::RefundExceedsRemaining { remaining_won } => {
                Self::from(Code::RefundExceedsRemaining).with("remaining_amount", json!(remaining_won))
            }
            TransferError::NotCancelable { state } => {
                Self::from(Code::NotCancelable).with("current_status", json!(state))
            }
            TransferError::VersionConflict { current } => {
                Self::from(Code::VersionConflict).with("current_version", json!(current))
            }
            TransferError::Raced => Self::from(Code::Unavailable),
            TransferError::Database(error) => {
                tracing::error!(%error, "the database did not do what a partner's request needs");
                Self::from(Code::Unavailable)
            }
            error @ (TransferError::NotAllowed { .. } | TransferError::Body(_)) => {
                tracing::error!(%error, "a partner's request met a fault of ours");
                Self::from(Code::Internal)
            }
        };
        Self { money_moved, ..problem }
    }
}

impl From<sea_orm::DbErr> for Problem {
    fn from(error: sea_orm::DbErr) -> Self {
        TransferError::from(error).into()
    }
}

impl IntoResponse for Problem {
    /// The status with the problem beside it; [`write_problems`] puts it into words.
    fn into_response(self) -> Response {
        let mut response = self.code.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

#[derive(Serialize)]
struct ProblemBody<'a> {
    r#type: String,
    title: String,
    status: u16,
    detail: String,
    instance: &'a str,
    code: &'static str,
    request_id: &'a str,
    money_moved: MoneyMoved,
    retryable: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<Value>,
    #[serde(flatten)]
    extra: &'a Map<String, Value>,
}

/// The problem of an address that does not exist.
#[must_use]
pub fn no_such_address(request: &Request) -> Response {
    Caller::of(request).tell(&Problem::from(Code::NotFound))
}

/// Whom a problem is told.
struct Caller {
    path: String,
    request_id: String,
    language: Language,
}

impl Caller {
    fn of(request: &Request) -> Self {
        let request_id = request
            .extensions()
            .get::<LocoRequestId>()
            .map(|id| id.get().to_owned());
        Self {
            path: request.uri().path().to_owned(),
            request_id: request_id.unwrap_or_default(),
            language: language(request.headers(), request.extensions().get::<Services>()),
        }
    }

    fn tell(&self, problem: &Problem) -> Response {
        body(problem, &self.path, &self.request_id, self.language)
    }
}

/// Writes the body of every problem, the framework's own errors included, in the caller's language.
pub async fn write_problems(request: Request, next: Next) -> Response {
    let caller = Caller::of(&request);
    let response = next.run(request).await;

    let status = response.status();
    let problem = match response.extensions().get::<Problem>() {
        Some(problem) => problem.clone(),
        None if status.is_client_error() || status.is_server_error() => Problem::from(Code::of_status(status)),
        None => return response,
    };
    let headers = response.headers().clone();
    if let Ok(said) = to_bytes(response.into_body(), 4096).await
        && !said.is_empty()
    {
        tracing::debug!(status = status.as_u16(), said = %String::from_utf8_lossy(&said), "a problem of the framework");
    }
    let mut response = caller.tell(&problem);
    if let Some(allow) = headers.get(header::ALLOW) {
        response.headers_mut().insert(header::ALLOW, allow.clone());
    }
    response
}

fn body(problem: &Problem, path: &str, request_id: &str, language: Language) -> Response {
    let (code, status, retryable) = problem.code.facts();
    let none = TextArgs::new();
    let errors = problem
        .errors
        .iter()
        .map(|error| json!({ "pointer": error.pointer, "detail": error.reason.text(language) }))
        .collect();
    let body = ProblemBody {
        r#type: format!("/docs/problems/{code}"),
        title: text(language, &format!("api-{code}"), &none),
        status: status.as_u16(),
        detail: text(language, &format!("api-{code}-detail"), &none),
        instance: path,
        code,
        request_id,
        money_moved: problem.money_moved,
        retryable,
        errors,
        extra: &problem.extra,
    };
    let json = serde_json::to_vec(&body).unwrap_or_default();
    let mut response = (status, Body::from(json)).into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/problem+json"),
    );
    headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(language.code()));
    if status == StatusCode::UNAUTHORIZED {
        headers.insert(
            header::WWW_AUTHENTICATE,
            HeaderValue::from_static("Bearer realm=\"naru\""),
        );
    }
    if status == StatusCode::SERVICE_UNAVAILABLE {
        headers.insert(HeaderName::from_static("retry-after"), HeaderValue::from_static("1"));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_problem_has_its_texts_in_both_languages() {
        for language in Language::ALL {
            for code in Code::ALL {
                for key in [
                    format!("api-{}", code.as_str()),
                    format!("api-{}-detail", code.as_str()),
                ] {
                    crate::views::i18n::try_text(language, &key, &TextArgs::new()).unwrap();
                }
            }
        }
    }
}
