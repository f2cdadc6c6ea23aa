//! `/accounts/new`: link a bank account.

use serde::Serialize;

use crate::views::{
    example,
    form::{FieldErrors, FieldProblem},
    page::Page,
    words::LinkProblem,
};

/// The banks whose accounts can be linked, by code: NongHyup Bank and the local cooperatives.
pub const BANKS: [&str; 2] = ["011", "012"];

/// `GET /accounts/new`, and the answer to a `POST` that failed, with what was typed.
#[derive(Clone, Debug, Serialize)]
pub struct AccountNew {
    pub banks: [&'static str; 2],
    /// The chosen bank's code.
    pub bank: String,
    /// Digits and dashes, as typed.
    pub number: String,
    pub nickname: String,
    /// Whether the box was ticked.
    pub consent: bool,
    /// Fields: `bank`, `number`, `nickname`, `consent`.
    pub errors: FieldErrors,
    pub problem: Option<LinkProblem>,
    /// `acc_…` of the account that the problem is about: kept as pending, or here already.
    pub account_id: Option<String>,
}

impl Default for AccountNew {
    fn default() -> Self {
        Self {
            banks: BANKS,
            bank: BANKS[0].to_owned(),
            number: String::new(),
            nickname: String::new(),
            consent: false,
            errors: FieldErrors::new(),
            problem: None,
            account_id: None,
        }
    }
}

impl Page for AccountNew {
    const TEMPLATE: &'static str = "web/account_new.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let typed = Self {
            bank: "012".to_owned(),
            number: "302-0000-0001-09".to_owned(),
            nickname: "생활비".to_owned(),
            consent: true,
            ..Self::default()
        };
        let refused = Self {
            number: "12-34".to_owned(),
            nickname: "아주 길고 긴 별명을 붙인 통장의 이름".to_owned(),
            consent: false,
            errors: FieldErrors::from([
                ("bank", FieldProblem::BankUnknown),
                ("number", FieldProblem::AccountNumberFormat),
                ("nickname", FieldProblem::NicknameTooLong),
                ("consent", FieldProblem::ConsentRequired),
            ]),
            ..typed.clone()
        };
        let mut samples = vec![("empty", Self::default()), ("fields refused", refused)];
        for problem in LinkProblem::ALL {
            let sample = Self {
                problem: Some(*problem),
                account_id: matches!(problem, LinkProblem::Duplicate | LinkProblem::StillIssuing)
                    .then(|| example::ACCOUNT_ID.to_owned()),
                ..typed.clone()
            };
            samples.push((problem.as_str(), sample));
        }
        samples
    }
}
