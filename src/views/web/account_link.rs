//! `/accounts/{id}/link` and `/accounts/{id}/linked`: the last two steps of linking an account.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::accounts::AccountCard;
use crate::views::{balance::BalanceView, example, page::Page, words::LinkProblem};

/// `GET /accounts/{id}/link` of a pending account: it looks again by itself while the bank is asked, and tells where it
/// stopped.
///
/// Its form: `POST /accounts/{id}/link` (goes on).
#[derive(Clone, Debug, Serialize)]
pub struct AccountLink {
    pub account: AccountCard,
    /// When the bank works again, where it does not just now and that is known.
    pub until: Option<DateTime<Utc>>,
    /// Whether this number will not be linked as things are: another one, or somebody's help, is the way on.
    pub is_for_good: bool,
}

/// `GET /accounts/{id}/linked`: done.
#[derive(Clone, Debug, Serialize)]
pub struct AccountLinked {
    pub account: AccountCard,
    /// The hosted page that the member is on the way from.
    pub way_back: Option<String>,
}

impl AccountLink {
    #[must_use]
    pub fn new(account: AccountCard, until: Option<DateTime<Utc>>) -> Self {
        Self {
            is_for_good: account.link_problem.is_some_and(is_for_good),
            account,
            until,
        }
    }
}

const fn is_for_good(problem: LinkProblem) -> bool {
    matches!(
        problem,
        LinkProblem::NoSuchAccount
            | LinkProblem::OtherHolder
            | LinkProblem::BirthDateMismatch
            | LinkProblem::AlreadyRegistered
            | LinkProblem::Taken
            | LinkProblem::BankRefused
    )
}

impl Page for AccountLink {
    const TEMPLATE: &'static str = "web/account_link.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let in_hand = AccountCard {
            in_hand: true,
            link_problem: None,
            ..example::pending_account(LinkProblem::Other)
        };
        let untold = AccountCard {
            in_hand: false,
            ..in_hand.clone()
        };
        let mut samples = vec![
            ("the bank is asked", Self::new(in_hand, None)),
            ("stopped without a word", Self::new(untold, None)),
        ];
        for problem in LinkProblem::ALL {
            let until = (*problem == LinkProblem::OutsideServiceHours).then(|| example::at(1_800));
            samples.push((problem.as_str(), Self::new(example::pending_account(*problem), until)));
        }
        samples
    }
}

impl Page for AccountLinked {
    const TEMPLATE: &'static str = "web/account_linked.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let account = example::account(1, BalanceView::loading(None));
        let linked = Self {
            account,
            way_back: None,
        };
        let on_the_way = Self {
            way_back: Some("/checkout/chk_019ac1f05d7a7b3e8c41f2a90b6d7e10".to_owned()),
            ..linked.clone()
        };
        vec![("linked", linked), ("on the way to a checkout", on_the_way)]
    }
}
