//! `/accounts`: the member's accounts with their balances, and the one card that loads afterwards.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::{
    models::kinds::AccountState,
    money::Won,
    views::{
        balance::{BalanceState, BalanceView},
        example,
        page::Page,
        words::{BalanceProblem, LinkProblem},
    },
};

/// `GET /accounts`, at once from our own data; with `?wait=1`, after the bank was asked.
#[derive(Clone, Debug, Serialize)]
pub struct AccountList {
    pub accounts: Vec<AccountCard>,
    total: Option<TotalBalance>,
}

/// One linked or half-linked account.
#[derive(Clone, Debug, Serialize)]
pub struct AccountCard {
    /// `acc_…`.
    pub id: String,
    /// Empty when the member gave none; the bank's name stands for it.
    pub nickname: String,
    pub bank_code: String,
    pub number_masked: String,
    pub state: AccountState,
    /// Of a pending account: where linking stopped last time.
    pub link_problem: Option<LinkProblem>,
    /// Of a pending account: the bank is being asked at this moment.
    pub in_hand: bool,
    /// Not shown while the account is pending.
    pub balance: BalanceView,
}

/// The sum over the accounts, for those who have more than one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
struct TotalBalance {
    /// Of the balances that are known; `None` where none is.
    ledger: Option<Won>,
    /// The time of the oldest part: the sum is not newer than that.
    at: Option<DateTime<Utc>>,
    /// Accounts whose balance is not in the sum, because nobody knows it.
    unknown: usize,
    /// Whether every part is the bank's answer of just now.
    fresh: bool,
}

/// `GET /accounts/{id}/balance`: the fragment that takes the place of the card's balance. Always HTTP 200.
#[derive(Clone, Debug, Serialize)]
pub struct BalanceCard {
    /// `acc_…`.
    pub account_id: String,
    pub balance: BalanceView,
}

impl AccountList {
    #[must_use]
    pub fn new(accounts: Vec<AccountCard>) -> Self {
        let total = total_of(&accounts);
        Self { accounts, total }
    }
}

fn total_of(accounts: &[AccountCard]) -> Option<TotalBalance> {
    let active: Vec<_> = accounts
        .iter()
        .filter(|card| card.state == AccountState::Active)
        .collect();
    if active.len() < 2 {
        return None;
    }
    let known: Vec<_> = active.iter().filter_map(|card| card.balance.known).collect();
    let ledger = known
        .iter()
        .try_fold(Won::ZERO, |sum, part| sum.checked_add(part.ledger));
    Some(TotalBalance {
        ledger: ledger.filter(|_| !known.is_empty()),
        at: known.iter().map(|part| part.at).min(),
        unknown: active.len() - known.len(),
        fresh: active.iter().all(|card| card.balance.state == BalanceState::Fresh),
    })
}

impl Page for AccountList {
    const TEMPLATE: &'static str = "web/accounts.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let loading = [
            example::account(1, BalanceView::loading(Some(example::balance()))),
            example::account(2, BalanceView::loading(None)),
            example::pending_account(LinkProblem::StillIssuing),
        ];
        let waited = [
            example::account(1, BalanceView::fresh(example::balance())),
            example::account(2, BalanceView::fresh(example::balance())),
            example::account(
                3,
                BalanceView::failed(Some(example::balance()), BalanceProblem::BankSlow),
            ),
        ];
        vec![
            ("none linked", Self::new(Vec::new())),
            ("before any script", Self::new(loading.to_vec())),
            ("the bank was waited for", Self::new(waited.to_vec())),
            ("all fresh", Self::new(waited.iter().take(2).cloned().collect())),
        ]
    }
}

impl Page for BalanceCard {
    const TEMPLATE: &'static str = "web/_balance.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let card = |balance| Self {
            account_id: example::ACCOUNT_ID.to_owned(),
            balance,
        };
        let mut samples = vec![("fresh", card(BalanceView::fresh(example::balance())))];
        samples.push((
            "closed until",
            card(BalanceView {
                until: Some(example::at(1_800)),
                ..BalanceView::failed(Some(example::balance()), BalanceProblem::OutsideServiceHours)
            }),
        ));
        samples.push((
            "consent at the bank",
            card(BalanceView {
                consent_url: Some("https://consent.invalid/web".to_owned()),
                ..BalanceView::failed(None, BalanceProblem::ConsentRequired)
            }),
        ));
        for problem in BalanceProblem::ALL {
            let known = Some(example::balance());
            samples.push(("stale", card(BalanceView::failed(known, *problem))));
            samples.push(("never known", card(BalanceView::failed(None, *problem))));
        }
        samples
    }
}

#[cfg(test)]
mod tests {
    use super::AccountList;
    use crate::{
        money::Won,
        views::{balance::BalanceView, example},
    };

    #[test]
    fn a_total_is_of_what_is_known_as_old_as_its_oldest_part_and_says_how_much_is_missing() {
        let known = || example::account(1, BalanceView::loading(Some(example::balance())));
        let unknown = example::account(2, BalanceView::loading(None));
        assert_eq!(AccountList::new(vec![known()]).total, None);

        let half = AccountList::new(vec![known(), unknown]).total.expect("two accounts");
        assert_eq!(half.ledger, Some(Won::new(1_234_500)));
        assert_eq!((half.at, half.unknown), (Some(example::at(0)), 1));

        let nothing = example::account(1, BalanceView::loading(None));
        let nothing = AccountList::new(vec![nothing.clone(), nothing])
            .total
            .expect("two accounts");
        assert_eq!((nothing.ledger, nothing.at, nothing.unknown), (None, None, 2));

        let mut older = known();
        if let Some(balance) = older.balance.known.as_mut() {
            balance.at = example::at(-60);
        }
        let whole = AccountList::new(vec![known(), older]).total.expect("two accounts");
        assert_eq!((whole.ledger, whole.unknown), (Some(Won::new(2 * 1_234_500)), 0));
        assert_eq!(whole.at, Some(example::at(-60)));
        assert!(!whole.fresh);
    }
}
