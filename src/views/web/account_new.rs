//! `/accounts/new`: the first step of linking an account, what is typed.

use serde::Serialize;

use crate::{
    accounts::request::BANKS,
    views::{
        example,
        form::{FieldErrors, FieldProblem},
        page::Page,
    },
};

/// `GET /accounts/new`, and the answer to a `POST` whose fields were refused, with what was typed.
#[derive(Clone, Debug, Serialize)]
pub struct AccountNew {
    /// The banks whose accounts can be linked, by code.
    pub banks: Vec<&'static str>,
    /// The chosen bank's code.
    pub bank: String,
    /// Digits and dashes, as typed.
    pub number: String,
    pub nickname: String,
    /// Fields: `bank`, `number`, `nickname`.
    pub errors: FieldErrors,
    pub replaces: Option<ReplacedAccount>,
    pub kept: Option<KeptNumber>,
}

/// A number that was typed before: an empty field keeps it. No page gives it back.
#[derive(Clone, Debug, Serialize)]
pub struct KeptNumber {
    /// With all that was typed, sealed.
    pub draft: String,
    pub number_masked: String,
}

/// A pending account whose number was wrong.
#[derive(Clone, Debug, Serialize)]
pub struct ReplacedAccount {
    /// `acc_…`.
    pub id: String,
    pub number_masked: String,
}

impl Default for AccountNew {
    fn default() -> Self {
        let banks: Vec<_> = BANKS.into_iter().map(|bank| bank.code).collect();
        Self {
            bank: banks.first().copied().unwrap_or_default().to_owned(),
            banks,
            number: String::new(),
            nickname: String::new(),
            errors: FieldErrors::new(),
            replaces: None,
            kept: None,
        }
    }
}

impl Page for AccountNew {
    const TEMPLATE: &'static str = "web/account_new.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let refused = |bank: &str, number: FieldProblem| Self {
            bank: bank.to_owned(),
            number: "12-34".to_owned(),
            nickname: "아주 길고 긴 별명을 붙인 통장의 이름".to_owned(),
            errors: FieldErrors::from([
                ("bank", FieldProblem::BankUnknown),
                ("number", number),
                ("nickname", FieldProblem::NicknameTooLong),
            ]),
            ..Self::default()
        };
        let replacing = Self {
            nickname: "생활비".to_owned(),
            replaces: Some(ReplacedAccount {
                id: example::ACCOUNT_ID.to_owned(),
                number_masked: "30200000*****".to_owned(),
            }),
            ..Self::default()
        };
        let correcting = Self {
            nickname: "생활비".to_owned(),
            kept: Some(KeptNumber {
                draft: "v1.1.c2VhbGVk".to_owned(),
                number_masked: "30200000*****".to_owned(),
            }),
            ..Self::default()
        };
        vec![
            ("empty", Self::default()),
            ("correcting", correcting),
            ("fields refused", refused("004", FieldProblem::AccountNumberFormat)),
            ("length 011", refused("011", FieldProblem::AccountNumberLength011)),
            ("length 012", refused("012", FieldProblem::AccountNumberLength012)),
            ("another number", replacing),
        ]
    }
}
