//! `Idempotency-Key`, `If-Match` and `ETag`.

use axum::http::{HeaderMap, HeaderValue, header};

use super::problem::{Code, FieldError, FieldReason, Problem};

const KEY_LENGTH: usize = 255;

/// The key under which a creating request is done once.
///
/// # Errors
/// `idempotency_key_missing` when there is none, `invalid_request` when it cannot be one.
pub fn idempotency_key(headers: &HeaderMap) -> Result<String, Problem> {
    let mut keys = headers.get_all("idempotency-key").iter();
    let key = keys.next().ok_or(Code::IdempotencyKeyMissing)?;
    let refused = |reason| {
        Problem::invalid(vec![FieldError {
            pointer: "Idempotency-Key".to_owned(),
            reason,
        }])
    };
    if keys.next().is_some() {
        return Err(refused(FieldReason::Repeated));
    }
    let key = key.to_str().map_err(|_| refused(FieldReason::NotText))?.trim();
    if key.is_empty() {
        return Err(Code::IdempotencyKeyMissing.into());
    }
    // A tab is no letter that a key is told by.
    if key.contains('\t') {
        return Err(refused(FieldReason::NotText));
    }
    if key.len() > KEY_LENGTH {
        return Err(refused(FieldReason::TextLength { most: KEY_LENGTH }));
    }
    Ok(key.to_owned())
}

/// The version that the caller has seen: `If-Match: "v3"`. `None` when it does not say, or says `*`.
///
/// # Errors
/// `invalid_request` when it is anything else.
pub fn if_match(headers: &HeaderMap) -> Result<Option<i64>, Problem> {
    let Some(value) = headers.get(header::IF_MATCH) else {
        return Ok(None);
    };
    let text = value.to_str().unwrap_or_default().trim();
    if text == "*" {
        return Ok(None);
    }
    let version = text
        .strip_prefix("\"v")
        .and_then(|text| text.strip_suffix('"'))
        .and_then(|text| text.parse().ok());
    version.map(Some).ok_or_else(|| {
        Problem::invalid(vec![FieldError {
            pointer: "If-Match".to_owned(),
            reason: FieldReason::NotAVersion,
        }])
    })
}

/// The `ETag` of a version.
#[must_use]
pub fn etag(version: i64) -> HeaderValue {
    HeaderValue::from_str(&format!("\"v{version}\"")).unwrap_or(HeaderValue::from_static("\"v0\""))
}
