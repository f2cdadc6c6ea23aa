//! The answer where there is no stream.

use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::views::i18n::{Language, TextArgs, text};

const FULL_RETRY_SECS: HeaderValue = HeaderValue::from_static("30");

/// Why there is no stream: a browser's `EventSource` reads the status alone, and people the sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    SignIn,
    Forbidden,
    NoSuchPayment,
    Unavailable,
}

pub(super) struct NoStream(pub(super) Refused, pub(super) Language);

impl IntoResponse for NoStream {
    fn into_response(self) -> Response {
        let Self(why, language) = self;
        let (status, key) = match why {
            Refused::SignIn => (StatusCode::UNAUTHORIZED, "live-sign-in"),
            Refused::Forbidden => (StatusCode::FORBIDDEN, "live-forbidden"),
            Refused::NoSuchPayment => (StatusCode::NOT_FOUND, "live-no-payment"),
            Refused::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, "live-unavailable"),
        };
        let mut response = (status, text(language, key, &TextArgs::new())).into_response();
        if why == Refused::Unavailable {
            response.headers_mut().insert(RETRY_AFTER, FULL_RETRY_SECS);
        }
        response
    }
}
