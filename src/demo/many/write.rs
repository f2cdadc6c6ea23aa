//! Batch after batch: told to the bank's books first, then written in one transaction of ours. While one is written the
//! next is told and the one after it is made.
//!
//! If the process dies between the two, the bank knows of moves that our books do not tell of yet: the next start makes
//! the same batches again, and the bank books none of it twice. If it dies while hours are counted, the next start counts
//! the rest.

use std::collections::HashMap;
use std::sync::Arc;

use futures::FutureExt;
use loco_rs::{Error, Result};
use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseBackend, DbErr, EntityTrait, PaginatorTrait, QueryFilter};

use super::books::{Books, Move};
use super::cast::{Cast, Member};
use super::dice::Dice;
use super::exchange::Exchange;
use super::news::Listeners;
use super::payment::Scene;
use super::plan::{BATCH, Plan};
use super::tale::Tale;
use super::words;
use crate::config::Settings;
use crate::db::rows;
use crate::ids::{AccountId, UserId};
use crate::models::kinds::{Role, TransferKind};
use crate::models::{bank_accounts, bank_calls, idempotency_keys, transfer_events, transfer_tags, transfers, users};
use crate::notifications::webhooks::past::{self, Told};
use crate::services::Services;
use crate::transfers::execute::passbook_text;
use crate::transfers::{TransferError, hours, state};

const TAGGED_ONE_OF: u64 = 250;
/// Accounts of one read.
const ACCOUNTS_AT_ONCE: usize = 500;
/// SQLite's writer keeps this many KiB of the indexes at hand instead of 2,000, for a large history touches them everywhere;
/// and it lets this many pages gather before it moves them into the database.
const SQLITE_FILLS: &str = "PRAGMA cache_size = -262144; PRAGMA wal_autocheckpoint = 50000;";
/// As usual: the next commit moves into the database what is left.
const SQLITE_FILLED: &str = "PRAGMA wal_autocheckpoint = 1000;";

/// Makes the payments of a plan, one as any other time.
pub struct Maker {
    plan: Plan,
    cast: Cast,
    accounts: HashMap<AccountId, bank_accounts::Model>,
    listeners: Listeners,
    /// Somebody at the desk, who marks a few.
    staff: UserId,
    settings: Settings,
}

/// Everything of some payments.
#[derive(Default)]
struct Batch {
    transfers: Vec<transfers::Model>,
    events: Vec<transfer_events::Model>,
    calls: Vec<bank_calls::Model>,
    keys: Vec<idempotency_keys::Model>,
    tags: Vec<transfer_tags::Model>,
    told: Vec<Told>,
    moves: Vec<Move>,
}

impl Maker {
    /// Of a cast whose people are in the database.
    pub async fn new(services: &Services, plan: Plan, cast: Cast) -> Result<Self> {
        let mut accounts = HashMap::new();
        for some in cast.members.chunks(ACCOUNTS_AT_ONCE) {
            let ids = some.iter().map(|member| member.account.id);
            let rows = bank_accounts::Entity::find().filter(bank_accounts::Column::Id.is_in(ids));
            let rows = rows.all(services.db.read()).await?;
            accounts.extend(rows.into_iter().map(|row| (row.id, row)));
        }
        let shops = cast.shops.iter().map(|shop| shop.id).collect();
        let staff = users::Entity::find().filter(users::Column::Role.eq(Role::Cs));
        let staff = staff.one(services.db.read()).await?;
        Ok(Self {
            staff: staff.map(|user| user.id).unwrap_or_default(),
            listeners: Listeners::of(services, shops).await?,
            settings: services.settings.clone(),
            plan,
            cast,
            accounts,
        })
    }

    /// The payment with this number, without its refunds.
    pub fn payment(&self, number: u64) -> core::result::Result<Tale<'_>, TransferError> {
        let mut tales = self.tales(number)?.0.into_iter();
        tales.next().ok_or(TransferError::NotFound)
    }

    fn tales(&self, number: u64) -> core::result::Result<(Vec<Tale<'_>>, &Member, Dice), TransferError> {
        let mut dice = self.plan.dice(number);
        let at = self.plan.moment(number, &mut dice);
        let buyer = self.cast.buyer(&mut dice).ok_or(TransferError::NotFound)?;
        let scene = Scene {
            exchange: Exchange {
                bank: &self.settings.bank,
                account: &buyer.account,
            },
            account: self.accounts.get(&buyer.account.id).ok_or(TransferError::NotFound)?,
            inquiry: &self.settings.inquiry,
            limits: &self.settings.limits,
            until: self.plan.until,
        };
        let tales = scene.play(number, (buyer, at), &mut dice)?;
        Ok((tales, buyer, dice))
    }

    fn batch(&self, number: u64) -> core::result::Result<Batch, TransferError> {
        let mut batch = Batch::default();
        for payment in number * BATCH..self.plan.payments.min((number + 1) * BATCH) {
            let (tales, buyer, mut dice) = self.tales(payment)?;
            let mut news = Vec::new();
            // Refunds first: of one moment the shop is told of a refund before its payment.
            for tale in tales.into_iter().rev() {
                batch.moves.extend(booked(&tale, buyer));
                batch.transfers.push(tale.transfer);
                batch.events.extend(tale.events);
                batch.calls.extend(tale.calls);
                batch.keys.push(tale.key);
                news.extend(tale.news);
            }
            news.sort_by_key(|event| event.created_at);
            let told = self.listeners.tell(news, self.plan.until, &mut dice)?;
            batch.told.extend(told);
            batch.tags.extend(self.tag(batch.transfers.last(), &mut dice));
        }
        batch.told.sort_by_key(|told| told.event.created_at);
        Ok(batch)
    }

    /// What the desk marked a payment with, if anything.
    fn tag(&self, payment: Option<&transfers::Model>, dice: &mut Dice) -> Option<transfer_tags::Model> {
        let payment = payment.filter(|_| dice.once_in(TAGGED_ONE_OF))?;
        let at = payment.created_at + dice.millis(600_000, 2 * 24 * 3_600_000);
        Some(transfer_tags::Model {
            transfer_id: payment.id,
            word: dice.word(&words::TAGS).to_owned(),
            author_id: self.staff,
            at: at.min(self.plan.until),
            accepted_at: payment.created_at,
        })
    }
}

/// What the bank is to have booked for it.
fn booked(tale: &Tale<'_>, buyer: &Member) -> Option<Move> {
    let transfer = &tale.transfer;
    Some(Move {
        bank_code: buyer.account.bank,
        number: buyer.account.number.clone(),
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

/// Writes what is missing of the plan, at most so many batches, and counts its hours once it is whole.
pub async fn all(
    services: &Services,
    books: &Books,
    maker: Maker,
    at_most: Option<u64>,
    told: &mut impl FnMut(u64, u64),
) -> Result<()> {
    on_sqlite(services, SQLITE_FILLS).await?;
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
    let mut known_to_the_bank = None;
    for number in first..=end {
        let batch = match next.take() {
            Some(made) => Some(made.await.map_err(Error::wrap)?.map_err(Error::wrap)?),
            None => None,
        };
        next = (number + 1 < end).then(|| make(number + 1));
        let moves = batch.as_ref().map_or([].as_slice(), |batch| &batch.moves);
        let (booked, written) = tokio::join!(tell(books, moves), write(services, known_to_the_bank.take()));
        if written? {
            told(payments.min(number * BATCH), payments);
        }
        booked?;
        known_to_the_bank = batch;
    }
    on_sqlite(services, SQLITE_FILLED).await?;
    if end == batches {
        hours::count_all(services).await?;
    }
    Ok(())
}

async fn on_sqlite(services: &Services, pragma: &'static str) -> Result<()> {
    if services.db.read().get_database_backend() != DatabaseBackend::Sqlite {
        return Ok(());
    }
    let work = services.db.write(move |tx| {
        async move {
            tx.execute_unprepared(pragma).await?;
            Ok::<(), DbErr>(())
        }
        .boxed()
    });
    Ok(work.await?)
}

async fn tell(books: &Books, moves: &[Move]) -> Result<()> {
    if !moves.is_empty() {
        books.tell(&[], moves).await?;
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

/// Whether there was one to write.
async fn write(services: &Services, batch: Option<Batch>) -> Result<bool> {
    let Some(batch) = batch else { return Ok(false) };
    let limits = services.settings.limits.clone();
    let work = services.db.write(move |tx| {
        async move {
            state::fill(tx, batch.transfers, batch.events, &limits).await?;
            rows::insert::<bank_calls::Entity>(tx, batch.calls).await?;
            rows::insert::<idempotency_keys::Entity>(tx, batch.keys).await?;
            rows::insert::<transfer_tags::Entity>(tx, batch.tags).await?;
            past::fill(tx, batch.told).await?;
            Ok::<(), DbErr>(())
        }
        .boxed()
    });
    work.await?;
    Ok(true)
}
