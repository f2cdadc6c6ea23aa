//! A member's payments and refunds. Everything here is scoped by the member: another's is not found.

use std::collections::HashMap;

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};

use crate::ids::{AccountId, MandateId, PartnerId, TransferId, UserId};
use crate::models::kinds::{EventType, TransferKind};
use crate::models::{bank_accounts, partners, transfer_events, transfers};
use crate::transfers::find::{self, Place};

/// One transfer, with the name of the shop that it was for.
#[derive(Clone, Debug)]
pub struct Entry {
    pub transfer: transfers::Model,
    pub partner_name: String,
}

/// Some of a list, newest first.
#[derive(Clone, Debug)]
pub struct HistoryPage {
    pub entries: Vec<Entry>,
    /// Where older ones begin, if there are any.
    pub next: Option<Place>,
}

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

/// The member's transfers, of one account or of all, from a place on.
///
/// # Errors
/// The database's.
pub async fn list_owned_by(
    db: &impl ConnectionTrait,
    member: UserId,
    account: Option<AccountId>,
    after: Option<Place>,
    limit: u64,
) -> Result<HistoryPage, DbErr> {
    let mut query = transfers::Entity::find().filter(transfers::Column::MemberId.eq(member));
    if let Some(account) = account {
        query = query.filter(transfers::Column::AccountId.eq(account));
    }
    let mut rows = find::page(query, after, limit).all(db).await?;
    let next = find::cut(&mut rows, limit, Place::of);
    Ok(HistoryPage {
        entries: with_partner_names(db, rows).await?,
        next,
    })
}

/// The newest payments under one of the member's mandates. Index `(mandate_id, created_at, id)`.
///
/// # Errors
/// The database's.
pub async fn under_mandate_owned_by(
    db: &impl ConnectionTrait,
    member: UserId,
    mandate: MandateId,
    limit: u64,
) -> Result<Vec<Entry>, DbErr> {
    let query = transfers::Entity::find()
        .filter(transfers::Column::MandateId.eq(mandate))
        .filter(transfers::Column::MemberId.eq(member));
    let mut rows = find::page(query, None, limit).all(db).await?;
    find::cut(&mut rows, limit, Place::of);
    with_partner_names(db, rows).await
}

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

/// Rows with the names of their partners, which come in one query.
///
/// # Errors
/// The database's.
pub async fn with_partner_names(db: &impl ConnectionTrait, rows: Vec<transfers::Model>) -> Result<Vec<Entry>, DbErr> {
    let mut ids: Vec<PartnerId> = rows.iter().map(|row| row.partner_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let partners = partners::Entity::find()
        .filter(partners::Column::Id.is_in(ids))
        .all(db)
        .await?;
    let names: HashMap<PartnerId, String> = partners.into_iter().map(|partner| (partner.id, partner.name)).collect();
    Ok(rows
        .into_iter()
        .map(|transfer| Entry {
            partner_name: names.get(&transfer.partner_id).cloned().unwrap_or_default(),
            transfer,
        })
        .collect())
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
