//! `/checkout/{id}` while it is open: what is asked for, an account to choose, and the password that confirms.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::balance::Choice;
use super::{Asked, CHECKOUT_PATH, hostile, sample};
use crate::money::Won;
use crate::views::balance::BalanceView;
use crate::views::example;
use crate::views::form::{FieldErrors, FieldProblem};
use crate::views::page::Page;
use crate::views::web::sign_in::Wait;
use crate::views::words::LinkProblem;

/// `GET /checkout/{id}`, and the answer to a confirmation that was refused.
///
/// Its form: `POST /checkout/{id}` (`account`, `password`).
#[derive(Clone, Debug, Serialize)]
pub struct Pay {
    pub asked: Asked,
    pub amount: Won,
    pub description: String,
    pub order_id: String,
    pub expires_at: DateTime<Utc>,
    /// What a visitor who is not signed in sees has no accounts and no form.
    pub is_member: bool,
    pub choices: Vec<Choice>,
    /// Pending accounts, which can be gone on with.
    pub pending: Vec<Choice>,
    /// `acc_…`.
    pub chosen: String,
    /// Fields: `account`, `password`.
    pub errors: FieldErrors,
    pub problem: Option<PayProblem>,
    /// After too many passwords.
    pub wait: Option<Wait>,
}

/// Why it could not be confirmed. No money moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PayProblem {
    OwnLimit,
    ShopLimit,
    /// Another payment for the order is under way.
    OrderBusy,
    OrderPaid,
    /// Two at once, or a database that was busy: nothing was written.
    TryAgain,
}

impl PayProblem {
    pub const ALL: [Self; 5] = [
        Self::OwnLimit,
        Self::ShopLimit,
        Self::OrderBusy,
        Self::OrderPaid,
        Self::TryAgain,
    ];
}

impl Page for Pay {
    const TEMPLATE: &'static str = "checkout/pay.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let known = BalanceView::loading(Some(example::balance()));
        let accounts = [
            example::account(1, known),
            example::account(2, BalanceView::loading(None)),
            example::account(3, BalanceView::loading(None)),
        ];
        let amount = Won::new(12_300);
        let page = Self {
            asked: sample(CHECKOUT_PATH),
            amount,
            description: "드립백 커피 10개".to_owned(),
            order_id: "order-20261125-0042".to_owned(),
            expires_at: example::at(1_800),
            is_member: true,
            chosen: accounts[0].id.clone(),
            choices: accounts.map(|account| Choice::new(account, Some(amount))).to_vec(),
            pending: Vec::new(),
            errors: FieldErrors::new(),
            problem: None,
            wait: None,
        };
        let visitor = Self {
            is_member: false,
            choices: Vec::new(),
            chosen: String::new(),
            ..page.clone()
        };
        let nothing_linked = Self {
            is_member: true,
            ..visitor.clone()
        };
        let half_linked = Self {
            pending: vec![Choice::new(example::pending_account(LinkProblem::StillIssuing), None)],
            ..nothing_linked.clone()
        };
        let too_much = Self {
            amount: Won::new(99_000_000),
            choices: page
                .choices
                .iter()
                .map(|choice| Choice {
                    short: true,
                    ..choice.clone()
                })
                .collect(),
            asked: hostile(CHECKOUT_PATH),
            description: example::HOSTILE.to_owned(),
            ..page.clone()
        };
        let refused = Self {
            errors: FieldErrors::from([
                ("account", FieldProblem::ChoiceUnknown),
                ("password", FieldProblem::PasswordWrong),
            ]),
            ..page.clone()
        };
        let too_many = Self {
            wait: Some(Wait::Seconds(8)),
            ..page.clone()
        };
        let mut samples = vec![
            ("not signed in", visitor),
            ("no account", nothing_linked),
            ("half an account", half_linked),
            ("to confirm", page.clone()),
            ("not enough", too_much),
            ("refused", refused),
            ("too many passwords", too_many),
        ];
        for problem in PayProblem::ALL {
            samples.push((
                "could not be confirmed",
                Self {
                    problem: Some(problem),
                    ..page.clone()
                },
            ));
        }
        samples
    }
}
