//! Limits: how much may be charged for one payment, and on one Korean day, by a mandate, a member and a partner.
//!
//! What a day has used is counted in one row an owner, moved by conditional updates in the transaction that accepts or
//! ends a payment: exact however many come at once, and none of the day's payments is read again. The rows are taken in
//! one order, so that two payments never wait for each other.
//!
//! A day has no row until a limit first needs one, so that an owner without a limit has none for which all its payments
//! wait. The first row holds what the day has used by then. Nothing is missing from that sum: the owner is read with a
//! shared lock, so whoever sets a limit waits for the payments that saw none, and whoever sees it makes the row first. The
//! default limit of members is a setting, which a change of a payment knows nothing of: it has the member's row alone, so that
//! it and a day's first payment under that limit wait for each other.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseBackend, DatabaseTransaction, DbErr, EntityTrait, QueryFilter,
    QuerySelect, Select,
};
use uuid::Uuid;

use super::TransferError;
use super::policy::Parties;
use crate::clock::{kst_date, kst_midnight};
use crate::config::LimitSettings;
use crate::ids::{PartnerId, UserId};
use crate::models::kinds::{LimitScope, TransferKind, TransferState};
use crate::models::{daily_usage, mandates, members, partners, transfers};
use crate::money::Won;

/// Twice the row may come or change between a look and the next; a third time is a busy day's chance.
const LOOKS: u32 = 3;
/// Rows of one statement.
const ROWS_AT_ONCE: usize = 500;

/// What an owner allows; `None` is no limit.
#[derive(Clone, Copy, Debug)]
struct Limits {
    scope: LimitScope,
    owner: Uuid,
    per_payment_won: Option<i64>,
    daily_won: Option<i64>,
}

/// Takes a new payment's amount from all limits that it is under: its partner's, its member's, and its mandate's if it has
/// one. A partner that is stopped has no limit left at all: its row is read here anyway, and the shared lock lets who
/// stops it wait for the payments that were promised before.
///
/// # Errors
/// `PartnerStopped`. `OverPaymentLimit` or `OverDailyLimit` for the first that it exceeds; what it took before is undone
/// with the transaction.
pub async fn take(
    tx: &DatabaseTransaction,
    (parties, mandate): (Parties, Option<&mandates::Model>),
    amount: Won,
    defaults: &LimitSettings,
    now: DateTime<Utc>,
) -> Result<(), TransferError> {
    let limits = limits(tx, parties, mandate, defaults).await?;
    for limit in &limits {
        if let Some(limit_won) = limit.per_payment_won.map(Won::new)
            && amount > limit_won
        {
            let scope = limit.scope;
            return Err(TransferError::OverPaymentLimit { scope, limit_won });
        }
    }
    for limit in &limits {
        add_within(tx, limit, amount, kst_date(now)).await?;
    }
    Ok(())
}

/// Lets the counters follow a change of a payment: what ends without money moved is given back to the day on which it was
/// asked for, and what a correction finds to have moved is counted again, whatever the limit says.
///
/// # Errors
/// The database's own.
pub async fn follow<C: ConnectionTrait>(
    tx: &C,
    before: TransferState,
    payment: &transfers::Model,
) -> Result<(), TransferError> {
    let change_won = match (counts(before), counts(payment.state)) {
        (true, false) => -payment.amount_won,
        (false, true) => payment.amount_won,
        _ => return Ok(()),
    };
    if payment.kind != TransferKind::Payment {
        return Ok(());
    }
    let day = kst_date(payment.created_at);
    let partner = partners::Entity::find_by_id(payment.partner_id)
        .lock_shared()
        .one(tx)
        .await?;
    let member = members::Entity::find_by_id(payment.member_id)
        .lock_exclusive()
        .one(tx)
        .await?;
    let partner_is_limited = partner.is_some_and(|partner| partner.daily_limit_won.is_some());
    let member_is_limited = member.is_some_and(|member| member.daily_limit_won.is_some());
    let scopes = [
        (LimitScope::Partner, Some(payment.partner_id.0), partner_is_limited),
        (LimitScope::Member, Some(payment.member_id.0), member_is_limited),
        (LimitScope::Mandate, payment.mandate_id.map(|id| id.0), true),
    ];
    for (scope, owner, is_limited) in scopes {
        let Some(owner) = owner else { continue };
        let row = row_of(scope, owner, day);
        if add(tx, row.clone(), change_won).await? == 0 && is_limited {
            begin(tx, scope, owner, day, change_won).await?;
            add(tx, row, change_won).await?;
        }
    }
    Ok(())
}

/// The day of an owner.
type Day = (LimitScope, Uuid, String);

/// Lets the counters follow payments that were made up for a trial, in their transaction: as if each had been asked for and
/// had come to its end. An owner without a limit has a row only where it had one.
pub(super) async fn follow_made_up<C: ConnectionTrait>(
    tx: &C,
    transfers: &[transfers::Model],
    defaults: &LimitSettings,
) -> Result<(), DbErr> {
    let mut days: HashMap<Day, i64> = HashMap::new();
    for payment in transfers.iter().filter(|it| it.kind == TransferKind::Payment) {
        let used_won = if counts(payment.state) { payment.amount_won } else { 0 };
        let owners = [
            (LimitScope::Partner, Some(payment.partner_id.0)),
            (LimitScope::Member, Some(payment.member_id.0)),
            (LimitScope::Mandate, payment.mandate_id.map(|id| id.0)),
        ];
        for (scope, owner) in owners {
            let Some(owner) = owner else { continue };
            let day = shown(kst_date(payment.created_at));
            *days.entry((scope, owner, day)).or_default() += used_won;
        }
    }
    let there = days_there(tx, &days).await?;
    let is_limited = |scope| match scope {
        LimitScope::Mandate => true,
        LimitScope::Member => defaults.member_daily_won().is_some(),
        LimitScope::Partner => false,
    };
    let mut rows: Vec<daily_usage::Model> = days
        .into_iter()
        .filter(|(day, _)| is_limited(day.0) || there.contains(day))
        .map(|((scope, owner_id, day), used_won)| daily_usage::Model {
            scope,
            owner_id,
            day,
            used_won,
        })
        .collect();
    rows.sort_by(|left, right| (left.owner_id, &left.day).cmp(&(right.owner_id, &right.day)));
    add_days(tx, &rows).await
}

/// Those of the days that have a row. By the key.
async fn days_there<C: ConnectionTrait>(tx: &C, days: &HashMap<Day, i64>) -> Result<HashSet<Day>, DbErr> {
    let owners: HashSet<Uuid> = days.keys().map(|(_, owner, _)| *owner).collect();
    let dates: HashSet<&str> = days.keys().map(|(.., day)| day.as_str()).collect();
    let rows = daily_usage::Entity::find()
        .filter(daily_usage::Column::OwnerId.is_in(owners))
        .filter(daily_usage::Column::Day.is_in(dates))
        .all(tx)
        .await?;
    Ok(rows.into_iter().map(|row| (row.scope, row.owner_id, row.day)).collect())
}

/// Adds to the days, and makes those that are missing.
async fn add_days<C: ConnectionTrait>(tx: &C, rows: &[daily_usage::Model]) -> Result<(), DbErr> {
    let both = match tx.get_database_backend() {
        DatabaseBackend::MySql => "used_won + VALUES(used_won)",
        _ => "used_won + excluded.used_won",
    };
    let theirs = OnConflict::columns([
        daily_usage::Column::OwnerId,
        daily_usage::Column::Day,
        daily_usage::Column::Scope,
    ])
    .value(daily_usage::Column::UsedWon, Expr::cust(both))
    .to_owned();
    for some in rows.chunks(ROWS_AT_ONCE) {
        let some = some.iter().cloned().map(|row| daily_usage::ActiveModel {
            scope: Set(row.scope),
            owner_id: Set(row.owner_id),
            day: Set(row.day),
            used_won: Set(row.used_won),
        });
        let insert = daily_usage::Entity::insert_many(some).on_conflict(theirs.clone());
        insert.exec_without_returning(tx).await?;
    }
    Ok(())
}

/// Whether a payment in this state uses its day: one whose money may have moved does.
#[must_use]
pub const fn counts(state: TransferState) -> bool {
    !matches!(
        state,
        TransferState::Failed | TransferState::Canceled | TransferState::Expired
    )
}

/// The partner and the member as they stay until the transaction ends.
async fn owners<C: ConnectionTrait>(
    tx: &C,
    partner: PartnerId,
    member: UserId,
) -> Result<(Option<partners::Model>, Option<members::Model>), TransferError> {
    // SQLite ignores the lock: it has one writer.
    let partner = partners::Entity::find_by_id(partner).lock_shared().one(tx).await?;
    let member = members::Entity::find_by_id(member).lock_shared().one(tx).await?;
    Ok((partner, member))
}

/// The limits over a payment, in the order in which their rows are taken.
async fn limits<C: ConnectionTrait>(
    tx: &C,
    parties: Parties,
    mandate: Option<&mandates::Model>,
    defaults: &LimitSettings,
) -> Result<Vec<Limits>, TransferError> {
    let (partner, member) = owners(tx, parties.partner_id, parties.member_id).await?;
    let partner = partner.ok_or(TransferError::NotFound)?;
    if partner.stopped_at.is_some() {
        return Err(TransferError::PartnerStopped);
    }
    let member = member.ok_or(TransferError::NotFound)?;
    let mut limits = vec![
        Limits {
            scope: LimitScope::Partner,
            owner: partner.id.0,
            per_payment_won: partner.per_payment_limit_won,
            daily_won: partner.daily_limit_won,
        },
        Limits {
            scope: LimitScope::Member,
            owner: member.id.0,
            per_payment_won: member.per_payment_limit_won.or(defaults.member_per_payment_won()),
            daily_won: member.daily_limit_won.or(defaults.member_daily_won()),
        },
    ];
    limits.extend(mandate.map(|mandate| Limits {
        scope: LimitScope::Mandate,
        owner: mandate.id.0,
        per_payment_won: Some(mandate.per_payment_won().get()),
        daily_won: Some(mandate.daily_won().get()),
    }));
    Ok(limits)
}

/// The row of an owner's day.
fn row_of(scope: LimitScope, owner: Uuid, day: NaiveDate) -> Condition {
    Condition::all()
        .add(daily_usage::Column::Scope.eq(scope))
        .add(daily_usage::Column::OwnerId.eq(owner))
        .add(daily_usage::Column::Day.eq(shown(day)))
}

fn shown(day: NaiveDate) -> String {
    day.format("%Y%m%d").to_string()
}

async fn add<C: ConnectionTrait>(tx: &C, rows: Condition, won: i64) -> Result<u64, TransferError> {
    let used = Expr::col(daily_usage::Column::UsedWon).add(won);
    let update = daily_usage::Entity::update_many()
        .col_expr(daily_usage::Column::UsedWon, used)
        .filter(rows);
    Ok(update.exec(tx).await?.rows_affected)
}

async fn add_within(
    tx: &DatabaseTransaction,
    limit: &Limits,
    amount: Won,
    day: NaiveDate,
) -> Result<(), TransferError> {
    let row = row_of(limit.scope, limit.owner, day);
    let Some(daily_won) = limit.daily_won else {
        // Without a limit there is a row only if there was one today; it stays right.
        add(tx, row, amount.get()).await?;
        return Ok(());
    };
    let fits_below_won = daily_won - amount.get();
    let fits = daily_usage::Column::UsedWon.lte(fits_below_won);
    for _ in 0..LOOKS {
        if add(tx, row.clone().add(fits.clone()), amount.get()).await? == 1 {
            return Ok(());
        }
        let used: Option<i64> = daily_usage::Entity::find()
            .select_only()
            .column(daily_usage::Column::UsedWon)
            .filter(row.clone())
            .into_tuple()
            .one(tx)
            .await?;
        match used {
            // The day's first payment, of another process, was committed between the two looks.
            Some(used) if used <= fits_below_won => {}
            Some(used) => {
                return Err(TransferError::OverDailyLimit {
                    scope: limit.scope,
                    remaining_won: Won::new(Ord::max(daily_won - used, 0)),
                });
            }
            None => begin(tx, limit.scope, limit.owner, day, 0).await?,
        }
    }
    Err(TransferError::Raced)
}

/// Makes the day's row, with what the day has used already: a limit that is set at noon counts from midnight. What this
/// transaction has changed of it is still to be added.
async fn begin<C: ConnectionTrait>(
    tx: &C,
    scope: LimitScope,
    owner: Uuid,
    day: NaiveDate,
    changed_won: i64,
) -> Result<(), TransferError> {
    let used_won = used(tx, scope, owner, day).await? - changed_won;
    let row = daily_usage::ActiveModel {
        scope: Set(scope),
        owner_id: Set(owner),
        day: Set(shown(day)),
        used_won: Set(used_won),
    };
    // Where another process was faster its row counts. It is written over with itself, so that all who come at this
    // moment wait in one line for it: readers of a row that each want to write it next would wait for each other.
    let theirs = OnConflict::columns([
        daily_usage::Column::OwnerId,
        daily_usage::Column::Day,
        daily_usage::Column::Scope,
    ])
    .value(
        daily_usage::Column::UsedWon,
        Expr::col((daily_usage::Entity, daily_usage::Column::UsedWon)),
    )
    .to_owned();
    let insert = daily_usage::Entity::insert(row).on_conflict(theirs);
    insert.exec_without_returning(tx).await?;
    Ok(())
}

/// What the payments of a day make, from the payments themselves.
///
/// # Errors
/// The database's own.
pub async fn used<C: ConnectionTrait>(
    tx: &C,
    scope: LimitScope,
    owner: Uuid,
    day: NaiveDate,
) -> Result<i64, TransferError> {
    let sum: Option<i64> = sum_of_day(scope, owner, day).into_tuple().one(tx).await?;
    Ok(sum.unwrap_or_default())
}

/// The query of [`used`]. Indexes `(mandate_id | member_id | partner_id, created_at)`.
#[must_use]
pub fn sum_of_day(scope: LimitScope, owner: Uuid, day: NaiveDate) -> Select<transfers::Entity> {
    use TransferState::{Canceled, Expired, Failed};
    let column = match scope {
        LimitScope::Mandate => transfers::Column::MandateId,
        LimitScope::Member => transfers::Column::MemberId,
        LimitScope::Partner => transfers::Column::PartnerId,
    };
    let tomorrow = day.succ_opt().unwrap_or(NaiveDate::MAX);
    // The cast keeps MySQL's sum, which is a decimal there, a whole number.
    transfers::Entity::find()
        .select_only()
        .expr(Expr::cust("CAST(COALESCE(SUM(amount_won), 0) AS SIGNED)"))
        .filter(column.eq(owner))
        .filter(transfers::Column::Kind.eq(TransferKind::Payment))
        .filter(transfers::Column::CreatedAt.gte(kst_midnight(day)))
        .filter(transfers::Column::CreatedAt.lt(kst_midnight(tomorrow)))
        .filter(transfers::Column::State.is_not_in([Canceled, Expired, Failed]))
}
