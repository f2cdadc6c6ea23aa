//! On `/cs/reviews`: the refunds that wait for a second person.

use std::collections::HashMap;

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::StaffVisit;
use crate::controllers::pages::PageError;
use crate::controllers::web::rows::shown_id;
use crate::desk::order::{self, Order, Place};
use crate::desk::{approval_list, people};
use crate::ids::TransferId;
use crate::members::history::{Entry, with_partner_names};
use crate::models::{refund_approvals, transfers};
use crate::money::Won;
use crate::views::cs::age::Age;
use crate::views::cs::review_rows::ApprovalRow;
use crate::views::cs::reviews::{PATH, Reviews};
use crate::views::paging::Paging;

const PAGE_ROWS: u64 = 50;

/// What waits for a second person. Four queries.
pub(super) async fn with_approvals(
    visit: &StaffVisit,
    page: Reviews,
    order: Order,
    asked: &str,
) -> Result<Reviews, PageError> {
    let (db, after) = (visit.db(), Place::parse(asked));
    let mut found = approval_list::page(order, after, PAGE_ROWS).all(db).await?;
    let next = order::cut(&mut found, PAGE_ROWS, |row| approval_list::place_of(row, order)).map(Place::shown);
    let ids: Vec<TransferId> = found.iter().map(|row| row.payment_id).collect();
    let payments = transfers::Entity::find()
        .filter(transfers::Column::Id.is_in(ids))
        .all(db)
        .await?;
    let payments = with_partner_names(db, payments).await?.into_iter();
    let payments: HashMap<TransferId, Entry> = payments.map(|entry| (entry.transfer.id, entry)).collect();
    let names = people::names(db, found.iter().map(|row| row.asker_id)).await?;
    let row = |asked: &refund_approvals::Model| {
        let payment = payments.get(&asked.payment_id)?;
        Some(ApprovalRow {
            payment_id: shown_id(&payment.transfer),
            amount: Won::new(asked.amount_won),
            partner_name: payment.partner_name.clone(),
            order_id: payment.transfer.order_id.clone(),
            asker_name: names.get(&asked.asker_id).cloned().unwrap_or_default(),
            is_mine: asked.asker_id == visit.staff.id,
            asked_at: asked.created_at,
            age: Age::of(asked.created_at, page.as_of),
        })
    };
    Ok(Reviews {
        approvals: found.iter().filter_map(row).collect(),
        paging: Paging::new(PATH, &page.filter.pairs(), after.map(|_| asked), next.as_deref()),
        ..page
    })
}
