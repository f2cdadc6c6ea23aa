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
        let too_much = Self {
            amount: Won::new(99_000_000),
            choices: choices(Won::new(99_000_000)),
            asked: hostile(CHECKOUT_PATH),
            description: example::HOSTILE.to_owned(),
            ..to_confirm()
        };
        let refused = Self {
            errors: FieldErrors::from([
                ("account", FieldProblem::ChoiceUnknown),
                ("password", FieldProblem::PasswordWrong),
            ]),
            ..to_confirm()
        };
        let too_many = Self {
            wait: Some(Wait::Seconds(8)),
            ..to_confirm()
        };
        let mut samples = without_account();
        samples.extend([
            ("to confirm", to_confirm()),
            ("not enough", too_much),
            ("refused", refused),
            ("too many passwords", too_many),
        ]);
        for problem in PayProblem::ALL {
            let problem = Some(problem);
            let page = Self {
                problem,
                ..to_confirm()
            };
            samples.push(("could not be confirmed", page));
        }
        samples
    }
}

fn choices(amount: Won) -> Vec<Choice> {
    let known = BalanceView::loading(Some(example::balance()));
    let accounts = [
        example::account(1, known),
        example::account(2, BalanceView::loading(None)),
        example::account(3, BalanceView::loading(None)),
    ];
    accounts.map(|account| Choice::new(account, Some(amount))).to_vec()
}

fn to_confirm() -> Pay {
    let amount = Won::new(12_300);
    Pay {
        asked: sample(CHECKOUT_PATH),
        amount,
        description: "드립백 커피 10개".to_owned(),
        order_id: "order-20261125-0042".to_owned(),
        expires_at: example::at(1_800),
        is_member: true,
        choices: choices(amount),
        pending: Vec::new(),
        chosen: example::account(1, BalanceView::loading(None)).id,
        errors: FieldErrors::new(),
        problem: None,
        wait: None,
    }
}

fn without_account() -> Vec<(&'static str, Pay)> {
    let nothing_linked = Pay {
        choices: Vec::new(),
        chosen: String::new(),
        ..to_confirm()
    };
    let visitor = Pay {
        is_member: false,
        ..nothing_linked.clone()
    };
    let half_linked = Pay {
        pending: vec![Choice::new(example::pending_account(LinkProblem::StillIssuing), None)],
        ..nothing_linked.clone()
    };
    vec![
        ("not signed in", visitor),
        ("no account", nothing_linked),
        ("half an account", half_linked),
    ]
}
