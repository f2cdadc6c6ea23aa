//! The answer to making or rotating a key: the one time that its text is shown.

use serde::Serialize;

use super::keys::{KeyRow, KeyState};
use crate::views::{example, page::Page};

/// The answer to `POST /partner/keys/new` and `POST /partner/keys/{id}/rotation`. It is not written down anywhere, so it
/// has no `Debug`.
#[derive(Clone, Serialize)]
pub struct KeyMade {
    pub key: KeyRow,
    /// `None`: made by this same form before, and not to be shown again.
    pub text: Option<String>,
    /// The key that it takes over from.
    pub old: Option<KeyRow>,
}

impl Page for KeyMade {
    const TEMPLATE: &'static str = "partner/key_made.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let key = KeyRow {
            name: example::HOSTILE.to_owned(),
            last_used_at: None,
            ..KeyRow::example(KeyState::Active)
        };
        let text = Some(format!("naru_sk_test_{}", "0123456789".repeat(4)));
        let old = |state| Some(KeyRow::example(state));
        let made = |text: &Option<String>, old| Self {
            key: key.clone(),
            text: text.clone(),
            old,
        };
        vec![
            ("made", made(&text, None)),
            ("rotated with time", made(&text, old(KeyState::Ending))),
            ("rotated at once", made(&text, old(KeyState::Ended))),
            ("made before", made(&None, None)),
        ]
    }
}
