//! Whether somebody answers at an address over HTTP: asked for a page that it does not have, so that nothing is done there.

use std::time::Duration;

use reqwest::{Client, Response, redirect};

const PATIENCE: Duration = Duration::from_secs(5);

/// Any answer is one: what it says does not matter.
pub(super) async fn ask(url: &str) -> reqwest::Result<Response> {
    // Another part of the process may have chosen a provider already; any will do.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut client = Client::builder()
        .redirect(redirect::Policy::none())
        .no_proxy()
        .timeout(PATIENCE);
    if url.starts_with("http://") {
        // A machine without any certificate can still reach the simulator.
        client = client.tls_certs_only(std::iter::empty());
    }
    client.build()?.get(url).send().await
}

/// The first cause: the outer sentences repeat the address.
pub(super) fn reason(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}
