//! A large history for trials and measurements: `naru task demo --payments N`. A year of payments with their refunds,
//! histories, calls to the bank, keys, used limits and what the shops were told, written in batches of many rows, and told
//! to the simulated bank's books, so that `naru task verify` finds nothing.
//!
//! ```text
//!   plan ─▶ cast ─▶ for each batch:  story (payment, refund) ─▶ the bank's books ─▶ one transaction of ours ─▶ hours
//! ```
//!
//! Everything follows from the seed, the number of payments and the moment of the first start; only what is sealed, signed
//! or hashed with a chance of its own differs. If the process dies, a batch is there whole or not at all: the bank books
//! each move once, by its trace number, and is told before we write. The same command goes on where the last one stopped.
//! Nobody is called: the shops' endpoints are paused, and what was to be told was told.

mod books;
mod cast;
mod course;
mod dice;
mod exchange;
mod news;
mod payment;
mod people;
mod plan;
mod tale;
mod words;
mod write;

use chrono::DurationRound;
use chrono::TimeDelta;
use loco_rs::{Error, Result};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::ids::PartnerId;
use crate::installation;
use crate::models::kinds::Mode;
use crate::models::{partners, transfers, users};
use crate::services::Services;

use books::Books;
use plan::Plan;
use write::Maker;

/// As many as the tests of scale need; more is a mistyped number.
pub const MOST_PAYMENTS: u64 = 5_000_000;

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Wish {
    /// Refunds come on top.
    pub payments: u64,
    pub seed: u64,
    /// A test stops after so many batches, as a process that dies does.
    pub batches: Option<u64>,
}

/// Makes the history, or goes on with it; `told` hears how many payments of all are there.
///
/// # Errors
/// On an installation for real money or without demo data, on one whose history is another, and where the database or the
/// simulated bank does not answer.
pub async fn make(services: &Services, wish: Wish, mut told: impl FnMut(u64, u64)) -> Result<()> {
    refuse_where_it_is_live(services).await?;
    super::seed_if_empty(services).await?;
    let (plan, is_new) = plan(services, wish).await?;
    let books = Books::new(&services.settings)?;
    let mut cast = cast::Cast::of(&plan);
    if !is_new {
        refuse_other_people(services, &cast).await?;
    }
    people::link(&books, &mut cast, &plan).await?;
    if is_new {
        people::write(services, &cast, &plan).await?;
    }
    let shops = cast.shops.iter().map(|shop| shop.id).collect();
    let maker = Maker::new(services, plan, cast).await?;
    refuse_another_history(services, &maker, shops).await?;
    write::all(services, &books, maker, wish.batches, &mut told).await
}

async fn refuse_where_it_is_live(services: &Services) -> Result<()> {
    let refuse = |why: &str| Err(Error::Message(format!("no history is made up here: {why}")));
    if !services.settings.demo_data {
        return refuse("`settings.demo_data` is false");
    }
    if services.settings.bank.mode() == Mode::Live {
        return refuse("`settings.bank.sandbox` is false");
    }
    if installation::begun(services.db.read()).await? == Some(Mode::Live) {
        return refuse("this database was begun with real money");
    }
    Ok(())
}

/// The plan of an earlier start, or a new one that ends now.
async fn plan(services: &Services, wish: Wish) -> Result<(Plan, bool)> {
    let db = services.db.read();
    let shop = |name: &'static str| partners::Entity::find().filter(partners::Column::Name.eq(name)).one(db);
    if shop(super::PARTNER).await?.is_none() {
        let why = "this database has people of its own, and no demo";
        return Err(Error::Message(why.to_owned()));
    }
    let first = shop(words::first_shop()).await?;
    let is_new = first.is_none();
    let now = services.clock.now();
    let until = match first {
        Some(first) => plan::until(first.created_at),
        // Whole seconds: every database gives them back as they were.
        None => now.duration_trunc(TimeDelta::seconds(1)).unwrap_or(now),
    };
    Ok((Plan::new(wish.seed, wish.payments, until), is_new))
}

/// Who is there must be those of what was asked for; the bank is told of nobody else.
async fn refuse_other_people(services: &Services, cast: &cast::Cast) -> Result<()> {
    let last = cast.members.last().map(|member| member.id).unwrap_or_default();
    match users::Entity::find_by_id(last).one(services.db.read()).await? {
        Some(_) => Ok(()),
        None => Err(another()),
    }
}

/// What is there must be the beginning of what was asked for.
async fn refuse_another_history(services: &Services, maker: &Maker, shops: Vec<PartnerId>) -> Result<()> {
    let db = services.db.read();
    let first = maker.payment(0).map_err(Error::wrap)?.transfer.id;
    let there = transfers::Entity::find()
        .filter(transfers::Column::PartnerId.is_in(shops))
        .one(db)
        .await?;
    let same = transfers::Entity::find_by_id(first).one(db).await?;
    if there.is_some() && same.is_none() {
        return Err(another());
    }
    Ok(())
}

fn another() -> Error {
    let why = "the history here was begun with another seed or number of payments: go on with those, or begin on an empty \
               database";
    Error::Message(why.to_owned())
}
