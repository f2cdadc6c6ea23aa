//! `/accounts/{id}`: one account, its balance, its name, its history, and the way to let it go.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::accounts::AccountCard;
use crate::views::{
    balance::BalanceView,
    example,
    form::{FieldErrors, FieldProblem},
    page::Page,
    paging::Paging,
    transfer::TransferRow,
    words::{BalanceProblem, LinkProblem},
};

/// `GET /accounts/{id}`, and the answer to a rename that failed.
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
}

impl Page for AccountDetail {
    const TEMPLATE: &'static str = "web/account_detail.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let with = |account: AccountCard, history: Vec<TransferRow>| Self {
            nickname: account.nickname.clone(),
            account,
            linked_at: example::at(0),
            errors: FieldErrors::new(),
            history,
            paging: Paging::default(),
        };
        let active = example::account(1, BalanceView::loading(Some(example::balance())));
        let full = with(active.clone(), example::rows());
        let long_name = "아주 길고 긴 별명을 붙인 통장의 이름";
        let mut samples = vec![
            ("no history", with(active.clone(), Vec::new())),
            (
                "more history",
                Self {
                    paging: Paging::new("/accounts/acc_1", &[], Some("b"), Some("c")),
                    ..full.clone()
                },
            ),
            (
                "stale balance",
                with(
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
                    ..full
                },
            ),
        ];
        for problem in LinkProblem::ALL {
            samples.push(("pending", with(example::pending_account(*problem), Vec::new())));
        }
        samples
    }
}
