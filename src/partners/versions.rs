//! The dated versions of the partner API. A key is pinned to the one of its making; a request may name another.

use super::keys;

/// A version that we can answer in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ApiVersion(&'static str);

impl ApiVersion {
    /// Oldest first.
    pub const KNOWN: [Self; 1] = [Self(keys::API_VERSION)];

    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::KNOWN.into_iter().find(|version| version.0 == text)
    }

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

impl Default for ApiVersion {
    /// The one that new keys get.
    fn default() -> Self {
        Self(keys::API_VERSION)
    }
}
