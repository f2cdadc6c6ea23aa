//! The process's services and templates, which the application put beside every request.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use crate::controllers::pages::PageError;
use crate::services::Services;
use crate::views::templates::Templates;

impl<S: Send + Sync> FromRequestParts<S> for Services {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        parts.extensions.get::<Self>().cloned().ok_or_else(PageError::not_wired)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Templates {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        parts.extensions.get::<Self>().cloned().ok_or_else(PageError::not_wired)
    }
}
