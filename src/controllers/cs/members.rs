//! `/cs/members`: find a member while they are on the line, and see what they have.

use axum::extract::{Path, Query};
use axum::response::Response;
use axum::routing::get;
use loco_rs::controller::Routes;
use serde::Deserialize;

use super::StaffVisit;
use crate::accounts::AccountRow;
use crate::controllers::api::cursor;
use crate::controllers::pages::PageError;
use crate::controllers::web::mandate_cards::mandate_cards;
use crate::controllers::web::rows;
use crate::ids::{Prefix, UserId};
use crate::members::history_filter::{Filter, page_owned_by};
use crate::members::search::{self, SearchError};
use crate::models::{mandates, users};
use crate::security::masking;
use crate::transfers::find::{self, Place};
use crate::views::cs::members::{CsAccount, CsMember, CsMemberList, CsMemberRow};
use crate::views::paging::Paging;

const PATH: &str = "/cs/members";
const PAGE_ROWS: u64 = 50;
const LATEST: u64 = 20;

pub fn routes() -> Routes {
    Routes::new().add(PATH, get(list)).add("/cs/members/{id}", get(show))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    q: String,
    cursor: String,
}

async fn list(visit: StaffVisit, Query(asked): Query<Asked>) -> Result<Response, PageError> {
    let after = cursor::parse(&asked.cursor);
    let q = asked.q.trim().to_owned();
    let mut found = if q.is_empty() {
        Vec::new()
    } else {
        let after = after.map(|place| place.id);
        search::exactly(visit.db(), &visit.services.sealer, &q, after, PAGE_ROWS)
            .await
            .map_err(failed)?
    };
    let place = |user: &users::Model| Place {
        created_at: user.created_at,
        id: user.id.0,
    };
    let next = find::cut(&mut found, PAGE_ROWS, place).map(cursor::show);
    visit.show(&CsMemberList {
        members: found.iter().map(row).collect(),
        paging: Paging::new(PATH, &[("q", &q)], after.map(cursor::show).as_deref(), next.as_deref()),
        q,
    })
}

async fn show(visit: StaffVisit, Path(id): Path<String>) -> Result<Response, PageError> {
    let id = Prefix::Member.parse(&id).map(UserId).ok_or(PageError::not_found())?;
    let member = search::any_member(visit.db(), id)
        .await?
        .ok_or(PageError::not_found())?;
    let accounts = AccountRow::list_owned_by(visit.db(), id).await?;
    let latest = page_owned_by(visit.db(), id, &Filter::default(), None, LATEST).await?;
    visit.show(&CsMember {
        member: row(&member),
        accounts: accounts
            .iter()
            .map(|account| CsAccount {
                label: rows::account_label(account),
                state: account.state,
                linked_at: account.created_at,
            })
            .collect(),
        mandates: mandate_cards(&visit, mandates::Model::list_owned_by(visit.db(), id).await?).await?,
        latest: latest.entries.into_iter().map(rows::transfer_row).collect(),
        as_of: visit.services.clock.now(),
    })
}

fn row(user: &users::Model) -> CsMemberRow {
    CsMemberRow {
        id: Prefix::Member.show(user.id.0),
        name_masked: masking::person_name(&user.name),
        email_masked: masking::email(&user.email),
        joined_at: user.created_at,
    }
}

fn failed(error: SearchError) -> PageError {
    match error {
        SearchError::Database(error) => error.into(),
        error @ SearchError::Seal(_) => PageError::internal(&error),
    }
}
