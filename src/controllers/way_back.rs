//! The hosted page that somebody is on the way from, so that signing in or up, and linking an account, lead back to it. It
//! is in a cookie, for those ways have many steps, and only a page of ours can be in it.

use axum::http::HeaderMap;
use axum::response::Response;

use super::cookies;
use crate::ids::Prefix;
use crate::services::Services;

const COOKIE: &str = "naru_way_back";
/// As long as a checkout is open.
const KEPT_SECS: i64 = 30 * 60;

/// The path of the hosted page, where the browser comes from one.
#[must_use]
pub fn of(headers: &HeaderMap) -> Option<String> {
    cookies::value(headers, COOKIE).filter(|path| is_hosted(path))
}

/// Remembers the page for a while.
pub fn keep(response: &mut Response, services: &Services, path: &str) {
    cookies::set(response, services, COOKIE, path.to_owned(), KEPT_SECS);
}

/// Forgets it: there is nothing to come back for.
pub fn forget(response: &mut Response, services: &Services) {
    cookies::forget(response, services, COOKIE);
}

fn is_hosted(path: &str) -> bool {
    let Some(rest) = path.strip_prefix("/checkout/") else {
        return false;
    };
    let mandate = rest.strip_prefix("mandates/").and_then(|id| Prefix::Mandate.parse(id));
    mandate.or_else(|| Prefix::Checkout.parse(rest)).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_hosted_page_of_ours_is_come_back_to() {
        let id = uuid::Uuid::now_v7();
        assert!(is_hosted(&format!("/checkout/{}", Prefix::Checkout.show(id))));
        assert!(is_hosted(&format!("/checkout/mandates/{}", Prefix::Mandate.show(id))));
        for other in [
            "",
            "/accounts",
            "//evil.test",
            "https://evil.test/checkout/",
            "/checkout/",
            "/checkout/x/../..",
        ] {
            assert!(!is_hosted(other), "{other}");
        }
    }
}
