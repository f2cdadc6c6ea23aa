//! `/checkout/mandates/{id}`: who asks for a mandate, its limits, an account to choose, the text, and the yes or no.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::balance::Choice;
use super::{Asked, MANDATE_PATH, hostile, sample};
use crate::money::Won;
use crate::partners::mandate_consent::MandateConsent;
use crate::views::balance::BalanceView;
use crate::views::example;
use crate::views::form::{FieldErrors, FieldProblem};
use crate::views::page::Page;
use crate::views::transfer::AccountLabel;
use crate::views::web::accounts::AccountCard;
use crate::views::web::sign_in::Wait;
use crate::views::words::LinkProblem;

/// While it waits for an answer. Its forms: `GET` (`account`: which), `POST …` (`account`, `text`, `consent`, `password`),
/// `POST …/decline`.
#[derive(Clone, Debug, Serialize)]
pub struct Approval {
    pub asked: Asked,
    pub per_payment: Won,
    pub daily: Won,
    pub expires_at: Option<DateTime<Utc>>,
    pub is_member: bool,
    /// To choose among, before one is chosen.
    pub choices: Vec<Choice>,
    pub pending: Vec<Choice>,
    /// The account that was chosen, with the text about it.
    pub chosen: Option<Chosen>,
    /// Whether there are others.
    pub can_change: bool,
    /// Fields: `account`, `consent`, `password`.
    pub errors: FieldErrors,
    pub wait: Option<Wait>,
}

#[derive(Clone, Debug, Serialize)]
pub struct Chosen {
    pub account: AccountCard,
    version: &'static str,
    /// Sent back with the form: the text that was read is the one that is kept.
    hash: String,
    parts: Vec<(String, String)>,
}

impl Chosen {
    #[must_use]
    pub fn new(account: AccountCard, text: MandateConsent) -> Self {
        Self {
            account,
            version: text.version,
            hash: text.hash,
            parts: text.parts,
        }
    }
}

/// What its member sees of an answer that was given.
#[derive(Clone, Debug, Serialize)]
pub struct Approved {
    pub asked: Asked,
    pub mandate_id: String,
    pub per_payment: Won,
    pub daily: Won,
    pub account: AccountLabel,
    /// It was ended since.
    pub is_ended: bool,
}

impl Page for Approval {
    const TEMPLATE: &'static str = "checkout/approve.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let account = |number| example::account(number, BalanceView::loading(Some(example::balance())));
        let visitor = Self {
            asked: sample(MANDATE_PATH),
            per_payment: Won::new(500_000),
            daily: Won::new(1_000_000),
            expires_at: Some(example::at(86_400)),
            is_member: false,
            choices: Vec::new(),
            pending: Vec::new(),
            chosen: None,
            can_change: false,
            errors: FieldErrors::new(),
            wait: None,
        };
        let member = Self {
            is_member: true,
            ..visitor.clone()
        };
        let choosing = Self {
            choices: [1, 2, 3].map(|number| Choice::new(account(number), None)).to_vec(),
            pending: vec![Choice::new(example::pending_account(LinkProblem::StillIssuing), None)],
            errors: FieldErrors::from([("account", FieldProblem::ChoiceUnknown)]),
            ..member.clone()
        };
        let chosen = |asked: Asked| Self {
            chosen: Some(Chosen {
                account: account(1),
                version: "2026-11-26",
                hash: "0".repeat(64),
                parts: vec![("가맹점".to_owned(), asked.shop.clone())],
            }),
            can_change: true,
            asked,
            ..member.clone()
        };
        let refused = Self {
            errors: FieldErrors::from([
                ("consent", FieldProblem::ConsentRequired),
                ("password", FieldProblem::PasswordWrong),
            ]),
            ..chosen(hostile(MANDATE_PATH))
        };
        let too_many = Self {
            wait: Some(Wait::Minutes(2)),
            ..chosen(sample(MANDATE_PATH))
        };
        vec![
            ("not signed in", visitor),
            ("no account", member.clone()),
            ("to choose", choosing),
            ("to approve", chosen(sample(MANDATE_PATH))),
            ("refused", refused),
            ("too many passwords", too_many),
        ]
    }
}

impl Page for Approved {
    const TEMPLATE: &'static str = "checkout/approved.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let approved = |asked, is_ended| Self {
            asked,
            mandate_id: "man_019ac1f05d7a7b3e8c41f2a90b6d7e10".to_owned(),
            per_payment: Won::new(500_000),
            daily: Won::new(1_000_000),
            account: example::account_label(),
            is_ended,
        };
        vec![
            ("active", approved(sample(MANDATE_PATH), false)),
            ("ended since", approved(hostile(MANDATE_PATH), true)),
        ]
    }
}
