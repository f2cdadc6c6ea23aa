//! Whether htmx asks, and redirects that it follows as a page and not as a fragment.

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

const HX_REQUEST: HeaderName = HeaderName::from_static("hx-request");
const HX_REQUEST_TYPE: HeaderName = HeaderName::from_static("hx-request-type");
const HX_REDIRECT: HeaderName = HeaderName::from_static("hx-redirect");
/// Sent with what a page asks for by a timer, and nobody did: a session is not used by it, and ends in its time. An element
/// sends it with `hx-headers`.
pub const BY_ITSELF: HeaderName = HeaderName::from_static("naru-by-itself");
/// Beside a request that is asked for by a page itself whatever it sends: a stream cannot send [`BY_ITSELF`].
#[derive(Clone, Copy, Debug)]
pub struct ByItself;
/// Tells htmx to leave the page as it is.
pub const HX_RESWAP: HeaderName = HeaderName::from_static("hx-reswap");

/// Whether a part of a page is asked for, which a whole page must not be put into.
#[must_use]
pub fn asks_for_fragment(headers: &HeaderMap) -> bool {
    let is_htmx = headers.get(HX_REQUEST).is_some_and(|value| value == "true");
    let is_whole_page = headers.get(HX_REQUEST_TYPE).is_some_and(|value| value == "full");
    is_htmx && !is_whole_page
}

/// Whether an open page asks for a part of itself, and nobody did.
#[must_use]
pub fn is_look(headers: &HeaderMap) -> bool {
    headers.contains_key(HX_REQUEST) && headers.contains_key(BY_ITSELF)
}

/// Sends the browser to a path of ours: a 303, or htmx's header, since a fetch would follow a 303 unseen. Of another page, the
/// part that a look asked for would be nothing.
#[must_use]
pub fn redirect(headers: &HeaderMap, path: &str) -> Response {
    let Ok(target) = HeaderValue::from_str(path) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    if is_look(headers) || asks_for_fragment(headers) {
        (StatusCode::OK, [(HX_REDIRECT, target)]).into_response()
    } else {
        (StatusCode::SEE_OTHER, [(header::LOCATION, target)]).into_response()
    }
}
