//! An account to choose, with what is known of its balance: the last known value at once, then the bank's.

use serde::Serialize;

use super::CHECKOUT_PATH;
use crate::money::Won;
use crate::views::balance::BalanceView;
use crate::views::example;
use crate::views::page::Page;
use crate::views::web::accounts::AccountCard;
use crate::views::words::BalanceProblem;

/// One account that can be chosen.
#[derive(Clone, Debug, Serialize)]
pub struct Choice {
    pub account: AccountCard,
    /// Less than the amount, as far as is known.
    pub short: bool,
}

/// `GET …/balance?account=acc_…`: takes the place of a choice's balance. Always HTTP 200.
#[derive(Clone, Debug, Serialize)]
pub struct ChoiceBalance {
    /// Of the page that it is on.
    pub path: String,
    pub account_id: String,
    pub balance: BalanceView,
    pub short: bool,
}

/// Whether it is known that the amount cannot be taken.
#[must_use]
pub fn is_short(balance: &BalanceView, amount: Option<Won>) -> bool {
    let known = balance.known.zip(amount);
    known.is_some_and(|(known, amount)| known.available < amount)
}

impl Choice {
    #[must_use]
    pub fn new(account: AccountCard, amount: Option<Won>) -> Self {
        let short = is_short(&account.balance, amount);
        Self { account, short }
    }
}

impl Page for ChoiceBalance {
    const TEMPLATE: &'static str = "checkout/_balance.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let of = |balance, short| Self {
            path: CHECKOUT_PATH.to_owned(),
            account_id: example::ACCOUNT_ID.to_owned(),
            balance,
            short,
        };
        let known = || Some(example::balance());
        vec![
            ("fresh", of(BalanceView::fresh(example::balance()), false)),
            ("not enough", of(BalanceView::fresh(example::balance()), true)),
            (
                "stale",
                of(BalanceView::failed(known(), BalanceProblem::BankSlow), false),
            ),
            (
                "unknown",
                of(BalanceView::failed(None, BalanceProblem::BankSlow), false),
            ),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_known_is_too_little() {
        let known = BalanceView::loading(Some(example::balance()));
        assert!(!is_short(&known, Some(Won::new(1_184_500))));
        assert!(is_short(&known, Some(Won::new(1_184_501))));
        assert!(!is_short(&BalanceView::loading(None), Some(Won::new(1))));
    }
}
