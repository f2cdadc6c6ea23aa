//! Refuses requests that were sent to another name than ours: a page of another site whose name was turned to our address
//! (DNS rebinding) would else be same-origin with us, and a link made of a foreign `Host` would lead away.
//!
//! The addresses of health checks, `/_…`, answer under any name: a balancer knows the machine alone.

use axum::Extension;
use axum::extract::Request;
use axum::http::header::HOST;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::services::Services;

/// Lets a request for one of our names through.
pub async fn refuse_other_hosts(Extension(services): Extension<Services>, request: Request, next: Next) -> Response {
    let is_check = request.uri().path().starts_with("/_");
    if is_check || is_ours(&services.settings.security.hosts, request.headers(), request.uri()) {
        return next.run(request).await;
    }
    tracing::warn!("a request for another host was refused: is its name missing in `settings.security.hosts`?");
    (
        StatusCode::MISDIRECTED_REQUEST,
        "This is not the server of that name.\n",
    )
        .into_response()
}

/// `hosts` are names without a port, comma separated.
fn is_ours(hosts: &str, headers: &HeaderMap, uri: &Uri) -> bool {
    let mut named = headers.get_all(HOST).iter();
    let named = match (named.next(), named.next()) {
        (Some(one), None) => one.to_str().ok().and_then(|host| host.parse::<Authority>().ok()),
        (None, _) => uri.authority().cloned(),
        // Which of two is meant, each reader would answer for itself.
        (Some(_), Some(_)) => None,
    };
    named.is_some_and(|named| {
        let is_plain = !named.as_str().contains('@');
        let mut hosts = hosts.split(',').map(str::trim);
        is_plain && hosts.any(|host| host.eq_ignore_ascii_case(named.host()))
    })
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn to(hosts: &[&'static str]) -> bool {
        let mut headers = HeaderMap::new();
        for host in hosts {
            headers.append(HOST, HeaderValue::from_static(host));
        }
        is_ours("pay.naru.test, [::1]", &headers, &Uri::from_static("/accounts"))
    }

    #[test]
    fn only_our_own_names_are_answered_whatever_their_port() {
        for ours in ["pay.naru.test", "PAY.naru.test:5150", "[::1]:80", "[::1]"] {
            assert!(to(&[ours]), "{ours}");
        }
        for other in [
            "",
            "naru.test",
            "pay.naru.test.evil.test",
            "evil.test:5150",
            "pay.naru.test@evil.test",
            "evil.test@pay.naru.test",
            "127.0.0.1",
            "::1",
        ] {
            assert!(!to(&[other]), "{other}");
        }
        assert!(!to(&[]));
        assert!(!to(&["pay.naru.test", "evil.test"]));
    }

    #[test]
    fn without_the_header_the_address_itself_tells() {
        let (none, uri) = (HeaderMap::new(), Uri::from_static("http://pay.naru.test/accounts"));
        assert!(is_ours("pay.naru.test", &none, &uri));
        assert!(!is_ours("naru.test", &none, &uri));
    }
}
