//! Finding any transfer while a caller is on the line: for staff, over all partners and members.
//!
//! ```text
//! what was typed ─▶ typed.rs     status:failed 김민지        words of the box apart from its filters
//!                ─▶ meaning.rs   4217 -> phone tail, amount   everything that a text may be
//! a Search       ─▶ named.rs     the rows that a text names   one look for each meaning
//!                ─▶ looks.rs     the rows that filters leave  which index leads, and what bounds it
//!                ─▶ page.rs      one page, by keyset          tally.rs: how many and how much, up to a cap
//! ```
//!
//! A look is led by one index, which it is told by name; whatever else is asked for is checked on the rows that it leads to
//! and cannot draw the database to another index. So a million rows cost what a thousand do.

mod aliases;
mod filter;
mod looks;
mod meaning;
mod named;
mod order;
mod page;
mod read;
mod tally;
mod typed;

use chrono::{DateTime, Utc};
use sea_orm::ConnectionTrait;
use sea_orm::sea_query::SelectStatement;

pub use aliases::{Key, failure_word, kind_word, states_word};
pub use filter::Pick;
pub use meaning::{Meaning, MeaningKind, understand};
pub use order::{Place, Sort};
pub use read::{Amounts, AmountsFault, Days, DaysFault, amounts, days};
pub use tally::{Sum, Tally, tally};
pub use typed::{Typed, TypedFilter, UnknownKey, split};

use super::TransferError;
use crate::ids::{PartnerId, UserId};
use crate::models::kinds::{FailureCode, TransferKind, TransferState};
use crate::models::transfers::Model;

/// What one search box and the filters ask for. Absent parts do not narrow the list.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// Everything that the text of the box may be; empty where there is none.
    pub text: Vec<Meaning>,
    /// Never an empty list.
    pub states: Option<Vec<TransferState>>,
    /// Why it failed; never an empty list. Only what failed has a reason.
    pub failures: Option<Vec<FailureCode>>,
    pub kind: Option<TransferKind>,
    pub partner: Option<Pick<PartnerId>>,
    /// The bank of the member's account, by its code.
    pub bank: Option<Pick<String>>,
    pub amount: Option<Amounts>,
    pub from: Option<DateTime<Utc>>,
    /// Exclusive.
    pub before: Option<DateTime<Utc>>,
    /// A word by which staff marked it.
    pub tag: Option<Pick<String>>,
    pub sort: Sort,
    pub after: Option<Place>,
}

impl Search {
    /// Whether what is looked for is of a person: such a search is told to the audit.
    #[must_use]
    pub fn names_a_person(&self) -> bool {
        self.text.iter().any(|meaning| meaning.kind().names_a_person())
    }

    /// The member whose id the text is. It is of a person, and says nothing of them: the audit may keep it.
    #[must_use]
    pub fn member(&self) -> Option<UserId> {
        match self.text.as_slice() {
            [Meaning::Member(id)] => Some(*id),
            _ => None,
        }
    }

    /// The words of what the text was taken for, each once.
    #[must_use]
    pub fn understood(&self) -> Vec<MeaningKind> {
        let mut kinds: Vec<MeaningKind> = Vec::new();
        for kind in self.text.iter().map(Meaning::kind) {
            if !kinds.contains(&kind) {
                kinds.push(kind);
            }
        }
        kinds
    }
}

/// Every query over the transfers that a search makes, with the index that leads it: a test looks at their plans.
///
/// # Errors
/// The database's own.
pub async fn queries<C: ConnectionTrait>(
    db: &C,
    search: &Search,
    limit: u64,
) -> Result<Vec<(Option<&'static str>, SelectStatement)>, TransferError> {
    let looks = looks::of(db, search).await?;
    let pages = looks
        .iter()
        .map(|look| (look.index, page::statement(look, search, limit)));
    let counted = looks.iter().filter(|look| look.is_counted());
    let entries = counted.map(|look| (look.index, looks::entries_of(look, limit)));
    let counts = tally::queries(db, search).await?;
    Ok(pages.chain(entries).chain(counts).collect())
}

/// One page in the order that is asked for, with one row more than `limit` when there are more.
///
/// # Errors
/// The database's own.
pub async fn search<C: ConnectionTrait>(db: &C, search: &Search, limit: u64) -> Result<Vec<Model>, TransferError> {
    let looks = looks::of(db, search).await?;
    let keys = page::keys(db, &looks, search, limit + 1).await?;
    Ok(page::rows(db, keys).await?)
}

/// Whether only the newest of the people whom the text names are looked at, for there are too many of them.
///
/// # Errors
/// The database's own.
pub async fn is_crowded<C: ConnectionTrait>(db: &C, search: &Search) -> Result<bool, TransferError> {
    Ok(named::is_crowded(db, search).await?)
}

/// The places of a page alone, out of the indexes, up to `limit`: for who counts.
///
/// # Errors
/// The database's own.
pub async fn places<C: ConnectionTrait>(db: &C, search: &Search, limit: u64) -> Result<Vec<Place>, TransferError> {
    let looks = looks::of(db, search).await?;
    Ok(page::keys(db, &looks, search, limit).await?)
}

/// How many transfers of the same search came after a place in time, up to `limit`.
///
/// # Errors
/// The database's own.
pub async fn newer<C: ConnectionTrait>(
    db: &C,
    search: &Search,
    than: Place,
    limit: u64,
) -> Result<usize, TransferError> {
    let later = Search {
        sort: Sort::Oldest,
        after: Some(than),
        ..search.clone()
    };
    let looks = looks::of(db, &later).await?;
    Ok(page::keys(db, &looks, &later, limit).await?.len())
}

/// When the newest transfer that the search would find without its period was accepted.
///
/// # Errors
/// The database's own.
pub async fn newest_of_all_time<C: ConnectionTrait>(
    db: &C,
    search: &Search,
) -> Result<Option<DateTime<Utc>>, TransferError> {
    let wider = Search {
        from: None,
        before: None,
        sort: Sort::Newest,
        after: None,
        ..search.clone()
    };
    let looks = looks::of(db, &wider).await?;
    let newest = page::keys(db, &looks, &wider, 1).await?;
    Ok(newest.first().map(|place| place.created_at))
}
