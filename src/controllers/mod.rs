//! Thin edges: parse, call one verb of the domain, render. They hold no rule.

pub mod api;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use loco_rs::controller::AppRoutes;

/// Every address that answers.
#[must_use]
pub fn routes() -> AppRoutes {
    AppRoutes::with_default_routes().add_route(api::routes())
}

/// An address that does not answer.
pub async fn not_found() -> Response {
    StatusCode::NOT_FOUND.into_response()
}
