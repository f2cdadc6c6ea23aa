//! One line for each request, and a span around it with the id that its answer carries. In the place of Loco's own log,
//! which writes whole addresses: people type emails into queries. Paths hold ids and no names.

use std::time::Instant;

use axum::Router;
use axum::extract::Request;
use axum::http::Method;
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use loco_rs::Result;
use loco_rs::app::AppContext;
use loco_rs::controller::middleware::MiddlewareLayer;
use loco_rs::controller::middleware::request_id::LocoRequestId;
use tracing::field::Empty;
use tracing::{Instrument, Span};

/// The middleware, under the name of the one that it replaces.
pub struct RequestLog;

impl RequestLog {
    pub const NAME: &'static str = "logger";
}

impl MiddlewareLayer for RequestLog {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn is_enabled(&self) -> bool {
        true
    }

    fn config(&self) -> serde_json::Result<serde_json::Value> {
        Ok(serde_json::json!({}))
    }

    fn apply(&self, app: Router<AppContext>) -> Result<Router<AppContext>> {
        Ok(app.layer(from_fn(log_requests)))
    }
}

/// Writes the line once the answer is known. Files are not worth one.
async fn log_requests(request: Request, next: Next) -> Response {
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    if path.starts_with("/assets/") || path.starts_with("/_") {
        return next.run(request).await;
    }
    let span = span(&request);
    answer(request, next, method, path).instrument(span).await
}

/// At the highest level, so that the id is there however little is logged. `transfer` is filled by who accepts one.
fn span(request: &Request) -> Span {
    let id = request.extensions().get::<LocoRequestId>();
    let request_id = id.map_or("none", LocoRequestId::get);
    tracing::error_span!("request", request_id, transfer = Empty)
}

async fn answer(request: Request, next: Next, method: Method, path: String) -> Response {
    let begun = Instant::now();
    let response = next.run(request).await;
    tracing::info!(
        %method,
        path,
        status = response.status().as_u16(),
        ms = begun.elapsed().as_millis(),
        "answered"
    );
    response
}
