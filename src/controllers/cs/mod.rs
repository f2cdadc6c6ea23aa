//! The desk: what staff see while a caller is on the line.

mod home;
mod payments;
mod story;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use loco_rs::controller::Routes;

use super::extractors::session::Staff;
use super::pages::pages;
use super::web::context::Visit;

/// All routes of the desk.
#[must_use]
pub fn routes() -> Routes {
    pages(home::routes().merge(payments::routes()))
}

/// A visit of staff; members and strangers do not come this far.
pub struct StaffVisit(Visit);

impl<S: Send + Sync> FromRequestParts<S> for StaffVisit {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        Staff::from_request_parts(parts, state).await?;
        Visit::from_request_parts(parts, state)
            .await
            .map(Self)
            .map_err(IntoResponse::into_response)
    }
}

impl std::ops::Deref for StaffVisit {
    type Target = Visit;

    fn deref(&self) -> &Visit {
        &self.0
    }
}
