//! Styles, scripts and fonts, embedded in the binary and served under the hash of all of them together.
//!
//! One hash for the whole bundle, and not one per file, so that a `url()` inside a style sheet may stay relative.

use std::{borrow::Cow, sync::RwLock};

use axum::{
    body::{Body, Bytes},
    extract::Path,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use rust_embed::{Embed, EmbeddedFile};
use sha2::{Digest, Sha256};

use super::stamp::{self, Stamp};

/// The route of [`serve`].
pub const ROUTE: &str = "/assets/{hash}/{*path}";

const A_YEAR_UNCHANGED: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const HASH_BYTES: usize = 6;
const ETAG_BYTES: usize = 16;

#[derive(Embed)]
#[folder = "assets/static/"]
#[prefix = "static/"]
struct OwnFiles;

#[derive(Embed)]
#[folder = "assets/vendor/"]
#[prefix = "vendor/"]
struct VendoredFiles;

/// The hash of the bundle and what the folder looked like when it was computed.
static BUNDLE: RwLock<Option<(Stamp, String)>> = RwLock::new(None);

/// The file at `path`, such as `static/app.css`.
#[must_use]
pub fn find(path: &str) -> Option<EmbeddedFile> {
    OwnFiles::get(path).or_else(|| VendoredFiles::get(path))
}

/// All paths that [`find`] knows, sorted.
#[must_use]
pub fn paths() -> Vec<Cow<'static, str>> {
    let mut paths: Vec<_> = OwnFiles::iter().chain(VendoredFiles::iter()).collect();
    paths.sort();
    paths
}

/// The address of an asset for a page, or `None` when there is no such file.
#[must_use]
pub fn url(path: &str) -> Option<String> {
    find(path).map(|_| format!("/assets/{}/{path}", bundle_hash()))
}

/// Twelve hex digits over all paths and contents. Computed once in a release; again after any change while developing.
#[must_use]
pub fn bundle_hash() -> String {
    let stamp = if cfg!(debug_assertions) {
        stamp::of("assets")
    } else {
        Stamp::default()
    };
    let known = BUNDLE.read().ok().and_then(|bundle| bundle.clone());
    match known {
        Some((of, hash)) if of == stamp => hash,
        _ => {
            let hash = compute_hash();
            if let Ok(mut bundle) = BUNDLE.write() {
                *bundle = Some((stamp, hash.clone()));
            }
            hash
        }
    }
}

fn compute_hash() -> String {
    let mut hasher = Sha256::new();
    for path in paths() {
        if let Some(file) = find(&path) {
            hasher.update(path.as_bytes());
            hasher.update([0]);
            hasher.update(file.metadata.sha256_hash());
        }
    }
    hex::encode(hasher.finalize().iter().take(HASH_BYTES).copied().collect::<Vec<u8>>())
}

/// Answers a file of the present bundle; any other hash or path is a 404, so that no cache keeps a wrong mixture.
pub async fn serve(Path((hash, path)): Path<(String, String)>, headers: HeaderMap) -> Response {
    if hash != bundle_hash() {
        return StatusCode::NOT_FOUND.into_response();
    }
    let Some(file) = find(&path) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let fingerprint: Vec<u8> = file.metadata.sha256_hash().iter().take(ETAG_BYTES).copied().collect();
    let etag = format!("\"{}\"", hex::encode(fingerprint));
    let known = headers
        .get(header::IF_NONE_MATCH)
        .is_some_and(|value| value.as_bytes() == etag.as_bytes());

    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let content_type = content_type(file.metadata.mimetype());
        ([(header::CONTENT_TYPE, content_type)], body(file.data)).into_response()
    };
    response.headers_mut().insert(header::CACHE_CONTROL, A_YEAR_UNCHANGED);
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        response.headers_mut().insert(header::ETAG, etag);
    }
    response
}

/// Text is always UTF-8 here, and says so: a browser must not guess.
fn content_type(mime: &str) -> String {
    let is_text = mime.starts_with("text/") || mime == "application/javascript" || mime == "image/svg+xml";
    if is_text {
        format!("{mime}; charset=utf-8")
    } else {
        mime.to_owned()
    }
}

fn body(data: Cow<'static, [u8]>) -> Body {
    match data {
        Cow::Borrowed(bytes) => Body::from(Bytes::from_static(bytes)),
        Cow::Owned(bytes) => Body::from(bytes),
    }
}
