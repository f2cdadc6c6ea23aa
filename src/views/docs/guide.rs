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
    sections: Vec<Shown>,
}

#[derive(Clone, Debug, Serialize)]
struct Shown {
    key: &'static str,
    code: Option<String>,
}

#[derive(Clone, Copy, Debug)]
pub struct Section {
    /// Its anchor, and the end of its texts' keys.
    pub key: &'static str,
    pub code: Option<&'static str>,
}

impl GuidePage {
    /// The guide as it is for whom we answer at `address`.
    #[must_use]
    pub fn new(guide: &Guide, address: &str) -> Self {
        Self {
            toc: Contents::new(),
            slug: guide.slug,
            sections: guide.sections.iter().map(|section| section.shown(address)).collect(),
        }
    }
}

impl Section {
    fn shown(&self, address: &str) -> Shown {
        Shown {
            key: self.key,
            code: self.code.map(|code| code.replace(guides::ADDRESS, address)),
        }
    }
}

impl Page for GuidePage {
    const TEMPLATE: &'static str = "docs/guide.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let all = guides::ALL.iter();
        all.map(|guide| (guide.slug, Self::new(guide, guides::ADDRESS)))
            .collect()
    }
}
