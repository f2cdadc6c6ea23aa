//! `/payments`: what the member paid and got back.

use std::collections::HashSet;

use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use axum::response::{IntoResponse, Response};
use loco_rs::controller::Routes;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::accounts::PAGE_ROWS;
use super::context::MemberVisit;
use super::payment_filter::{Asked, Wanted};
use super::rows;
use crate::clock::kst_date;
use crate::controllers::api::cursor;
use crate::controllers::pages::PageError;
use crate::controllers::routing::get;
use crate::ids::PartnerId;
use crate::members::history::HistoryPage;
use crate::members::history_filter::page_owned_by;
use crate::models::{mandates, partners};
use crate::views::paging::Paging;
use crate::views::web::payments::{PATH, PaymentList, ShopChoice};

pub fn routes() -> Routes {
    Routes::new().add(PATH, get(list))
}

async fn list(visit: MemberVisit, asked: Result<Query<Asked>, QueryRejection>) -> Result<Response, PageError> {
    let wanted = match Wanted::read(asked, visit.services.clock.today_kst()) {
        Ok(wanted) => wanted,
        Err(rejection) => return Ok(rejection.into_response()),
    };
    let found = if wanted.errors.is_empty() {
        page_owned_by(visit.db(), visit.member, &wanted.filter, wanted.after, PAGE_ROWS).await?
    } else {
        HistoryPage {
            entries: Vec::new(),
            next: None,
        }
    };
    let next = found.next.map(cursor::show);
    let shown_cursor = wanted.after.map(cursor::show);
    let paging = Paging::new(PATH, &wanted.shown.pairs(), shown_cursor.as_deref(), next.as_deref());
    let rows = found.entries.into_iter().map(|entry| {
        let day = kst_date(entry.transfer.created_at);
        (day, rows::transfer_row(entry))
    });
    let list = PaymentList::new(wanted.shown, shops(&visit).await?, rows.collect(), paging);
    visit.show(&list.with_errors(wanted.errors))
}

/// The shops that the member ever let charge.
async fn shops(visit: &MemberVisit) -> Result<Vec<ShopChoice>, PageError> {
    let mandates = mandates::Model::list_owned_by(visit.db(), visit.member).await?;
    let ids: HashSet<PartnerId> = mandates.iter().map(|mandate| mandate.partner_id).collect();
    let partners = partners::Entity::find()
        .filter(partners::Column::Id.is_in(ids))
        .order_by_asc(partners::Column::Name)
        .all(visit.db())
        .await?;
    Ok(partners
        .into_iter()
        .map(|partner| ShopChoice {
            value: partner.id.0.simple().to_string(),
            name: partner.name,
        })
        .collect())
}
