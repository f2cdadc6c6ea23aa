//! The answer to a request that makes a thing which is no transfer: 201, byte for byte the same on every replay.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::field_error::{FieldError, FieldReason};
use super::headers::etag;
use super::problem::{Code, Problem};
use crate::partners::mandate_request::RequestError;
use crate::partners::return_urls::ReturnUrlFault;
use crate::partners::revocation::RevokeError;
use crate::transfers::once::Answered;

/// 201 with the stored body; a new thing is at its first version, under `path` and its id.
pub(super) fn created(answered: Answered, path: &str) -> Response {
    let id = serde_json::from_str::<Value>(&answered.body).ok();
    let id = id.as_ref().and_then(|body| body["id"].as_str()).unwrap_or_default();
    let headers = [
        (header::CONTENT_TYPE, "application/json".to_owned()),
        (header::LOCATION, format!("{path}/{id}")),
    ];
    let mut response = (StatusCode::CREATED, headers, answered.body).into_response();
    response.headers_mut().insert(header::ETAG, etag(1));
    if answered.replayed {
        response
            .headers_mut()
            .insert("idempotent-replayed", HeaderValue::from_static("true"));
    }
    response
}

impl From<RequestError> for Problem {
    fn from(error: RequestError) -> Self {
        let (pointer, reason) = match error {
            RequestError::ReturnUrl(ReturnUrlFault::NotAnAddress) => {
                ("/return_url".to_owned(), FieldReason::NotAReturnUrl)
            }
            RequestError::ReturnUrl(ReturnUrlFault::NotRegistered) => {
                ("/return_url".to_owned(), FieldReason::ReturnUrlNotRegistered)
            }
            RequestError::TooMuch { field, most } => {
                (format!("/{field}"), FieldReason::NotAnAmount { most: most.get() })
            }
            RequestError::DayBelowOnePayment => ("/daily_limit".to_owned(), FieldReason::DayBelowOnePayment),
            RequestError::Transfer(error) => return error.into(),
        };
        Self::invalid(vec![FieldError { pointer, reason }])
    }
}

impl From<RevokeError> for Problem {
    fn from(error: RevokeError) -> Self {
        match error {
            RevokeError::NotFound => Code::NotFound.into(),
            RevokeError::VersionConflict { current } => {
                Self::from(Code::VersionConflict).with("current_version", json!(current))
            }
            RevokeError::Database(error) => error.into(),
        }
    }
}
