//! `/cs/approvals`: the refunds that wait for a second person, oldest first.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::age::Age;
use crate::{
    money::Won,
    views::{example, page::Page, paging::Paging},
};

pub const PATH: &str = "/cs/approvals";

/// `GET /cs/approvals`.
#[derive(Clone, Debug, Serialize)]
pub struct Approvals {
    pub rows: Vec<ApprovalRow>,
    pub paging: Paging,
    pub as_of: DateTime<Utc>,
}

/// An ask; it is decided on the page of its payment.
#[derive(Clone, Debug, Serialize)]
pub struct ApprovalRow {
    /// `pay_…`
    pub payment_id: String,
    pub amount: Won,
    pub partner_name: String,
    pub reason: String,
    pub asker_name: String,
    /// The reader asked, and another one decides.
    pub is_mine: bool,
    pub asked_at: DateTime<Utc>,
    pub age: Age,
}

impl Page for Approvals {
    const TEMPLATE: &'static str = "cs/approvals.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let row = |amount_won, minutes: i64, is_mine| ApprovalRow {
            payment_id: "pay_019ac1f05d7a7b3e8c41f2a90b6d7e10".to_owned(),
            amount: Won::new(amount_won),
            partner_name: example::PARTNER.to_owned(),
            reason: example::HOSTILE.to_owned(),
            asker_name: "이수진".to_owned(),
            is_mine,
            asked_at: example::at(0),
            age: Age::of(example::at(0), example::at(minutes * 60)),
        };
        let of = |rows, paging| Self {
            rows,
            paging,
            as_of: example::at(90),
        };
        let some = vec![row(1_500_000, 95, false), row(12_000_000, 3, true)];
        vec![
            ("none", of(Vec::new(), Paging::default())),
            ("some", of(some, Paging::new(PATH, &[], Some("b"), Some("c")))),
        ]
    }
}
