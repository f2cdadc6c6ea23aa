//! `/cs/members`: find a member by what the caller says of themself, masked.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::views::{example, page::Page, paging::Paging};

/// `GET /cs/members`. Nobody is listed who was not looked for.
#[derive(Clone, Debug, Serialize)]
pub struct CsMemberList {
    /// As typed.
    pub q: String,
    pub members: Vec<CsMemberRow>,
    pub paging: Paging,
}

#[derive(Clone, Debug, Serialize)]
pub struct CsMemberRow {
    /// `mem_…`.
    pub id: String,
    pub name_masked: String,
    /// `None`: they have left, and it is not kept.
    pub email_masked: Option<String>,
    pub joined_at: DateTime<Utc>,
    pub withdrawn_at: Option<DateTime<Utc>>,
}

impl CsMemberRow {
    pub(in crate::views) fn example() -> Self {
        Self {
            id: "mem_019ac1f05d7a7b3e8c41f2a90b6d7e10".to_owned(),
            name_masked: "김*지".to_owned(),
            email_masked: Some("mi***@naru.test".to_owned()),
            joined_at: example::at(0),
            withdrawn_at: None,
        }
    }

    pub(in crate::views) fn withdrawn_example() -> Self {
        Self {
            email_masked: None,
            withdrawn_at: Some(example::at(86_400)),
            ..Self::example()
        }
    }
}

impl Page for CsMemberList {
    const TEMPLATE: &'static str = "cs/members.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let list = |q: &str, members: Vec<CsMemberRow>, paging| Self {
            q: q.to_owned(),
            members,
            paging,
        };
        let middle = Paging::new("/cs/members", &[("q", "김민지")], Some("b"), Some("c"));
        let some = vec![CsMemberRow::example(), CsMemberRow::withdrawn_example()];
        vec![
            ("nothing asked", list("", Vec::new(), Paging::default())),
            ("nobody found", list(example::HOSTILE, Vec::new(), Paging::default())),
            ("some found", list("김민지", some, middle)),
        ]
    }
}
