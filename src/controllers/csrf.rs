//! Refuses forms that another site sends in a visitor's name, by what the browser says of where a request comes from.
//!
//! In this order, for every method that may change something:
//! 1. `Sec-Fetch-Site` is `same-origin` or `none` (typed, a bookmark): ours. Any other value: refused, `same-site` too,
//!    for a neighbour's subdomain is not us.
//! 2. Without it, `Origin` names the host that the request was sent to: ours. Any other, and `null`: refused.
//! 3. Without that, the same by `Referer`.
//! 4. With none of the three the sender is no browser, for all of them send one with a form from another site. There
//!    is no visitor to speak in the name of, so it is let through; and the session cookie is `SameSite=Lax`, so that an
//!    old browser would not bring it either.
//!
//! The partner and member JSON APIs take no cookie and need none of this.

use axum::extract::Request;
use axum::http::header::{HOST, ORIGIN, REFERER};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderName, Method, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::pages::PageError;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Lets a request of our own pages through, and no other site's.
pub async fn refuse_other_sites(request: Request, next: Next) -> Response {
    if is_ours(request.method(), request.headers(), request.uri()) {
        next.run(request).await
    } else {
        tracing::warn!("a form from another site was refused");
        PageError::forbidden().into_response()
    }
}

fn is_ours(method: &Method, headers: &HeaderMap, uri: &Uri) -> bool {
    if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return true;
    }
    if let Some(site) = headers.get(SEC_FETCH_SITE) {
        return site == "same-origin" || site == "none";
    }
    let from = headers.get(ORIGIN).or_else(|| headers.get(REFERER));
    match from {
        None => true,
        Some(from) => {
            let from = from.to_str().ok().and_then(|from| from.parse::<Uri>().ok());
            let host = headers
                .get(HOST)
                .and_then(|host| host.to_str().ok())
                .or_else(|| uri.authority().map(Authority::as_str));
            match (from.as_ref().and_then(Uri::authority), host) {
                (Some(from), Some(host)) => from.as_str().eq_ignore_ascii_case(host),
                _ => false,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn post(headers: &[(HeaderName, &'static str)]) -> bool {
        let mut map = HeaderMap::new();
        map.insert(HOST, HeaderValue::from_static("naru.test:5150"));
        for (name, value) in headers {
            map.insert(name, HeaderValue::from_static(value));
        }
        is_ours(&Method::POST, &map, &Uri::from_static("/sign-out"))
    }

    #[test]
    fn the_browsers_word_on_the_site_decides_first() {
        assert!(post(&[(SEC_FETCH_SITE, "same-origin")]));
        assert!(post(&[(SEC_FETCH_SITE, "none")]));
        assert!(!post(&[(SEC_FETCH_SITE, "cross-site")]));
        assert!(!post(&[(SEC_FETCH_SITE, "same-site")]));
        assert!(!post(&[
            (SEC_FETCH_SITE, "cross-site"),
            (ORIGIN, "http://naru.test:5150")
        ]));
    }

    #[test]
    fn without_it_the_origin_or_the_referer_must_be_this_host() {
        assert!(post(&[(ORIGIN, "http://naru.test:5150")]));
        assert!(post(&[(ORIGIN, "https://NARU.test:5150")]));
        assert!(post(&[(REFERER, "http://naru.test:5150/accounts?x=1")]));
        for other in [
            "null",
            "http://evil.test",
            "http://naru.test",
            "http://naru.test:5150.evil.test",
            "http://naru.test:5150@evil.test",
            "",
        ] {
            assert!(!post(&[(ORIGIN, other)]), "{other}");
            assert!(!post(&[(REFERER, other)]), "{other}");
        }
        assert!(!post(&[
            (ORIGIN, "http://evil.test"),
            (REFERER, "http://naru.test:5150/")
        ]));
    }

    #[test]
    fn a_sender_that_is_no_browser_and_a_request_that_changes_nothing_pass() {
        assert!(post(&[]));
        let mut headers = HeaderMap::new();
        headers.insert(SEC_FETCH_SITE, HeaderValue::from_static("cross-site"));
        assert!(is_ours(&Method::GET, &headers, &Uri::from_static("/accounts")));
        assert!(!is_ours(&Method::DELETE, &headers, &Uri::from_static("/accounts")));
    }
}
