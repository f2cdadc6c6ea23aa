//! The cookies we set: never for scripts, never brought along by another site's form.

use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use axum_extra::extract::cookie::{Cookie, SameSite};
use time::Duration;

use crate::services::Services;

/// Carries a session's token.
pub const SESSION_COOKIE: &str = "naru_session";

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
        assert_eq!(value(&headers, SESSION_COOKIE).as_deref(), Some("x.y.z"));
        assert_eq!(value(&headers, "naru_lang").as_deref(), Some("en"));
        assert_eq!(value(&headers, "session"), None);
    }
}
