//! Times every request, by the template of its route, never by its path.

use std::time::Instant;

use axum::Extension;
use axum::extract::{MatchedPath, Request};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::Response;

use crate::services::Services;

/// Counts the request once its answer begins.
pub async fn measure(Extension(services): Extension<Services>, request: Request, next: Next) -> Response {
    let method = known(request.method());
    let route = request.extensions().get::<MatchedPath>().cloned();
    let begun = Instant::now();
    let response = next.run(request).await;
    let route = route.as_ref().map(MatchedPath::as_str);
    services
        .metrics
        .answered(method, route, response.status().as_u16(), begun.elapsed());
    response
}

/// A caller may send any word as a method; a label is one of these.
fn known(method: &Method) -> &'static str {
    const KNOWN: [&str; 7] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];
    let known = KNOWN.iter().find(|known| **known == method.as_str());
    known.copied().unwrap_or("other")
}
