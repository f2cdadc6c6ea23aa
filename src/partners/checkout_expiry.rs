//! Checkouts whose time is over: the sweeper ends them, and the partner is told.
//!
//! If the process dies before the commit, the next sweep does it; after it, it is done and told. One that a member confirms
//! at the same moment has its row locked first by one of the two, and the other finds it changed.

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};

use chrono::{DateTime, Utc};

use crate::ids::Prefix;
use crate::models::checkouts::{Column, Entity, Model};
use crate::models::kinds::CheckoutStatus;
use crate::notifications::outbox;
use crate::services::Services;

/// Checkouts that one sweep ends.
const AT_ONCE: u64 = 256;

/// Ends what is open and past its time; answers with how many.
///
/// # Errors
/// The database's.
pub async fn expire_due(services: &Services) -> Result<usize, DbErr> {
    let now = services.clock.now();
    let mut ended = 0;
    for checkout in due(now).all(services.db.read()).await? {
        let id = Prefix::Checkout.show(checkout.id.0);
        let written = services.db.write(move |tx| Box::pin(expire_within(tx, checkout, now)));
        if written.await? {
            tracing::info!(checkout = id, "a checkout expired");
            ended += 1;
        }
    }
    Ok(ended)
}

async fn expire_within(tx: &DatabaseTransaction, checkout: Model, now: DateTime<Utc>) -> Result<bool, DbErr> {
    // By its key and first of all, as a confirmation does: by another index the two would wait for each other. `SQLite`
    // ignores the lock: it has one writer.
    let found = Entity::find_by_id(checkout.id).lock_exclusive().one(tx).await?;
    if !found.is_some_and(|found| found.status == CheckoutStatus::Open && found.version == checkout.version) {
        return Ok(false);
    }
    let expired = Model {
        status: CheckoutStatus::Expired,
        version: checkout.version + 1,
        ..checkout.clone()
    };
    let update = Entity::update_many()
        .col_expr(Column::Status, Expr::value(expired.status.as_str()))
        .col_expr(Column::Version, Expr::value(expired.version))
        .filter(Column::Id.eq(checkout.id));
    update.exec(tx).await?;
    outbox::record_checkout(tx, &expired, now).await?;
    Ok(true)
}

/// Longest over first. Index `(status, expires_at)`.
#[must_use]
pub fn due(now: DateTime<Utc>) -> Select<Entity> {
    Entity::find()
        .filter(Column::Status.eq(CheckoutStatus::Open))
        .filter(Column::ExpiresAt.lte(now))
        .order_by_asc(Column::ExpiresAt)
        .limit(AT_ONCE)
}
