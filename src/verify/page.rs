//! A page of transfers with everything that belongs to them, as all of it was at one moment.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use futures::TryStreamExt;
use sea_orm::{
    AccessMode, ColumnTrait, DatabaseBackend, DatabaseConnection, DatabaseTransaction, DbErr, DerivePartialModel,
    EntityTrait, IsolationLevel, QueryFilter, QueryOrder, QuerySelect, TransactionOptions, TransactionTrait,
};

use super::history::History;
use super::money::RefundSums;
use crate::clock::kst_date;
use crate::ids::{AccountId, PartnerId, TransferId};
use crate::models::kinds::TransferState;
use crate::models::{bank_calls, idempotency_keys, transfer_events, transfers};

/// What is compared of a call to the bank; its bodies stay where they are.
#[derive(Clone, Debug, DerivePartialModel)]
#[sea_orm(entity = "bank_calls::Entity")]
pub struct Call {
    pub transfer_id: Option<TransferId>,
    pub account_id: Option<AccountId>,
    pub operation: String,
    pub trace_number: String,
    pub trace_date: String,
    pub outcome: Option<String>,
}

/// What is compared of a partner's key.
#[derive(Clone, Debug, DerivePartialModel)]
#[sea_orm(entity = "idempotency_keys::Entity")]
pub struct Key {
    pub transfer_id: Option<TransferId>,
    pub partner_id: PartnerId,
    pub operation: String,
}

/// A transfer with all that belongs to it.
pub struct Whole {
    pub row: transfers::Model,
    pub history: History,
    pub refunds: RefundSums,
    /// Of a refund.
    pub payment: Option<transfers::Model>,
    pub calls: Vec<Call>,
    pub keys: Vec<Key>,
}

/// The trace number of a claimed transfer with its day, by which the bank knows its call.
#[must_use]
pub fn call_of(row: &transfers::Model) -> Option<(String, String)> {
    let day = kst_date(row.trace_at?).format("%Y%m%d").to_string();
    Some((row.trace_number.clone()?, day))
}

/// The next transfers in the order of their ids. `until` is the moment whose heads are noted.
///
/// # Errors
/// The database's own.
pub async fn read(
    db: &DatabaseConnection,
    after: Option<TransferId>,
    limit: u64,
    until: DateTime<Utc>,
) -> Result<Vec<Whole>, DbErr> {
    let snapshot = snapshot(db).await?;
    let mut query = transfers::Entity::find();
    if let Some(after) = after {
        query = query.filter(transfers::Column::Id.gt(after));
    }
    let rows = query
        .order_by_asc(transfers::Column::Id)
        .limit(limit)
        .all(&snapshot)
        .await?;
    let ids: Vec<TransferId> = rows.iter().map(|row| row.id).collect();
    let payments = payments_of(&snapshot, &rows).await?;
    let whole = |row: transfers::Model| Whole {
        history: History::of(&row),
        refunds: RefundSums::default(),
        payment: row.payment_id.and_then(|id| payments.get(&id).cloned()),
        calls: Vec::new(),
        keys: Vec::new(),
        row,
    };
    let mut page = Page {
        places: ids.iter().copied().zip(0..).collect(),
        wholes: rows.into_iter().map(whole).collect(),
    };
    page.add_events(&snapshot, &ids, until).await?;
    page.add_refunds(&snapshot, &ids).await?;
    page.add_calls_and_keys(&snapshot, &ids).await?;
    snapshot.commit().await?;
    Ok(page.wholes)
}

async fn payments_of(
    snapshot: &DatabaseTransaction,
    rows: &[transfers::Model],
) -> Result<HashMap<TransferId, transfers::Model>, DbErr> {
    let ids = rows.iter().filter_map(|row| row.payment_id);
    let payments = transfers::Entity::find().filter(transfers::Column::Id.is_in(ids));
    Ok(payments
        .all(snapshot)
        .await?
        .into_iter()
        .map(|payment| (payment.id, payment))
        .collect())
}

struct Page {
    wholes: Vec<Whole>,
    places: HashMap<TransferId, usize>,
}

impl Page {
    fn of(&mut self, id: Option<TransferId>) -> Option<&mut Whole> {
        let place = *self.places.get(&id?)?;
        self.wholes.get_mut(place)
    }

    /// One after another: a long history is never in memory whole.
    async fn add_events(
        &mut self,
        snapshot: &DatabaseTransaction,
        ids: &[TransferId],
        until: DateTime<Utc>,
    ) -> Result<(), DbErr> {
        let mut events = transfer_events::Entity::find()
            .filter(transfer_events::Column::TransferId.is_in(ids.iter().copied()))
            .order_by_asc(transfer_events::Column::TransferId)
            .order_by_asc(transfer_events::Column::Version)
            .stream(snapshot)
            .await?;
        while let Some(event) = events.try_next().await? {
            if let Some(whole) = self.of(Some(event.transfer_id)) {
                whole.history.add(event, until);
            }
        }
        Ok(())
    }

    async fn add_refunds(&mut self, snapshot: &DatabaseTransaction, ids: &[TransferId]) -> Result<(), DbErr> {
        let mut refunds = transfers::Entity::find()
            .select_only()
            .columns([
                transfers::Column::PaymentId,
                transfers::Column::State,
                transfers::Column::AmountWon,
            ])
            .filter(transfers::Column::PaymentId.is_in(ids.iter().copied()))
            .into_tuple::<(Option<TransferId>, TransferState, i64)>()
            .stream(snapshot)
            .await?;
        while let Some((payment, state, amount_won)) = refunds.try_next().await? {
            if let Some(whole) = self.of(payment) {
                whole.refunds.add(state, amount_won);
            }
        }
        Ok(())
    }

    async fn add_calls_and_keys(&mut self, snapshot: &DatabaseTransaction, ids: &[TransferId]) -> Result<(), DbErr> {
        let calls = bank_calls::Entity::find()
            .filter(bank_calls::Column::TransferId.is_in(ids.iter().copied()))
            .into_partial_model::<Call>()
            .all(snapshot)
            .await?;
        for call in calls {
            if let Some(whole) = self.of(call.transfer_id) {
                whole.calls.push(call);
            }
        }
        let keys = idempotency_keys::Entity::find()
            .filter(idempotency_keys::Column::TransferId.is_in(ids.iter().copied()))
            .into_partial_model::<Key>()
            .all(snapshot)
            .await?;
        for key in keys {
            if let Some(whole) = self.of(key.transfer_id) {
                whole.keys.push(key);
            }
        }
        Ok(())
    }
}

/// All reads of a page see one moment.
async fn snapshot(db: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    // SQLite's readers see one moment anyhow, and know no other words for it.
    let is_mysql = db.get_database_backend() == DatabaseBackend::MySql;
    let options = TransactionOptions {
        isolation_level: is_mysql.then_some(IsolationLevel::RepeatableRead),
        access_mode: is_mysql.then_some(AccessMode::ReadOnly),
        ..TransactionOptions::default()
    };
    db.begin_with_options(options).await
}
