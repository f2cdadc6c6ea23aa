//! The partner API: `/api/v1`, JSON in and out, problems as RFC 9457.

pub mod body;
mod code;
mod context;
pub mod cursor;
mod events;
mod field_error;
pub(super) mod headers;
mod mandates;
mod partner;
mod payments;
pub mod problem;
mod query;
mod refunds;
mod webhook_deliveries;
mod webhook_endpoints;
mod webhook_problem;

use axum::middleware::from_fn;
use loco_rs::controller::Routes;

/// All routes of the partner API.
#[must_use]
pub fn routes() -> Routes {
    Routes::at("/api/v1")
        .merge(payments::routes())
        .merge(refunds::routes())
        .merge(mandates::routes())
        .merge(webhook_endpoints::routes())
        .merge(webhook_deliveries::routes())
        .merge(events::routes())
        .layer(from_fn(problem::write_problems))
}
