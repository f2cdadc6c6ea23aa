//! A signing secret, shown to who made, rotated or asked for it.

use serde::Serialize;

use super::webhooks::EndpointRow;
use crate::views::{example, page::Page};

/// The answer to `POST /partner/webhooks/new`, `…/secret-rotation` and `…/secret`. It is not written down anywhere, so it
/// has no `Debug`.
#[derive(Clone, Serialize)]
pub struct SecretShown {
    pub endpoint: EndpointRow,
    pub why: ShownWhy,
    /// `None`: it has been replaced since.
    pub secret: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ShownWhy {
    Made,
    Rotated,
    Asked,
}

impl Page for SecretShown {
    const TEMPLATE: &'static str = "partner/webhook_secret.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let shown = |why, secret: Option<&str>| Self {
            endpoint: EndpointRow {
                description: example::HOSTILE.to_owned(),
                previous_secret_ends_at: (why == ShownWhy::Rotated).then(|| example::at(86_400)),
                ..EndpointRow::example()
            },
            why,
            secret: secret.map(str::to_owned),
        };
        let secret = Some("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
        vec![
            ("made", shown(ShownWhy::Made, secret)),
            ("rotated", shown(ShownWhy::Rotated, secret)),
            ("asked for", shown(ShownWhy::Asked, secret)),
            ("replaced since", shown(ShownWhy::Made, None)),
        ]
    }
}
