//! Finding any transfer while a caller is on the line: for staff, over all partners and members.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::Condition;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use uuid::Uuid;

use super::TransferError;
use super::find::{self, Place};
use crate::ids::{PartnerId, Prefix, TransferId, UserId};
use crate::members::normalised_email;
use crate::models::kinds::{TransferKind, TransferState};
use crate::models::transfers::{Column, Entity, Model};
use crate::models::users;

/// What one search box and the filters ask for. Absent parts do not narrow the list.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// A payment or refund id, an order id, or a member's email or id.
    pub text: Option<String>,
    pub state: Option<TransferState>,
    pub kind: Option<TransferKind>,
    pub partner: Option<PartnerId>,
    pub from: Option<DateTime<Utc>>,
    /// Exclusive.
    pub before: Option<DateTime<Utc>>,
    pub after: Option<Place>,
}

/// One page, newest first, with one row more than `limit` when there are more.
///
/// # Errors
/// The database's own.
pub async fn search<C: ConnectionTrait>(db: &C, search: Search, limit: u64) -> Result<Vec<Model>, TransferError> {
    let mut query = Entity::find();
    if let Some(text) = search.text {
        query = query.filter(named_by(db, text.trim()).await?);
    }
    if let Some(state) = search.state {
        query = query.filter(Column::State.eq(state));
    }
    if let Some(kind) = search.kind {
        query = query.filter(Column::Kind.eq(kind));
    }
    if let Some(partner) = search.partner {
        query = query.filter(Column::PartnerId.eq(partner));
    }
    if let Some(from) = search.from {
        query = query.filter(Column::CreatedAt.gte(from));
    }
    if let Some(before) = search.before {
        query = query.filter(Column::CreatedAt.lt(before));
    }
    Ok(find::page(query, search.after, limit).all(db).await?)
}

/// Which rows a text names. A payment's id brings its refunds along.
async fn named_by<C: ConnectionTrait>(db: &C, text: &str) -> Result<Condition, TransferError> {
    if let Some(id) = Prefix::Payment.parse(text).map(TransferId) {
        return Ok(Condition::any().add(Column::Id.eq(id)).add(Column::PaymentId.eq(id)));
    }
    if let Some(id) = Prefix::Refund.parse(text).map(TransferId) {
        return Ok(Condition::all().add(Column::Id.eq(id)));
    }
    // As the member's page leads here. Index (member_id, created_at, id).
    if let Some(id) = Prefix::Member.parse(text).map(UserId) {
        return Ok(Condition::all().add(Column::MemberId.eq(id)));
    }
    // As a log line writes it, without its kind.
    if let Ok(id) = Uuid::try_parse(text) {
        return Ok(Condition::any().add(Column::Id.eq(id)).add(Column::PaymentId.eq(id)));
    }
    let by_order = Condition::any().add(Column::OrderId.eq(text));
    if !text.contains('@') {
        return Ok(by_order);
    }
    Ok(match member_of(db, text).await? {
        Some(member) => by_order.add(Column::MemberId.eq(member)),
        None => by_order,
    })
}

async fn member_of<C: ConnectionTrait>(db: &C, email: &str) -> Result<Option<UserId>, TransferError> {
    let email = normalised_email(email);
    let user = users::Entity::find()
        .filter(users::Column::Email.eq(email))
        .one(db)
        .await?;
    Ok(user.map(|user| user.id))
}
