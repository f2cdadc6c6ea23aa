//! Whether a partner still deals with us: one whose keys have all ended could not even learn what became of a payment, and
//! for one that staff have stopped nothing new is taken (`stopping.rs`).

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};

use crate::ids::PartnerId;
use crate::models::kinds::Mode;
use crate::models::partner_keys::{Column, Entity};
use crate::models::partners;
use crate::transfers::TransferError;

/// How a partner stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Open,
    /// Staff have stopped it.
    Stopped,
    /// No key of it opens anything.
    NoKey,
}

/// How the partner stands in this mode. Index `(partner_id, mode, ends_at, id)`.
///
/// # Errors
/// The database's.
pub async fn of(
    db: &impl ConnectionTrait,
    (partner, mode): (PartnerId, Mode),
    now: DateTime<Utc>,
) -> Result<Standing, DbErr> {
    let found = partners::Entity::find_by_id(partner).one(db).await?;
    if found.is_some_and(|partner| partner.stopped_at.is_some()) {
        return Ok(Standing::Stopped);
    }
    let alive = Condition::any()
        .add(Column::EndsAt.is_null())
        .add(Column::EndsAt.gt(now));
    let key = Entity::find()
        .filter(Column::PartnerId.eq(partner))
        .filter(Column::Mode.eq(mode))
        .filter(alive)
        .one(db)
        .await?;
    Ok(key.map_or(Standing::NoKey, |_| Standing::Open))
}

/// Whether something new may be asked of a member for it.
///
/// # Errors
/// The database's.
pub async fn is_open(
    db: &impl ConnectionTrait,
    of_partner: (PartnerId, Mode),
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    Ok(of(db, of_partner, now).await? == Standing::Open)
}

/// Refuses what is new for a partner that is stopped, in the transaction that would make it. The shared lock lets who
/// stops the partner wait for it; payments are refused in the same way where their limits are taken.
///
/// # Errors
/// `PartnerStopped`; the database's.
pub async fn refuse_stopped(tx: &impl ConnectionTrait, partner: PartnerId) -> Result<(), TransferError> {
    // SQLite ignores the lock: it has one writer.
    let found = partners::Entity::find_by_id(partner).lock_shared().one(tx).await?;
    match found {
        Some(partner) if partner.stopped_at.is_some() => Err(TransferError::PartnerStopped),
        Some(_) => Ok(()),
        None => Err(TransferError::NotFound),
    }
}
