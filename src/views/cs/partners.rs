//! `/cs/partners`: all partners by name.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::{
    models::kinds::Mode,
    views::{example, page::Page, paging::Paging},
};

/// `GET /cs/partners`.
#[derive(Clone, Debug, Serialize)]
pub struct CsPartnerList {
    /// How the name begins, as typed.
    pub q: String,
    pub partners: Vec<CsPartnerRow>,
    pub paging: Paging,
    /// Whether money here is play money.
    pub mode: Mode,
}

#[derive(Clone, Debug, Serialize)]
pub struct CsPartnerRow {
    pub path: String,
    pub name: String,
    pub standing: StandingWord,
    pub made_at: DateTime<Utc>,
}

/// How a partner stands; its text is `standing-{word}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StandingWord {
    Open,
    Stopped,
    NoKey,
}

impl Page for CsPartnerList {
    const TEMPLATE: &'static str = "cs/partners.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let row = |name: &str, standing| CsPartnerRow {
            path: "/cs/partners/par_019ac1f05d7a7b3e8c41f2a90b6d7e10".to_owned(),
            name: name.to_owned(),
            standing,
            made_at: example::at(0),
        };
        let list = |q: &str, partners: Vec<CsPartnerRow>, paging| Self {
            q: q.to_owned(),
            partners,
            paging,
            mode: Mode::Test,
        };
        let some = vec![
            row(example::PARTNER, StandingWord::Open),
            row(example::HOSTILE, StandingWord::Stopped),
            row("다른상점", StandingWord::NoKey),
        ];
        let middle = Paging::new("/cs/partners", &[("q", "나루")], Some("b"), Some("c"));
        vec![
            ("none", list("", Vec::new(), Paging::default())),
            ("nobody found", list(example::HOSTILE, Vec::new(), Paging::default())),
            ("every standing", list("나루", some, middle)),
        ]
    }
}
