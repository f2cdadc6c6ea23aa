//! `/cs/members/{id}`: what a member has, masked.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::actions::notes::{NoteLine, sample_line};
use super::members::CsMemberRow;
use super::unmask::UnmaskForm;
use crate::{
    models::kinds::{AccountState, TransferKind, TransferState},
    money::Won,
    views::{
        example,
        page::Page,
        paging::Paging,
        transfer::{AccountLabel, TransferRow},
        web::mandates::MandateCard,
    },
};

/// `GET /cs/members/{id}`, and the answer to the form on it when it was refused.
#[derive(Clone, Debug, Serialize)]
pub struct CsMember {
    pub member: CsMemberRow,
    pub limits: CsLimits,
    pub notes: CsNotes,
    /// Oldest first, those that were let go of among them.
    pub accounts: Vec<CsAccount>,
    pub mandates: Vec<CsMandateRow>,
    /// Newest first.
    pub payments: Vec<TransferRow>,
    pub paging: Paging,
    /// The same in the search, with its filters.
    pub payments_path: String,
    /// Who looked at this member, for those who may see it.
    pub audit_path: Option<String>,
    /// For those who may see a record whole.
    pub unmask: Option<UnmaskForm>,
    pub as_of: DateTime<Utc>,
}

/// `None`: no limit.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct CsLimits {
    pub per_payment: Option<Won>,
    pub daily: Option<Won>,
}

/// What staff wrote down of the member.
#[derive(Clone, Debug, Serialize)]
pub struct CsNotes {
    /// All of them, and where one is written.
    pub path: String,
    /// The newest.
    pub latest: Vec<NoteLine>,
    pub has_more: bool,
    pub may_write: bool,
}

#[derive(Clone, Debug, Serialize)]
pub struct CsAccount {
    pub label: AccountLabel,
    pub state: AccountState,
    pub linked_at: DateTime<Utc>,
    pub unlinked_at: Option<DateTime<Utc>>,
}

#[derive(Clone, Debug, Serialize)]
pub struct CsMandateRow {
    pub path: String,
    pub card: MandateCard,
}

impl CsMember {
    /// With its form as it was refused.
    #[must_use]
    pub fn with_unmask(self, unmask: UnmaskForm) -> Self {
        Self {
            unmask: Some(unmask),
            ..self
        }
    }
}

impl Page for CsMember {
    const TEMPLATE: &'static str = "cs/member.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let account = |state, unlinked_at| CsAccount {
            label: AccountLabel {
                nickname: example::HOSTILE.to_owned(),
                ..example::account_label()
            },
            state,
            linked_at: example::at(0),
            unlinked_at,
        };
        let mandates = crate::views::web::mandates::samples_of_cards();
        let full = Self {
            member: CsMemberRow::example(),
            limits: CsLimits {
                per_payment: Some(Won::new(1_000_000)),
                daily: None,
            },
            notes: CsNotes {
                path: "/cs/members/mem_019ac1f05d7a7b3e8c41f2a90b6d7e10/notes".to_owned(),
                latest: vec![sample_line(), sample_line()],
                has_more: true,
                may_write: true,
            },
            accounts: vec![
                account(AccountState::Active, None),
                account(AccountState::Pending, None),
                account(AccountState::Active, Some(example::at(3_600))),
            ],
            mandates: mandates
                .into_iter()
                .map(|card| CsMandateRow {
                    path: format!("/cs/mandates/{}", card.id),
                    card,
                })
                .collect(),
            payments: vec![
                example::row(TransferKind::Payment, TransferState::Succeeded),
                example::row(TransferKind::Refund, TransferState::Unknown),
            ],
            paging: Paging::new("/cs/members/mem_1", &[], Some("b"), Some("c")),
            payments_path: "/cs/payments?q=mem_019ac1f05d7a7b3e8c41f2a90b6d7e10".to_owned(),
            audit_path: Some("/cs/audit?subject=mem_019ac1f05d7a7b3e8c41f2a90b6d7e10".to_owned()),
            unmask: Some(UnmaskForm::example()),
            as_of: example::at(90),
        };
        let bare = Self {
            notes: CsNotes {
                latest: Vec::new(),
                has_more: false,
                may_write: false,
                ..full.notes.clone()
            },
            accounts: Vec::new(),
            mandates: Vec::new(),
            payments: Vec::new(),
            paging: Paging::default(),
            audit_path: None,
            unmask: None,
            ..full.clone()
        };
        let left = Self {
            member: CsMemberRow::withdrawn_example(),
            ..full.clone()
        };
        vec![("everything", full), ("nothing yet", bare), ("withdrawn", left)]
    }
}
