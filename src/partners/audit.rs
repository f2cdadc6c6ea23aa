//! Who did what with a partner's keys, addresses and people: written in the transaction that does it, never changed.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::ids::{DeedId, PartnerId, UserId};
use crate::models::kinds::Deed;
use crate::models::{partner_audit, users};
use crate::transfers::find::Place;

/// As long as the column.
const LONGEST_SUBJECT: usize = 200;

/// Who acts for a partner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct By {
    pub partner: PartnerId,
    /// `None`: an operator, at the terminal.
    pub user: Option<UserId>,
}

impl By {
    /// Somebody at the partner's console.
    #[must_use]
    pub const fn user(partner: PartnerId, user: UserId) -> Self {
        Self {
            partner,
            user: Some(user),
        }
    }

    /// An operator, at the terminal.
    #[must_use]
    pub const fn operator(partner: PartnerId) -> Self {
        Self { partner, user: None }
    }
}

impl From<PartnerId> for By {
    fn from(partner: PartnerId) -> Self {
        Self::operator(partner)
    }
}

/// A row with the name of who did it; empty for an operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub row: partner_audit::Model,
    pub actor_name: String,
}

/// Writes what was done, as a part of the transaction that does it. `subject` is cut to what the column holds.
///
/// # Errors
/// The database's.
pub async fn record<C: ConnectionTrait>(
    tx: &C,
    by: By,
    deed: Deed,
    (subject_id, subject): (Uuid, &str),
    at: DateTime<Utc>,
) -> Result<(), DbErr> {
    let row = partner_audit::ActiveModel {
        id: Set(DeedId::new()),
        partner_id: Set(by.partner),
        actor_id: Set(by.user),
        deed: Set(deed),
        subject_id: Set(subject_id),
        subject: Set(subject.chars().take(LONGEST_SUBJECT).collect()),
        at: Set(at),
    };
    partner_audit::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// One page of what was done for the partner, newest first, with one row more than `limit` when there are more.
///
/// # Errors
/// The database's.
pub async fn list_owned_by<C: ConnectionTrait>(
    db: &C,
    partner: PartnerId,
    after: Option<Place>,
    limit: u64,
) -> Result<Vec<Entry>, DbErr> {
    let mut query = partner_audit::Entity::find().filter(partner_audit::Column::PartnerId.eq(partner));
    if let Some(place) = after {
        query = query.filter(older(place));
    }
    let rows = query
        .order_by_desc(partner_audit::Column::At)
        .order_by_desc(partner_audit::Column::Id)
        .limit(limit + 1)
        .all(db)
        .await?;
    with_names(db, rows).await
}

/// What was done with one thing of the partner's, newest first.
///
/// # Errors
/// The database's.
pub async fn of_subject<C: ConnectionTrait>(
    db: &C,
    partner: PartnerId,
    subject: Uuid,
    limit: u64,
) -> Result<Vec<Entry>, DbErr> {
    let rows = partner_audit::Entity::find()
        .filter(partner_audit::Column::PartnerId.eq(partner))
        .filter(partner_audit::Column::SubjectId.eq(subject))
        .order_by_desc(partner_audit::Column::At)
        .order_by_desc(partner_audit::Column::Id)
        .limit(limit)
        .all(db)
        .await?;
    with_names(db, rows).await
}

/// The place of a row in its list.
#[must_use]
pub const fn place_of(entry: &Entry) -> Place {
    Place {
        created_at: entry.row.at,
        id: entry.row.id.0,
    }
}

fn older(place: Place) -> Condition {
    let earlier = Condition::any()
        .add(partner_audit::Column::At.lt(place.created_at))
        .add(partner_audit::Column::Id.lt(place.id));
    Condition::all()
        .add(partner_audit::Column::At.lte(place.created_at))
        .add(earlier)
}

async fn with_names<C: ConnectionTrait>(db: &C, rows: Vec<partner_audit::Model>) -> Result<Vec<Entry>, DbErr> {
    let actors: Vec<UserId> = rows.iter().filter_map(|row| row.actor_id).collect();
    let names: HashMap<UserId, String> = if actors.is_empty() {
        HashMap::new()
    } else {
        let people = users::Entity::find()
            .filter(users::Column::Id.is_in(actors))
            .all(db)
            .await?;
        people.into_iter().map(|user| (user.id, user.name)).collect()
    };
    Ok(rows
        .into_iter()
        .map(|row| Entry {
            actor_name: row.actor_id.and_then(|id| names.get(&id).cloned()).unwrap_or_default(),
            row,
        })
        .collect())
}
