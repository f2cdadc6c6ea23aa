//! Our own address as the caller named it, for links that go out. `controllers/hosts.rs` lets no other host's name through.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::header::HOST;
use axum::http::request::Parts;
use axum::http::uri::Authority;

use crate::services::Services;

/// `https://pay.naru.test`, without a slash at the end.
#[derive(Clone, Debug)]
pub struct OurAddress(pub String);

impl<S: Send + Sync> FromRequestParts<S> for OurAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let services = parts.extensions.get::<Services>();
        let is_secure = services.is_some_and(|services| services.settings.security.secure_cookies);
        let scheme = if is_secure { "https" } else { "http" };
        let named = parts.headers.get(HOST).and_then(|host| host.to_str().ok());
        let host = named.or_else(|| parts.uri.authority().map(Authority::as_str));
        Ok(Self(format!("{scheme}://{}", host.unwrap_or_default())))
    }
}
