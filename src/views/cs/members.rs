//! `/cs/members`: find a member by what the caller says of themself, and see what they have, masked.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::{
    models::kinds::{AccountState, TransferKind, TransferState},
    views::{
        example,
        page::Page,
        paging::Paging,
        transfer::{AccountLabel, TransferRow},
        web::mandates::MandateCard,
    },
};

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
    pub email_masked: String,
    pub joined_at: DateTime<Utc>,
}

/// `GET /cs/members/{id}`.
#[derive(Clone, Debug, Serialize)]
pub struct CsMember {
    pub member: CsMemberRow,
    pub accounts: Vec<CsAccount>,
    pub mandates: Vec<MandateCard>,
    /// Newest first.
    pub latest: Vec<TransferRow>,
    pub as_of: DateTime<Utc>,
}

#[derive(Clone, Debug, Serialize)]
pub struct CsAccount {
    pub label: AccountLabel,
    pub state: AccountState,
    pub linked_at: DateTime<Utc>,
}

fn sample_row() -> CsMemberRow {
    CsMemberRow {
        id: "mem_019ac1f05d7a7b3e8c41f2a90b6d7e10".to_owned(),
        name_masked: "김*지".to_owned(),
        email_masked: "mi***@naru.test".to_owned(),
        joined_at: example::at(0),
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
        vec![
            ("nothing asked", list("", Vec::new(), Paging::default())),
            ("nobody found", list(example::HOSTILE, Vec::new(), Paging::default())),
            ("some found", list("김민지", vec![sample_row(), sample_row()], middle)),
        ]
    }
}

impl Page for CsMember {
    const TEMPLATE: &'static str = "cs/member.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let account = |state| CsAccount {
            label: AccountLabel {
                nickname: example::HOSTILE.to_owned(),
                ..example::account_label()
            },
            state,
            linked_at: example::at(0),
        };
        let full = Self {
            member: sample_row(),
            accounts: vec![account(AccountState::Active), account(AccountState::Pending)],
            mandates: crate::views::web::mandates::samples_of_cards(),
            latest: vec![
                example::row(TransferKind::Payment, TransferState::Succeeded),
                example::row(TransferKind::Refund, TransferState::Unknown),
            ],
            as_of: example::at(90),
        };
        let bare = Self {
            accounts: Vec::new(),
            mandates: Vec::new(),
            latest: Vec::new(),
            ..full.clone()
        };
        vec![("everything", full), ("nothing yet", bare)]
    }
}
