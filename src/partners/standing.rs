//! Whether a partner still deals with us: one whose keys have all ended could not even learn what became of a payment.

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter};

use crate::ids::PartnerId;
use crate::models::kinds::Mode;
use crate::models::partner_keys::{Column, Entity};

/// Whether the partner has a key of this mode that opens something now. Index `(partner_id, mode, ends_at, id)`.
///
/// # Errors
/// The database's.
pub async fn is_open(
    db: &impl ConnectionTrait,
    (partner, mode): (PartnerId, Mode),
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let alive = Condition::any()
        .add(Column::EndsAt.is_null())
        .add(Column::EndsAt.gt(now));
    let key = Entity::find()
        .filter(Column::PartnerId.eq(partner))
        .filter(Column::Mode.eq(mode))
        .filter(alive)
        .one(db)
        .await?;
    Ok(key.is_some())
}
