//! A member's payments and refunds. Everything here is scoped by the member: another's is not found.

use std::collections::HashMap;

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};

use crate::ids::{AccountId, MandateId, PartnerId, UserId};
use crate::models::{partners, transfers};
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
