//! Who of staff looks into a transfer: taken, taken over from another who is named, let go. It decides nothing about money.
//!
//! Each is one transaction with its row of the audit. If the process dies before the commit nobody took anything; after it
//! both are there, and sending the same form again changes nothing.

use chrono::{DateTime, Utc};
use futures::FutureExt;
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect,
    SqlErr,
};
use serde_json::json;

use super::audit::{By, Record, Subject, record};
use crate::ids::{TransferId, UserId};
use crate::models::kinds::{StaffDeed, TransferKind, TransferState};
use crate::models::{review_assignments, transfers};
use crate::services::Services;

/// What came of taking a review.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    Mine,
    /// Another has it. Whoever wants it still says over whom.
    Others {
        staff: UserId,
        since: DateTime<Utc>,
    },
    /// There is nothing to look into any more.
    Over,
}

/// Whether staff look into a transfer in this state. A refund that is not settled may be stuck.
#[must_use]
pub const fn is_open(transfer: &transfers::Model) -> bool {
    match transfer.state {
        TransferState::Unknown | TransferState::NeedsReview => true,
        TransferState::Queued | TransferState::Executing => matches!(transfer.kind, TransferKind::Refund),
        _ => false,
    }
}

/// Takes the review of a transfer. `over`: from whom, as its taker was told. `None`: there is no such transfer.
///
/// # Errors
/// The database's own.
pub async fn take(
    services: &Services,
    by: &By,
    transfer: TransferId,
    over: Option<UserId>,
) -> Result<Option<Taken>, DbErr> {
    match try_take(services, by.clone(), transfer, over).await {
        // Another was faster by a moment: now there is somebody to be told of.
        Err(error) if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) => {
            try_take(services, by.clone(), transfer, over).await
        }
        taken => taken,
    }
}

async fn try_take(services: &Services, by: By, id: TransferId, over: Option<UserId>) -> Result<Option<Taken>, DbErr> {
    let now = services.clock.now();
    let taken = services.db.write(move |tx| {
        async move {
            let Some(transfer) = transfers::Entity::find_by_id(id).one(tx).await? else {
                return Ok(None);
            };
            let holder = review_assignments::Entity::find_by_id(id)
                .lock_exclusive()
                .one(tx)
                .await?;
            if let Some(holder) = &holder {
                if holder.staff_id == by.staff {
                    return Ok(Some(Taken::Mine));
                }
                if over != Some(holder.staff_id) {
                    return Ok(Some(Taken::Others {
                        staff: holder.staff_id,
                        since: holder.at,
                    }));
                }
            }
            if !is_open(&transfer) {
                return Ok(Some(Taken::Over));
            }
            write(tx, &by, &transfer, holder.map(|holder| holder.staff_id), now).await?;
            Ok::<_, DbErr>(Some(Taken::Mine))
        }
        .boxed()
    });
    taken.await
}

async fn write(
    tx: &DatabaseTransaction,
    by: &By,
    transfer: &transfers::Model,
    from: Option<UserId>,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let row = review_assignments::Model {
        transfer_id: transfer.id,
        staff_id: by.staff,
        at: now,
    };
    if from.is_some() {
        let changed = review_assignments::ActiveModel {
            staff_id: Set(row.staff_id),
            at: Set(row.at),
            ..Default::default()
        };
        review_assignments::Entity::update_many()
            .set(changed)
            .filter(review_assignments::Column::TransferId.eq(transfer.id))
            .exec(tx)
            .await?;
    } else {
        review_assignments::Entity::insert(row.into_active_model().reset_all())
            .exec_without_returning(tx)
            .await?;
    }
    let mut deed = Record::look(StaffDeed::ReviewTaken, Subject::transfer(transfer));
    if let Some(from) = from {
        deed = deed.with(json!({ "from": from }));
    }
    record(tx, by, deed, now).await
}

/// Lets go of a review. Whoever does not have it lets go of nothing. `None`: there is no such transfer.
///
/// # Errors
/// The database's own.
pub async fn let_go(services: &Services, by: By, id: TransferId) -> Result<Option<()>, DbErr> {
    let now = services.clock.now();
    let gone = services.db.write(move |tx| {
        async move {
            let Some(transfer) = transfers::Entity::find_by_id(id).one(tx).await? else {
                return Ok(None);
            };
            let deleted = review_assignments::Entity::delete_many()
                .filter(review_assignments::Column::TransferId.eq(id))
                .filter(review_assignments::Column::StaffId.eq(by.staff))
                .exec(tx)
                .await?;
            if deleted.rows_affected > 0 {
                let deed = Record::look(StaffDeed::ReviewReleased, Subject::transfer(&transfer));
                record(tx, &by, deed, now).await?;
            }
            Ok::<_, DbErr>(Some(()))
        }
        .boxed()
    });
    gone.await
}
