//! One line for each request, and a span around it with the id that its answer carries. In the place of Loco's own log,
//! which writes whole addresses: people type emails into queries, and programs put numbers of people into paths. Of a path
//! only what is ours is written: the route's own words, and ids.

use std::time::Instant;

use axum::Router;
use axum::extract::{MatchedPath, Request};
use axum::http::Method;
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use loco_rs::Result;
use loco_rs::app::AppContext;
use loco_rs::controller::middleware::MiddlewareLayer;
use loco_rs::controller::middleware::request_id::LocoRequestId;
use tracing::field::Empty;
use tracing::{Instrument, Span};

use crate::ids::is_shown_id;

/// The path of a request that leads nowhere.
const NO_ROUTE: &str = "none";

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
pub async fn log_requests(request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if path.starts_with("/assets/") || path.starts_with("/_") {
        return next.run(request).await;
    }
    let route = request.extensions().get::<MatchedPath>();
    let path = route.map_or_else(|| NO_ROUTE.to_owned(), |route| shown(route.as_str(), path));
    let method = request.method().clone();
    let span = span(&request);
    answer(request, next, method, path).instrument(span).await
}

/// The route, with the ids of things in the place of `{id}`; other values stay what the route calls them.
fn shown(route: &str, path: &str) -> String {
    let segments = route.split('/').zip(path.split('/')).map(|(named, given)| {
        let is_id = named.starts_with('{') && is_shown_id(given);
        if is_id { given } else { named }
    });
    segments.collect::<Vec<_>>().join("/")
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

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn of_a_path_only_the_words_of_the_route_and_ids_are_written() {
        let id = "pay_0199aabbccddeeff0011223344556677";
        assert_eq!(
            shown("/payments/{id}", &format!("/payments/{id}")),
            format!("/payments/{id}")
        );
        assert_eq!(shown("/payments/{id}", "/payments/01012345678"), "/payments/{id}");
        assert_eq!(
            shown(
                "/api/v1/payments/by-idempotency-key/{key}",
                "/api/v1/payments/by-idempotency-key/minji@naru.test"
            ),
            "/api/v1/payments/by-idempotency-key/{key}"
        );
    }
}
