//! `/accounts`: the list at once from our own data, one account with its history, and the balance that loads after.

use axum::extract::{Path, Query};
use axum::response::Response;
use futures::future::join_all;
use loco_rs::controller::Routes;
use serde::Deserialize;

use super::context::{MemberVisit, Visit};
use super::{account_statement, rows};
use crate::accounts::{AccountRow, balance, standing, unlink};
use crate::clock::kst_date;
use crate::controllers::api::cursor;
use crate::controllers::pages::PageError;
use crate::controllers::routing::get;
use crate::ids::{AccountId, Prefix, UserId};
use crate::members::history;
use crate::models::account_consents;
use crate::models::kinds::AccountState;
use crate::views::balance::BalanceView;
use crate::views::form::FieldErrors;
use crate::views::paging::Paging;
use crate::views::web::account_detail::AccountDetail;
use crate::views::web::accounts::{AccountList, BalanceCard};

/// Rows on one page of a list.
pub(super) const PAGE_ROWS: u64 = 20;

pub fn routes() -> Routes {
    Routes::new()
        .add("/accounts", get(list))
        .add("/accounts/{id}", get(show))
        .add("/accounts/{id}/balance", get(show_balance))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    /// `1`: the bank is asked before the page is answered, for browsers without scripts.
    wait: String,
    cursor: String,
}

impl Asked {
    fn waits(&self) -> bool {
        self.wait == "1"
    }
}

async fn list(visit: MemberVisit, Query(asked): Query<Asked>) -> Result<Response, PageError> {
    let accounts = AccountRow::list_owned_by(visit.db(), visit.member).await?;
    let cards = accounts.iter().map(async |account| {
        let balance = balance_of(&visit, account, asked.waits()).await;
        rows::account_card(account, balance, visit.services.clock.now())
    });
    let cards = join_all(cards).await;
    visit.show(&AccountList::new(cards))
}

async fn show(visit: MemberVisit, Path(id): Path<String>, Query(asked): Query<Asked>) -> Result<Response, PageError> {
    let account = find(&visit, visit.member, &id).await?;
    let balance = balance_of(&visit, &account, asked.waits()).await;
    let page = detail(&visit, visit.member, &account, balance, &asked.cursor).await?;
    visit.show(&page)
}

/// The fragment that takes the place of a card's balance: 200 whatever the bank says.
async fn show_balance(visit: MemberVisit, Path(id): Path<String>) -> Result<Response, PageError> {
    let account = find(&visit, visit.member, &id).await?;
    visit.show(&BalanceCard {
        account_id: Prefix::Account.show(account.id.0),
        balance: balance_of(&visit, &account, true).await,
    })
}

async fn balance_of(visit: &Visit, account: &AccountRow, ask_bank: bool) -> BalanceView {
    if ask_bank && account.state == AccountState::Active {
        rows::read(balance::fresh(&visit.services, account).await)
    } else {
        rows::loading(visit.services.balances.last_known(account.id).await)
    }
}

/// The member's account that an address names.
pub(super) async fn find(visit: &Visit, member: UserId, id: &str) -> Result<AccountRow, PageError> {
    let id = parse_id(id)?;
    AccountRow::find_owned_by(visit.db(), member, id)
        .await?
        .ok_or(PageError::not_found())
}

pub(super) fn parse_id(id: &str) -> Result<AccountId, PageError> {
    Prefix::Account.parse(id).map(AccountId).ok_or(PageError::not_found())
}

/// The page of one account.
pub(super) async fn detail(
    visit: &Visit,
    member: UserId,
    account: &AccountRow,
    balance: BalanceView,
    cursor: &str,
) -> Result<AccountDetail, PageError> {
    let after = cursor::parse(cursor);
    let history = history::list_owned_by(visit.db(), member, Some(account.id), after, PAGE_ROWS).await?;
    let next = history.next.map(cursor::show);
    let path = rows::account_path(account.id);
    let now = visit.services.clock.now();
    let unsettled = unlink::unsettled(visit.db(), account.member_id, account.id, PAGE_ROWS).await?;
    let unsettled = history::with_partner_names(visit.db(), unsettled).await?;
    let is_active = account.state == AccountState::Active;
    Ok(AccountDetail {
        account: rows::account_card(account, balance, now),
        linked_at: account.created_at,
        nickname: account.nickname.clone(),
        errors: FieldErrors::new(),
        history: history.entries.into_iter().map(rows::transfer_row).collect(),
        paging: Paging::new(&path, &[], after.map(|_| cursor), next.as_deref()),
        mandates: standing::list_owned_by(visit.db(), member, account.id)
            .await?
            .into_iter()
            .map(rows::mandate_line)
            .collect(),
        consents: account_consents::Model::list_owned_by(visit.db(), member, account.id)
            .await?
            .into_iter()
            .map(|consent| rows::consent_line(consent.agreed_at, consent.text_version, &consent.text))
            .collect(),
        unsettled: unsettled.into_iter().map(rows::transfer_row).collect(),
        statement: is_active.then(|| account_statement::form("", "", kst_date(now))),
    })
}
