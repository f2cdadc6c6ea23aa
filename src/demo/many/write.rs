//! Batch after batch: told to the bank's books first, then written in one transaction of ours. While one is written the
//! next is made.
//!
//! If the process dies between the two, the bank knows of moves that our books do not tell of yet: the next start makes
//! the same batch again, and the bank books none of it twice.

use std::sync::Arc;

use futures::FutureExt;
use loco_rs::{Error, Result};
use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseBackend, DbErr, EntityTrait, PaginatorTrait, QueryFilter};

use super::books::{Books, Move};
use super::cast::Cast;
use super::exchange::Exchange;
use super::payment::Scene;
use super::people::insert;
use super::plan::{BATCH, Plan};
use super::tale::Tale;
use crate::config::Settings;
use crate::ids::{PartnerId, UserId};
use crate::models::kinds::TransferKind;
use crate::models::{bank_calls, idempotency_keys, transfer_events, transfers};
use crate::services::Services;
use crate::transfers::execute::passbook_text;
use crate::transfers::{TransferError, state};

const ROWS_AT_ONCE: usize = 500;
/// SQLite's writer keeps this many KiB of the indexes at hand instead of 2,000: a large history touches them everywhere.
const SQLITE_CACHE: &str = "PRAGMA cache_size = -262144";

/// Makes the payments of a plan, one as any other time.
pub struct Maker {
    plan: Plan,
    cast: Cast,
    settings: Settings,
}

/// Everything of some payments.
#[derive(Default)]
struct Batch {
    transfers: Vec<transfers::Model>,
    events: Vec<transfer_events::Model>,
    calls: Vec<bank_calls::Model>,
    keys: Vec<idempotency_keys::Model>,
    moves: Vec<Move>,
}

impl Maker {
    pub fn new(plan: Plan, cast: Cast, settings: &Settings) -> Self {
        let settings = settings.clone();
        Self { plan, cast, settings }
    }

    pub fn partners(&self) -> Vec<PartnerId> {
        self.cast.shops.iter().map(|shop| shop.id).collect()
    }

    /// The member who came last, where all came.
    pub fn last_member(&self) -> UserId {
        self.cast.members.last().map(|member| member.id).unwrap_or_default()
    }

    /// The payment with this number, without its refunds.
    pub fn payment(&self, number: u64) -> core::result::Result<Tale, TransferError> {
        let mut tales = self.tales(number)?.0.into_iter();
        tales.next().ok_or(TransferError::NotFound)
    }

    fn tales(&self, number: u64) -> core::result::Result<(Vec<Tale>, &'static str, String), TransferError> {
        let mut dice = self.plan.dice(number);
        let at = self.plan.moment(number, &mut dice);
        let buyer = self.cast.buyer(&mut dice).ok_or(TransferError::NotFound)?;
        let scene = Scene {
            exchange: Exchange {
                bank: &self.settings.bank,
                account: &buyer.account,
            },
            inquiry: &self.settings.inquiry,
            limits: &self.settings.limits,
            until: self.plan.until,
        };
        let tales = scene.play(number, (buyer, at), &mut dice)?;
        Ok((tales, buyer.account.bank, buyer.account.number.clone()))
    }

    fn batch(&self, number: u64) -> core::result::Result<Batch, TransferError> {
        let mut batch = Batch::default();
        for payment in number * BATCH..self.plan.payments.min((number + 1) * BATCH) {
            let (tales, bank_code, account) = self.tales(payment)?;
            for tale in tales {
                batch.moves.extend(booked(&tale, bank_code, &account));
                batch.transfers.push(tale.transfer);
                batch.events.extend(tale.events);
                batch.calls.extend(tale.calls);
                batch.keys.push(tale.key);
            }
        }
        Ok(batch)
    }
}

/// What the bank is to have booked for it.
fn booked(tale: &Tale, bank_code: &'static str, number: &str) -> Option<Move> {
    let transfer = &tale.transfer;
    Some(Move {
        bank_code,
        number: number.to_owned(),
        trace: transfer.trace_number.clone()?,
        at: transfer.trace_at?,
        direction: match transfer.kind {
            TransferKind::Payment => "out",
            TransferKind::Refund => "in",
        },
        asked_won: transfer.amount_won,
        moved_won: tale.moved_won?,
        memo: passbook_text(transfer),
    })
}

/// Writes what is missing of the plan, at most so many batches.
pub async fn all(
    services: &Services,
    books: &Books,
    maker: Maker,
    at_most: Option<u64>,
    told: &mut impl FnMut(u64, u64),
) -> Result<()> {
    if services.db.read().get_database_backend() == DatabaseBackend::Sqlite {
        let pragma = services.db.write(|tx| {
            async move {
                tx.execute_unprepared(SQLITE_CACHE).await?;
                Ok::<(), DbErr>(())
            }
            .boxed()
        });
        pragma.await?;
    }
    let maker = Arc::new(maker);
    let (payments, batches) = (maker.plan.payments, maker.plan.batches());
    let first = begun(services, &maker).await?;
    let end = at_most.map_or(batches, |most| batches.min(first + most));
    told(payments.min(first * BATCH), payments);
    let make = |number: u64| {
        let maker = Arc::clone(&maker);
        tokio::task::spawn_blocking(move || maker.batch(number))
    };
    let mut next = (first < end).then(|| make(first));
    for number in first..end {
        let Some(made) = next.take() else { break };
        let batch = made.await.map_err(Error::wrap)?.map_err(Error::wrap)?;
        next = (number + 1 < end).then(|| make(number + 1));
        books.tell(&[], &batch.moves).await?;
        write(services, batch).await?;
        told(payments.min((number + 1) * BATCH), payments);
    }
    Ok(())
}

/// How many batches are there. They are written one after another, so that a search by halves finds the end.
async fn begun(services: &Services, maker: &Maker) -> Result<u64> {
    let (mut there, mut missing) = (0, maker.plan.batches() + 1);
    while there + 1 < missing {
        let middle = there.midpoint(missing);
        let first = maker.payment((middle - 1) * BATCH).map_err(Error::wrap)?;
        let found = transfers::Entity::find()
            .filter(transfers::Column::Id.eq(first.transfer.id))
            .count(services.db.read())
            .await?;
        if found == 0 {
            missing = middle;
        } else {
            there = middle;
        }
    }
    Ok(there)
}

async fn write(services: &Services, batch: Batch) -> Result<()> {
    let work = services.db.write(move |tx| {
        async move {
            state::fill(tx, batch.transfers, batch.events).await?;
            for calls in batch.calls.chunks(ROWS_AT_ONCE) {
                insert::<bank_calls::Entity>(tx, calls.to_vec()).await?;
            }
            for keys in batch.keys.chunks(ROWS_AT_ONCE) {
                insert::<idempotency_keys::Entity>(tx, keys.to_vec()).await?;
            }
            Ok::<(), DbErr>(())
        }
        .boxed()
    });
    Ok(work.await?)
}
