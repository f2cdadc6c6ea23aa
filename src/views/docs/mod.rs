//! The developers' documentation: pages that are the same for everybody, made of our texts and of the API's tables.

pub mod guide;
pub mod guides;
pub mod llms;
pub mod problems;
pub mod reference;
pub mod sandbox;

use serde::Serialize;

use crate::openapi::groups;

/// What there is to read; its texts are `docs-part-…` and `docs-nav-…`.
#[derive(Clone, Debug, Serialize)]
pub struct Contents {
    parts: Vec<Part>,
}

#[derive(Clone, Debug, Serialize)]
struct Part {
    key: &'static str,
    links: Vec<Link>,
}

#[derive(Clone, Debug, Serialize)]
struct Link {
    key: &'static str,
    href: String,
}

impl Contents {
    #[must_use]
    pub fn new() -> Self {
        let link = |key, href: &str| Link {
            key,
            href: href.to_owned(),
        };
        let begin = vec![link("start", "/docs"), link("sandbox", "/docs/sandbox")];
        let guides = guides::ALL.iter().filter(|guide| guide.slug != "start");
        let guides = guides.map(|guide| link(guide.slug, &guide.path())).collect();
        let groups = groups::ALL.iter().filter(|group| !group.operations.is_empty());
        let mut reference: Vec<_> = groups
            .map(|group| link(group.name, &format!("/docs/api/{}", group.name)))
            .collect();
        reference.push(link("problems", "/docs/problems"));
        let part = |key, links| Part { key, links };
        Self {
            parts: vec![
                part("begin", begin),
                part("guides", guides),
                part("reference", reference),
            ],
        }
    }

    /// The address of every page, for the tests and the map.
    #[must_use]
    pub fn addresses() -> Vec<String> {
        let parts = Self::new().parts;
        parts
            .into_iter()
            .flat_map(|part| part.links)
            .map(|link| link.href)
            .collect()
    }
}

impl Default for Contents {
    fn default() -> Self {
        Self::new()
    }
}
