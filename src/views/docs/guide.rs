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

/// A section as the guides' list has it.
#[derive(Clone, Copy, Debug)]
pub struct Section {
    /// Its anchor, and the end of its texts' keys.
    pub key: &'static str,
    /// `{origin}` in it stands for where its reader sees us.
    pub code: Option<&'static str>,
}

#[derive(Clone, Debug, Serialize)]
struct Shown {
    key: &'static str,
    code: Option<String>,
}

impl GuidePage {
    /// `origin` is where the reader sees us, such as `https://pay.example`: the code is copied from here and run.
    #[must_use]
    pub fn new(guide: &Guide, origin: &str) -> Self {
        let shown = |section: &Section| Shown {
            key: section.key,
            code: section.code.map(|code| code.replace("{origin}", origin)),
        };
        Self {
            toc: Contents::new(),
            slug: guide.slug,
            sections: guide.sections.iter().map(shown).collect(),
        }
    }
}

impl Page for GuidePage {
    const TEMPLATE: &'static str = "docs/guide.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let all = guides::ALL.iter();
        all.map(|guide| (guide.slug, Self::new(guide, "https://pay.example")))
            .collect()
    }
}
