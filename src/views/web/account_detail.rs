//! `/accounts/{id}`: one account, its balance, its name, its history, and the way to let it go.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::account_statement::PeriodForm;
use super::accounts::AccountCard;
use crate::money::Won;
use crate::views::{
    balance::BalanceView,
    example,
    form::{FieldErrors, FieldProblem},
    page::Page,
    paging::Paging,
    transfer::TransferRow,
    words::{BalanceProblem, LinkProblem},
};

/// `GET /accounts/{id}`, and the answer to a rename or an unlinking that was refused.
///
/// Its forms: `POST /accounts/{id}/nickname` (`nickname`), `POST /accounts/{id}/link` (a pending account goes on),
/// `POST /accounts/{id}/unlink`.
#[derive(Clone, Debug, Serialize)]
pub struct AccountDetail {
    pub account: AccountCard,
    pub linked_at: DateTime<Utc>,
    /// In the rename form: the present nickname, or what was typed and refused.
    pub nickname: String,
    /// Fields: `nickname`.
    pub errors: FieldErrors,
    /// Payments and refunds of this account, newest first.
    pub history: Vec<TransferRow>,
    pub paging: Paging,
    /// Shops that may charge it.
    pub mandates: Vec<MandateLine>,
    /// What the member agreed to when linking it, the newest first.
    pub consents: Vec<ConsentLine>,
    /// Payments and refunds that must be settled before it can be unlinked, the newest first.
    pub unsettled: Vec<TransferRow>,
    /// For asking the bank what happened on it; `None` while it is pending.
    pub statement: Option<PeriodForm>,
}

/// A standing consent to be charged by a shop.
#[derive(Clone, Debug, Serialize)]
pub struct MandateLine {
    /// `man_…`; `None` before it is approved, when there is no page to go to.
    pub id: Option<String>,
    pub partner_name: String,
    pub per_payment: Won,
    pub daily: Won,
}

/// A text that was agreed to, as it read then.
#[derive(Clone, Debug, Serialize)]
pub struct ConsentLine {
    pub at: DateTime<Utc>,
    pub version: String,
    pub lines: Vec<String>,
}

impl Page for AccountDetail {
    const TEMPLATE: &'static str = "web/account_detail.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let active = example::account(1, BalanceView::loading(Some(example::balance())));
        let full = sample(active.clone(), example::rows());
        let long_name = "아주 길고 긴 별명을 붙인 통장의 이름";
        let mut samples = vec![
            ("no history", sample(active.clone(), Vec::new())),
            (
                "more history",
                Self {
                    paging: Paging::new("/accounts/acc_1", &[], Some("b"), Some("c")),
                    ..full.clone()
                },
            ),
            (
                "stale balance",
                sample(
                    example::account(
                        1,
                        BalanceView::failed(Some(example::balance()), BalanceProblem::BankUnavailable),
                    ),
                    example::rows(),
                ),
            ),
            (
                "nickname refused",
                Self {
                    nickname: long_name.to_owned(),
                    errors: FieldErrors::from([("nickname", FieldProblem::NicknameTooLong)]),
                    ..full.clone()
                },
            ),
            (
                "payments under way",
                Self {
                    unsettled: example::rows(),
                    mandates: Vec::new(),
                    ..full
                },
            ),
        ];
        for problem in LinkProblem::ALL {
            let pending = Self {
                statement: None,
                mandates: Vec::new(),
                ..sample(example::pending_account(*problem), Vec::new())
            };
            samples.push(("pending", pending));
        }
        samples
    }
}

fn sample(account: AccountCard, history: Vec<TransferRow>) -> AccountDetail {
    let mandate = |name: &str, id: Option<&str>| MandateLine {
        id: id.map(str::to_owned),
        partner_name: name.to_owned(),
        per_payment: Won::new(1_000_000),
        daily: Won::new(5_000_000),
    };
    AccountDetail {
        nickname: account.nickname.clone(),
        account,
        linked_at: example::at(0),
        errors: FieldErrors::new(),
        history,
        paging: Paging::default(),
        mandates: vec![
            mandate(example::PARTNER, Some("man_019ac1f05d7a7b3e8c41f2a90b6d7e20")),
            mandate(example::HOSTILE, None),
        ],
        consents: vec![ConsentLine {
            at: example::at(0),
            version: "2026-11-26".to_owned(),
            lines: vec!["제공 항목: 은행, 계좌번호, 생년월일".to_owned(); 4],
        }],
        unsettled: Vec::new(),
        statement: Some(PeriodForm::sample()),
    }
}
