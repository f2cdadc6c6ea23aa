//! When the bank is asked next about an unknown transfer: the look is planned, and counted, before it is taken.
//!
//! Each plan moves forward by compare-and-set on the number of looks, so that one process takes it. If the process dies
//! after the commit, the look was planned and not taken: the next one follows in its time.

use chrono::{DateTime, TimeDelta, Utc};
use futures::FutureExt;
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter};

use super::{TransferError, state};
use crate::bank::{Answer, Call, TransferResult, journal};
use crate::config::InquiryWay;
use crate::fault;
use crate::ids::{BankCallId, TransferId};
use crate::models::kinds::TransferState;
use crate::models::transfers;
use crate::services::Services;

/// By then every process has read that a window has ended: one that had not would put the look off again.
const KNOWN_EVERYWHERE: TimeDelta = TimeDelta::seconds(5);

/// Plans the look for the end of the bank's maintenance, without counting one.
pub(super) async fn put_off(
    services: &Services,
    known: &transfers::Model,
    end: DateTime<Utc>,
) -> Result<(), TransferError> {
    let (id, version, checks) = (known.id, known.version, known.checks);
    services
        .db
        .write(move |tx| {
            async move {
                let later = transfers::ActiveModel {
                    next_check_at: Set(Some(end)),
                    ..Default::default()
                };
                replan(tx, later, (id, version, checks)).await?;
                Ok(())
            }
            .boxed()
        })
        .await
}

/// The bank works sooner than it was said to: looks that were put off to the end of its maintenance come soon. Others come
/// early with them, which costs a read each. Index `(state, next_check_at)`.
///
/// # Errors
/// The database's own.
pub(crate) async fn bring_forward(tx: &DatabaseTransaction, now: DateTime<Utc>) -> Result<(), DbErr> {
    let soon = now + KNOWN_EVERYWHERE;
    let sooner = transfers::ActiveModel {
        next_check_at: Set(Some(soon)),
        ..Default::default()
    };
    transfers::Entity::update_many()
        .set(sooner)
        .filter(transfers::Column::State.eq(TransferState::Unknown))
        .filter(transfers::Column::NextCheckAt.gt(soon))
        .exec(tx)
        .await?;
    Ok(())
}

/// Moves the look forward by compare-and-set, so that one process asks. `None` when another was faster.
pub(super) async fn plan(
    services: &Services,
    known: transfers::Model,
    now: DateTime<Utc>,
) -> Result<Option<(transfers::Model, Call, BankCallId)>, TransferError> {
    let wait = TimeDelta::seconds(services.settings.inquiry.wait_secs(known.checks + 1));
    let operation = match services.settings.bank.inquiry {
        InquiryWay::ResultCheck => "inquire",
        InquiryWay::Statement => "statement",
    };
    let call = Call::new(now);
    services
        .db
        .write(move |tx| {
            async move {
                let planned = transfers::ActiveModel {
                    checks: Set(known.checks + 1),
                    next_check_at: Set(Some(now + wait)),
                    ..Default::default()
                };
                if !replan(tx, planned, (known.id, known.version, known.checks)).await? {
                    return Ok(None);
                }
                let new = journal::NewCall {
                    transfer_id: Some(known.id),
                    account_id: Some(known.account_id),
                    operation,
                    call: &call,
                };
                let call_id = journal::start(tx, new).await?;
                fault::point("inquiry.before_plan");
                Ok(Some((state::load(tx, known.id).await?, call, call_id)))
            }
            .boxed()
        })
        .await
}

/// The bank had no turn for the look: it is not counted, and comes again as soon as the first one of all. Otherwise a busy hour
/// would come to its end without the bank ever being asked.
pub(super) async fn undo(
    services: &Services,
    planned: &transfers::Model,
    call: Option<(BankCallId, Answer<TransferResult>)>,
) -> Result<(), TransferError> {
    let (now, id, version, checks) = (services.clock.now(), planned.id, planned.version, planned.checks);
    let soon = now + TimeDelta::seconds(services.settings.inquiry.wait_secs(0));
    services
        .db
        .write(move |tx| {
            async move {
                if let Some((call_id, answer)) = &call {
                    journal::finish(tx, *call_id, now, answer).await?;
                }
                let again = transfers::ActiveModel {
                    checks: Set(checks - 1),
                    next_check_at: Set(Some(soon)),
                    ..Default::default()
                };
                replan(tx, again, (id, version, checks)).await?;
                Ok(())
            }
            .boxed()
        })
        .await
}

/// Moves the look by compare-and-set; false when another was faster.
async fn replan(
    tx: &DatabaseTransaction,
    plan: transfers::ActiveModel,
    (id, version, checks): (TransferId, i64, i64),
) -> Result<bool, DbErr> {
    let updated = transfers::Entity::update_many()
        .set(plan)
        .filter(transfers::Column::Id.eq(id))
        .filter(transfers::Column::Version.eq(version))
        .filter(transfers::Column::Checks.eq(checks))
        .exec(tx)
        .await?;
    Ok(updated.rows_affected == 1)
}
