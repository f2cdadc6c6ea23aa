//! What staff looked at and did, newest first, by who, what, with what and when.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::Value;
use uuid::Uuid;

use super::audit_names;
use crate::ids::UserId;
use crate::models::kinds::{Role, StaffDeed};
use crate::models::staff_audit::{Column, Entity, Model};
use crate::models::users;
use crate::transfers::find::Place;

/// More staff than an installation has; a choice is never without an end.
const STAFF_MAX: u64 = 500;

/// What is looked for. Absent parts do not narrow it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    pub actor: Option<UserId>,
    pub deed: Option<StaffDeed>,
    pub subject: Option<Uuid>,
    pub from: Option<DateTime<Utc>>,
    /// Exclusive.
    pub before: Option<DateTime<Utc>>,
}

/// A row with who did it.
#[derive(Clone, Debug)]
pub struct Entry {
    pub row: Model,
    /// `None`: whoever sat at the terminal.
    pub actor: Option<users::Model>,
    /// What the row says beside, people of staff by their names.
    pub detail: Option<Value>,
}

/// One page, newest first, with one row more than `limit` when there are more. Indexes `(subject_id, at, id)`,
/// `(subject_id, deed, at, id)`, `(actor_id, at, id)`, `(deed, at, id)` and `(at, id)`.
///
/// # Errors
/// The database's.
pub async fn page(
    db: &impl ConnectionTrait,
    filter: &Filter,
    after: Option<Place>,
    limit: u64,
) -> Result<Vec<Entry>, DbErr> {
    let mut query = Entity::find();
    if let Some(subject) = filter.subject {
        query = query.filter(Column::SubjectId.eq(subject));
    }
    if let Some(actor) = filter.actor {
        query = query.filter(Column::ActorId.eq(actor));
    }
    if let Some(deed) = filter.deed {
        query = query.filter(Column::Deed.eq(deed));
    }
    if let Some(from) = filter.from {
        query = query.filter(Column::At.gte(from));
    }
    if let Some(before) = filter.before {
        query = query.filter(Column::At.lt(before));
    }
    if let Some(place) = after {
        query = query.filter(older(place));
    }
    let rows = query
        .order_by_desc(Column::At)
        .order_by_desc(Column::Id)
        .limit(limit + 1)
        .all(db)
        .await?;
    with_actors(db, rows).await
}

/// The place of a row in its list.
#[must_use]
pub const fn place_of(entry: &Entry) -> Place {
    Place {
        created_at: entry.row.at,
        id: entry.row.id.0,
    }
}

/// Everybody of staff, for a choice: those who have left the desk since are among them. Index `(role, id)`.
///
/// # Errors
/// The database's.
pub async fn staff(db: &impl ConnectionTrait) -> Result<Vec<users::Model>, DbErr> {
    let roles = Role::ALL.iter().copied().filter(|role| role.is_staff());
    let mut people = users::Entity::find()
        .filter(users::Column::Role.is_in(roles))
        .order_by_asc(users::Column::Id)
        .limit(STAFF_MAX)
        .all(db)
        .await?;
    people.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(people)
}

fn older(place: Place) -> Condition {
    let earlier = Condition::any()
        .add(Column::At.lt(place.created_at))
        .add(Column::Id.lt(place.id));
    // The bound by itself is what an index can begin at.
    Condition::all().add(Column::At.lte(place.created_at)).add(earlier)
}

async fn with_actors(db: &impl ConnectionTrait, rows: Vec<Model>) -> Result<Vec<Entry>, DbErr> {
    let details: Vec<Option<Value>> = rows
        .iter()
        .map(|row| audit_names::detail_of(row.detail.as_deref()))
        .collect();
    let named = details.iter().flatten().flat_map(audit_names::people_in);
    let mut ids: Vec<UserId> = rows.iter().map(|row| row.actor_id).chain(named).collect();
    ids.sort_unstable();
    ids.dedup();
    let people = users::Entity::find()
        .filter(users::Column::Id.is_in(ids))
        .all(db)
        .await?;
    let people: HashMap<UserId, users::Model> = people.into_iter().map(|user| (user.id, user)).collect();
    let entries = rows.into_iter().zip(details).map(|(row, detail)| Entry {
        actor: people.get(&row.actor_id).cloned(),
        detail: detail.map(|detail| audit_names::with_names(detail, &people)),
        row,
    });
    Ok(entries.collect())
}
