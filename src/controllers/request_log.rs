//! One line for each request, by the id that its answer carries. Paths hold ids and no names; queries are left out, for
//! people type emails into them.

use std::time::Instant;

use axum::extract::Request;
use axum::http::header;
use axum::middleware::Next;
use axum::response::Response;

/// The header that Loco gives every answer.
const REQUEST_ID: &str = "x-request-id";

/// Writes the line once the answer is known. Files are not worth one.
pub async fn log_requests(request: Request, next: Next) -> Response {
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    if path.starts_with("/assets/") || path.starts_with("/_") {
        return next.run(request).await;
    }
    let begun = Instant::now();
    let response = next.run(request).await;
    let header = |name: &str| {
        response
            .headers()
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    };
    tracing::info!(
        %method,
        path,
        status = response.status().as_u16(),
        ms = begun.elapsed().as_millis(),
        request_id = header(REQUEST_ID),
        location = header(header::LOCATION.as_str()),
        "answered"
    );
    response
}
