//! One of a member's payments or refunds, with all that belongs to it.

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};

use super::history::{Entry, with_partner_names};
use crate::ids::{TransferId, UserId};
use crate::models::kinds::{EventType, TransferKind};
use crate::models::{bank_accounts, transfer_events, transfers};
use crate::transfers::find;

/// One transfer and all that belongs to it.
#[derive(Clone, Debug)]
pub struct HistoryDetail {
    pub entry: Entry,
    /// Linked or not: a transfer keeps naming the account that it was of.
    pub account: bank_accounts::Model,
    /// Of a payment, newest first.
    pub refunds: Vec<Entry>,
    /// Oldest first.
    pub events: Vec<transfer_events::Model>,
}

/// More refunds of one payment than a page shows.
const REFUNDS_SHOWN: u64 = 100;

/// The member's transfer with its refunds, account and events.
///
/// # Errors
/// The database's.
pub async fn find_owned_by(
    db: &impl ConnectionTrait,
    member: UserId,
    kind: TransferKind,
    id: TransferId,
) -> Result<Option<HistoryDetail>, DbErr> {
    let transfer = transfers::Entity::find_by_id(id)
        .filter(transfers::Column::MemberId.eq(member))
        .filter(transfers::Column::Kind.eq(kind))
        .one(db)
        .await?;
    let Some(transfer) = transfer else { return Ok(None) };
    let account = bank_accounts::Entity::find_by_id(transfer.account_id).one(db).await?;
    let Some(account) = account else { return Ok(None) };
    let of_payment = transfers::Entity::find()
        .filter(transfers::Column::PaymentId.eq(id))
        .filter(transfers::Column::MemberId.eq(member));
    let mut rows = find::page(of_payment, None, REFUNDS_SHOWN).all(db).await?;
    rows.insert(0, transfer);
    let mut entries = with_partner_names(db, rows).await?.into_iter();
    let Some(entry) = entries.next() else {
        return Ok(None);
    };
    Ok(Some(HistoryDetail {
        entry,
        account,
        refunds: entries.collect(),
        events: events_for_member(db, id).await?,
    }))
}

/// What happened, as far as it is the member's business: not our questions to the bank, and refunds in their own rows.
async fn events_for_member(db: &impl ConnectionTrait, id: TransferId) -> Result<Vec<transfer_events::Model>, DbErr> {
    let events = transfer_events::Entity::find()
        .filter(transfer_events::Column::TransferId.eq(id))
        .order_by_asc(transfer_events::Column::Version)
        .all(db)
        .await?;
    Ok(events
        .into_iter()
        .filter(|event| EventType::TOLD_TO_MEMBERS.contains(&event.event_type))
        .collect())
}
