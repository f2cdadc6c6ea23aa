//! `/cs/approvals`: the refunds that wait for a second person, of all payments.

use std::collections::HashMap;

use axum::extract::Query;
use axum::response::Response;
use axum::routing::get;
use loco_rs::controller::Routes;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde::Deserialize;

use super::StaffVisit;
use crate::controllers::api::cursor;
use crate::controllers::pages::PageError;
use crate::desk::roles::Permission;
use crate::desk::{approvals, people};
use crate::ids::{Prefix, TransferId};
use crate::members::history::with_partner_names;
use crate::models::{refund_approvals, transfers};
use crate::money::Won;
use crate::transfers::find;
use crate::views::cs::age::Age;
use crate::views::cs::approvals::{ApprovalRow, Approvals, PATH};
use crate::views::paging::Paging;

const PAGE_ROWS: u64 = 50;

pub fn routes() -> Routes {
    Routes::new().add(PATH, get(list))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    cursor: String,
}

async fn list(visit: StaffVisit, Query(asked): Query<Asked>) -> Result<Response, PageError> {
    visit.require(Permission::SeePayments)?;
    let (db, now) = (visit.db(), visit.services.clock.now());
    let after = cursor::parse(&asked.cursor);
    let mut found = approvals::waiting(db, after, PAGE_ROWS).await?;
    let next = find::cut(&mut found, PAGE_ROWS, approvals::place_of).map(cursor::show);
    let names = people::names(db, found.iter().map(|asked| asked.asker_id)).await?;
    let partners = partners_of(&visit, &found).await?;
    let row = |asked: refund_approvals::Model| ApprovalRow {
        payment_id: Prefix::Payment.show(asked.payment_id.0),
        amount: Won::new(asked.amount_won),
        partner_name: partners.get(&asked.payment_id).cloned().unwrap_or_default(),
        reason: asked.reason,
        asker_name: names.get(&asked.asker_id).cloned().unwrap_or_default(),
        is_mine: asked.asker_id == visit.staff.id,
        asked_at: asked.created_at,
        age: Age::of(asked.created_at, now),
    };
    visit.show(&Approvals {
        rows: found.into_iter().map(row).collect(),
        paging: Paging::new(PATH, &[], after.map(|_| asked.cursor.as_str()), next.as_deref()),
        as_of: now,
    })
}

/// The names of the partners whose payments these are of.
async fn partners_of(
    visit: &StaffVisit,
    asks: &[refund_approvals::Model],
) -> Result<HashMap<TransferId, String>, PageError> {
    let payments = transfers::Entity::find()
        .filter(transfers::Column::Id.is_in(asks.iter().map(|asked| asked.payment_id)))
        .all(visit.db())
        .await?;
    let entries = with_partner_names(visit.db(), payments).await?;
    let named = entries.into_iter().map(|entry| (entry.transfer.id, entry.partner_name));
    Ok(named.collect())
}
