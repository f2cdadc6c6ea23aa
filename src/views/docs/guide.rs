//! A guide: sections of a text and maybe of code. Its texts are `guide-{slug}-…`.

use serde::Serialize;

use super::Contents;
use super::guides::{self, Guide};
use crate::views::page::Page;

/// `GET /docs` and `GET /docs/guides/{slug}`.
#[derive(Clone, Debug, Serialize)]
pub struct GuidePage {
    toc: Contents,
    slug: &'static str,
    sections: &'static [Section],
}

#[derive(Clone, Copy, Debug, Serialize)]
pub struct Section {
    /// Its anchor, and the end of its texts' keys.
    pub key: &'static str,
    pub code: Option<&'static str>,
}

impl GuidePage {
    #[must_use]
    pub fn new(guide: &Guide) -> Self {
        Self {
            toc: Contents::new(),
            slug: guide.slug,
            sections: guide.sections,
        }
    }
}

impl Page for GuidePage {
    const TEMPLATE: &'static str = "docs/guide.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let all = guides::ALL.iter();
        all.map(|guide| (guide.slug, Self::new(guide))).collect()
    }
}
