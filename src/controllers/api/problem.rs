//! Problem bodies (RFC 9457): every error of the API, with whether money moved, in the caller's language.

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use loco_rs::controller::middleware::request_id::LocoRequestId;
use serde::Serialize;
use serde_json::{Map, Value, json};

pub use super::code::Code;
use super::context::language;
pub use super::field_error::{FieldError, FieldReason};
use super::gate;
use crate::ids::Prefix;
use crate::models::kinds::{LimitScope, MoneyMoved, Scope};
use crate::money::Won;
use crate::openapi;
use crate::partners::versions::ApiVersion;
use crate::services::Services;
use crate::transfers::TransferError;
use crate::transfers::backlog::Overfull;
use crate::views::i18n::{Language, TextArgs, text};

/// When the first request with a key is expected to have its answer.
const KEY_RETRY_SECS: i64 = 1;

/// An error of the API before it is put into words.
#[derive(Clone, Debug)]
pub struct Problem {
    code: Code,
    money_moved: MoneyMoved,
    errors: Vec<FieldError>,
    /// When the same request may be sent again.
    retry_after_secs: Option<i64>,
    /// The key of a text that says more than the code's own.
    detail: Option<&'static str>,
    /// Members that help: `existing_id`, `remaining_amount`, `current_version`.
    extra: Map<String, Value>,
}

impl From<Code> for Problem {
    fn from(code: Code) -> Self {
        Self {
            code,
            money_moved: match code {
                // A fault proves nothing of the request, nor of the transfer that it was about.
                Code::Internal | Code::Unavailable => MoneyMoved::Unknown,
                _ => MoneyMoved::No,
            },
            errors: Vec::new(),
            retry_after_secs: (code == Code::Unavailable).then_some(1),
            detail: None,
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

    /// Says when the same request may be sent again.
    #[must_use]
    pub fn retry_after(self, secs: i64) -> Self {
        Self {
            retry_after_secs: Some(secs),
            ..self
        }
    }

    /// Says more than the code's own text, by the key of another.
    #[must_use]
    pub(super) fn detailed(self, detail: &'static str) -> Self {
        Self {
            detail: Some(detail),
            ..self
        }
    }

    /// `forbidden` for want of this scope.
    #[must_use]
    pub fn missing_scope(scope: Scope) -> Self {
        let detail = Some("api-forbidden-scope");
        Self {
            detail,
            ..Self::from(Code::Forbidden)
        }
        .with("required_scope", json!(scope))
    }

    /// `unknown_api_version`, with those that are known.
    #[must_use]
    pub fn unknown_version() -> Self {
        let known = ApiVersion::KNOWN.map(ApiVersion::as_str);
        Self::from(Code::UnknownApiVersion).with("known_versions", json!(known))
    }

    #[must_use]
    pub fn is(&self, code: Code) -> bool {
        self.code == code
    }

    /// With a member that helps.
    #[must_use]
    pub(super) fn with(mut self, name: &str, value: Value) -> Self {
        self.extra.insert(name.to_owned(), value);
        self
    }
}

impl From<TransferError> for Problem {
    fn from(error: TransferError) -> Self {
        let money_moved = error.money_moved();
        let problem = match error {
            TransferError::NotFound => Self::from(Code::NotFound),
            TransferError::OverCeiling { most_won } => Self::invalid(vec![FieldError {
                pointer: "/amount".to_owned(),
                reason: FieldReason::NotAnAmount { most: most_won.get() },
            }]),
            TransferError::ExpiresInPast => Self::invalid(vec![FieldError {
                pointer: "/expires_at".to_owned(),
                reason: FieldReason::NotInFuture,
            }]),
            TransferError::ExpiresTooLate => Self::invalid(vec![FieldError {
                pointer: "/expires_at".to_owned(),
                reason: FieldReason::NotWithinAYear,
            }]),
            TransferError::Overfull(full) => overfull(full),
            TransferError::PartnerStopped => Self::from(Code::PartnerStopped),
            TransferError::MandateInactive => Self::from(Code::MandateInactive),
            TransferError::OverPaymentLimit { scope, limit_won } => over_payment_limit(scope, limit_won),
            TransferError::OverDailyLimit { scope, remaining_won } => over_daily_limit(scope, remaining_won),
            TransferError::DuplicateOrder { existing } => {
                Self::from(Code::DuplicateOrder).with("existing_id", json!(Prefix::Payment.show(existing.0)))
            }
            TransferError::KeyReused => Self::from(Code::IdempotencyKeyReused),
            TransferError::KeyInUse => Self::from(Code::IdempotencyKeyInUse).retry_after(KEY_RETRY_SECS),
            TransferError::NotRefundable { state } => {
                Self::from(Code::PaymentNotRefundable).with("current_status", json!(state))
            }
            TransferError::RefundExceedsRemaining { remaining_won } => {
                Self::from(Code::RefundExceedsRemaining).with("remaining_amount", json!(remaining_won))
            }
            TransferError::NotCancelable { state } => {
                Self::from(Code::NotCancelable).with("current_status", json!(state))
            }
            TransferError::VersionConflict { current, .. } => {
                Self::from(Code::VersionConflict).with("current_version", json!(current))
            }
            TransferError::Raced => Self::from(Code::Unavailable),
            TransferError::Database(error) => {
                tracing::error!(%error, "the database did not do what a partner's request needs");
                Self::from(Code::Unavailable)
            }
            error @ (TransferError::NotAllowed { .. }
            | TransferError::NotCorrectable { .. }
            | TransferError::HasRefunds { .. }
            | TransferError::Body(_)) => {
                tracing::error!(%error, "a partner's request met a fault of ours");
                Self::from(Code::Internal)
            }
        };
        Self { money_moved, ..problem }
    }
}

/// Before anything was written: the same request may come again later.
fn overfull(full: Overfull) -> Problem {
    Problem::from(Code::Unavailable)
        .detailed("api-unavailable-overfull")
        .retry_after(i64::try_from(full.retry_after_secs).unwrap_or(i64::MAX))
        .with("expected_delay_secs", json!(full.expected_secs))
}

/// Which limit, and how much it leaves; of a member's own limit the partner learns no more than that it is reached, for
/// the rest tells of payments to others.
fn over_limit(scope: LimitScope, period: &'static str, detail: &'static str, told: (&str, Won)) -> Problem {
    let problem = Problem {
        detail: Some(detail),
        ..Problem::from(Code::LimitExceeded)
    };
    let problem = problem
        .with("limit_scope", json!(scope))
        .with("limit_period", json!(period));
    match scope {
        LimitScope::Member => problem,
        LimitScope::Mandate | LimitScope::Partner => problem.with(told.0, json!(told.1)),
    }
}

fn over_payment_limit(scope: LimitScope, limit_won: Won) -> Problem {
    let detail = match scope {
        LimitScope::Mandate => "api-limit_exceeded-mandate-payment",
        LimitScope::Member => "api-limit_exceeded-member-payment",
        LimitScope::Partner => "api-limit_exceeded-partner-payment",
    };
    over_limit(scope, "payment", detail, ("limit_amount", limit_won))
}

fn over_daily_limit(scope: LimitScope, remaining_won: Won) -> Problem {
    let detail = match scope {
        LimitScope::Mandate => "api-limit_exceeded-mandate-day",
        LimitScope::Member => "api-limit_exceeded-member-day",
        LimitScope::Partner => "api-limit_exceeded-partner-day",
    };
    over_limit(scope, "day", detail, ("remaining_amount", remaining_won))
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
    let mut response = Caller::of(request).tell(&Problem::from(Code::NotFound));
    if request.uri().path().starts_with(openapi::BASE) {
        let version = HeaderValue::from_static(ApiVersion::default().as_str());
        response.headers_mut().insert(gate::API_VERSION, version);
    }
    response
}

/// Whom a problem is told.
struct Caller {
    path: String,
    request_id: String,
    language: Language,
    /// `https://pay.example`, by the name that was asked and is one of ours.
    origin: String,
}

impl Caller {
    fn of(request: &Request) -> Self {
        let services = request.extensions().get::<Services>();
        let request_id = request
            .extensions()
            .get::<LocoRequestId>()
            .map(|id| id.get().to_owned());
        Self {
            path: request.uri().path().to_owned(),
            request_id: request_id.unwrap_or_default(),
            language: language(request.headers(), services),
            origin: origin(request.headers(), services),
        }
    }

    fn tell(&self, problem: &Problem) -> Response {
        body(problem, self)
    }
}

/// Where this request sees us, for addresses that are to be followed from anywhere (RFC 9457 wants them absolute). Empty
/// where no name was given. Other names than ours were refused before (`controllers/hosts.rs`).
pub(in crate::controllers) fn origin(headers: &HeaderMap, services: Option<&Services>) -> String {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let is_secure = services.is_some_and(|services| services.settings.security.secure_cookies);
    let scheme = if is_secure { "https" } else { "http" };
    host.map(|host| format!("{scheme}://{host}")).unwrap_or_default()
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
        // Not what it said: that may quote the request.
        tracing::debug!(
            status = status.as_u16(),
            bytes = said.len(),
            "a problem of the framework"
        );
    }
    let mut response = caller.tell(&problem);
    for name in [
        header::ALLOW,
        gate::API_VERSION,
        gate::RATE_LIMIT,
        gate::RATE_LIMIT_POLICY,
    ] {
        if let Some(value) = headers.get(&name) {
            response.headers_mut().insert(name, value.clone());
        }
    }
    response
}

fn body(problem: &Problem, caller: &Caller) -> Response {
    let language = caller.language;
    let (code, status, retryable) = problem.code.facts();
    let none = TextArgs::new();
    let errors = problem
        .errors
        .iter()
        .map(|error| json!({ "pointer": error.pointer, "detail": error.reason.text(language) }))
        .collect();
    let own_detail = format!("api-{code}-detail");
    let body = ProblemBody {
        r#type: format!("{}/docs/problems/{code}", caller.origin),
        title: text(language, &format!("api-{code}"), &none),
        status: status.as_u16(),
        detail: text(language, problem.detail.unwrap_or(&own_detail), &none),
        instance: &caller.path,
        code,
        request_id: &caller.request_id,
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
    if let Some(secs) = problem.retry_after_secs {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(secs));
    }
    response
}
