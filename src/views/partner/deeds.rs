//! `/partner/history`: who did what with the partner's keys, addresses and people.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::{
    models::kinds::Deed,
    views::{example, page::Page, paging::Paging},
};

/// `GET /partner/history`.
#[derive(Clone, Debug, Serialize)]
pub struct DeedList {
    pub deeds: Vec<DeedRow>,
    pub paging: Paging,
}

#[derive(Clone, Debug, Serialize)]
pub struct DeedRow {
    pub deed: Deed,
    /// A key's name, an address, a masked email.
    pub subject: String,
    /// Empty: an operator.
    pub actor_name: String,
    pub at: DateTime<Utc>,
}

impl DeedRow {
    /// One of every kind, for samples.
    pub(in crate::views) fn examples() -> Vec<Self> {
        let row = |(place, deed): (i64, &Deed)| Self {
            deed: *deed,
            subject: if place == 0 { example::HOSTILE } else { "주문 서버" }.to_owned(),
            actor_name: if place == 1 {
                String::new()
            } else {
                "서개발".to_owned()
            },
            at: example::at(60 * place),
        };
        (0..).zip(Deed::ALL).map(row).collect()
    }
}

impl Page for DeedList {
    const TEMPLATE: &'static str = "partner/history.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let list = |deeds, paging| Self { deeds, paging };
        let middle = Paging::new("/partner/history", &[], Some("b"), Some("c"));
        vec![
            ("none", list(Vec::new(), Paging::default())),
            ("every deed", list(DeedRow::examples(), middle)),
        ]
    }
}
