//! The cookies we set: never for scripts, never brought along by another site's form.
//!
//! Both tokens of a session come with every page, for a page renews its session in passing and wherever it is asked for:
//! a narrower path for the refresh token would need a detour over an address of its own, which a form that is sent cannot
//! take. Behind https their names begin with `__Host-`, so that a neighbour's subdomain cannot plant them.

use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use axum_extra::extract::cookie::{Cookie, SameSite};
use secrecy::ExposeSecret;
use time::Duration;

use crate::members::sessions::SessionTokens;
use crate::services::Services;

/// Says in a browser that somebody has signed in there before.
pub const DEVICE_COOKIE: &str = "naru_device";
const DEVICE_KEPT_SECS: i64 = 365 * 24 * 3600;

/// The names of the cookies that carry a session's tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionCookies {
    pub access: &'static str,
    pub refresh: &'static str,
}

impl SessionCookies {
    #[must_use]
    pub fn of(services: &Services) -> Self {
        if services.settings.security.secure_cookies {
            Self {
                access: "__Host-naru_session",
                refresh: "__Host-naru_refresh",
            }
        } else {
            Self {
                access: "naru_session",
                refresh: "naru_refresh",
            }
        }
    }
}

/// Lies beside an answer whose handler has decided on the session's cookies itself.
#[derive(Clone, Copy)]
struct SessionDecided;

/// Has the browser keep a session's tokens for as long as the session lives.
pub fn keep_session(response: &mut Response, services: &Services, tokens: &SessionTokens) {
    let names = SessionCookies::of(services);
    let lives_secs = (tokens.refresh_expires_at - services.clock.now()).num_seconds();
    for (name, token) in [(names.access, &tokens.access), (names.refresh, &tokens.refresh)] {
        set(response, services, name, token.expose_secret().to_owned(), lives_secs);
    }
    response.extensions_mut().insert(SessionDecided);
}

/// As [`keep_session`], unless the handler signed somebody in or out.
pub fn keep_renewed_session(response: &mut Response, services: &Services, tokens: &SessionTokens) {
    if response.extensions().get::<SessionDecided>().is_none() {
        keep_session(response, services, tokens);
    }
}

/// Has the browser forget the session's tokens.
pub fn forget_session(response: &mut Response, services: &Services) {
    let names = SessionCookies::of(services);
    forget(response, services, names.access);
    forget(response, services, names.refresh);
    response.extensions_mut().insert(SessionDecided);
}

/// Has the browser keep the mark of somebody who signed in there.
pub fn keep_mark(response: &mut Response, services: &Services, mark: String) {
    set(response, services, DEVICE_COOKIE, mark, DEVICE_KEPT_SECS);
}

/// The value of a cookie that the request brought.
#[must_use]
pub fn value(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| Cookie::split_parse(value.to_owned()))
        .filter_map(Result::ok)
        .find(|cookie| cookie.name() == name)
        .map(|cookie| cookie.value().to_owned())
}

/// Has the browser keep a cookie for so many seconds.
pub fn set(response: &mut Response, services: &Services, name: &'static str, value: String, max_age_secs: i64) {
    let cookie = Cookie::build((name, value))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(services.settings.security.secure_cookies)
        .max_age(Duration::seconds(max_age_secs))
        .build();
    match HeaderValue::from_str(&cookie.to_string()) {
        Ok(header) => {
            response.headers_mut().append(SET_COOKIE, header);
        }
        Err(error) => tracing::error!(name, %error, "a cookie cannot be written as a header"),
    }
}

/// Has the browser forget a cookie.
pub fn forget(response: &mut Response, services: &Services, name: &'static str) {
    set(response, services, name, String::new(), 0);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_among_others_in_any_of_the_headers() {
        let mut headers = HeaderMap::new();
        headers.append(COOKIE, HeaderValue::from_static("a=1; naru_session=x.y.z"));
        headers.append(COOKIE, HeaderValue::from_static("naru_lang=en"));
        assert_eq!(value(&headers, "naru_session").as_deref(), Some("x.y.z"));
        assert_eq!(value(&headers, "naru_lang").as_deref(), Some("en"));
        assert_eq!(value(&headers, "session"), None);
    }
}
