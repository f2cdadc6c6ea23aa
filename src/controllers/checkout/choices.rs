//! The member's accounts to choose among, each with what is known of its balance.

use axum::response::Response;
use futures::future::join_all;

use super::shop;
use crate::accounts::{AccountRow, balance};
use crate::controllers::pages::PageError;
use crate::controllers::web::context::Visit;
use crate::controllers::web::rows;
use crate::ids::{AccountId, Prefix, UserId};
use crate::models::kinds::AccountState;
use crate::money::Won;
use crate::views::checkout::balance::{Choice, ChoiceBalance, is_short};

/// The accounts that can pay, and those that are not linked all the way.
pub struct Choices {
    pub active: Vec<Choice>,
    pub pending: Vec<Choice>,
}

/// All of the member's. With `ask_bank` the page waits for the bank, for browsers without scripts.
pub async fn of(visit: &Visit, member: UserId, amount: Option<Won>, ask_bank: bool) -> Result<Choices, PageError> {
    let accounts = AccountRow::list_owned_by(visit.db(), member).await?;
    let cards = accounts.iter().map(async |account| {
        let balance = if ask_bank && account.state == AccountState::Active {
            rows::read(balance::fresh(&visit.services, account).await)
        } else {
            rows::loading(visit.services.balances.last_known(account.id).await)
        };
        Choice::new(rows::account_card(account, balance, visit.services.clock.now()), amount)
    });
    let (active, pending) = join_all(cards)
        .await
        .into_iter()
        .partition(|choice| choice.account.state == AccountState::Active);
    Ok(Choices { active, pending })
}

/// The fragment that takes the place of a choice's balance: 200 whatever the bank says.
pub async fn show_balance(
    visit: &Visit,
    path: String,
    amount: Option<Won>,
    account: &str,
) -> Result<Response, PageError> {
    let member = shop::member(visit).ok_or(PageError::forbidden())?.id;
    let id = parse(account).ok_or(PageError::not_found())?;
    let found = AccountRow::find_owned_by(visit.db(), member, id).await?;
    let account = found.ok_or(PageError::not_found())?;
    let balance = rows::read(balance::fresh(&visit.services, &account).await);
    visit.show(&ChoiceBalance {
        path,
        account_id: Prefix::Account.show(account.id.0),
        short: is_short(&balance, amount),
        balance,
    })
}

pub fn parse(account: &str) -> Option<AccountId> {
    Prefix::Account.parse(account).map(AccountId)
}
