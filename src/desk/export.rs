//! The export of a search: how much it holds, its rows a page at a time, and who took it why.
//!
//! No transaction is open while a file is read: each page is as the database was when it was asked for. A row that changes
//! meanwhile stands in the file as its page found it; one that is accepted meanwhile is newer than where the file began.
//!
//! If the process dies, or the reader goes away, the audit has the row of the beginning and none of the end, and the file has
//! no last line.

use std::collections::{BTreeSet, HashMap};

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use uuid::Uuid;

use super::audit::{self, By, Record, Subject};
use crate::ids::{AccountId, UserId};
use crate::members::history::{Entry, with_partner_names};
use crate::models::kinds::StaffDeed;
use crate::models::{bank_accounts, transfers, users};
use crate::money::Won;
use crate::services::Services;
use crate::transfers::TransferError;
use crate::transfers::search::{self, Place, Search};

/// Rows of one page, each with whose they are, in four queries.
const ROWS_AT_ONCE: u64 = 1_000;
/// Places of one page of a count, out of the indexes.
const COUNTED_AT_ONCE: u64 = 20_000;

/// What a search holds, counted up to one row more than may be exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent {
    pub rows: u64,
    pub won: Won,
    /// There are more rows than were counted.
    pub is_capped: bool,
}

/// Counts the rows of a search to their end, and no more of them than `most` and one.
///
/// # Errors
/// The database's own.
pub async fn extent<C: ConnectionTrait>(db: &C, search: &Search, most: u64) -> Result<Extent, TransferError> {
    let (mut rows, mut won, mut after) = (0, 0_i64, None);
    loop {
        let page = Search {
            after,
            ..search.clone()
        };
        let places = search::places(db, &page, COUNTED_AT_ONCE.min(most + 1 - rows)).await?;
        let counted = places.len() as u64;
        rows += counted;
        won = places
            .iter()
            .fold(won, |won, place| won.saturating_add(place.amount_won));
        if rows > most || counted < COUNTED_AT_ONCE {
            return Ok(Extent {
                rows: rows.min(most),
                won: Won::new(won),
                is_capped: rows > most,
            });
        }
        after = places.last().copied();
    }
}

/// A row of the file with what belongs to it. Names and numbers of people are masked where they are shown.
pub struct Line {
    pub transfer: transfers::Model,
    pub partner_name: String,
    pub member: Option<users::Model>,
    pub account: Option<bank_accounts::Model>,
}

/// The next rows, and where the rest begins, if any.
///
/// # Errors
/// The database's own.
pub async fn lines<C: ConnectionTrait>(
    db: &C,
    search: &Search,
    after: Option<Place>,
) -> Result<(Vec<Line>, Option<Place>), TransferError> {
    let page = Search {
        after,
        ..search.clone()
    };
    let mut rows = search::search(db, &page, ROWS_AT_ONCE).await?;
    let has_more = rows.len() as u64 > ROWS_AT_ONCE;
    rows.truncate(usize::try_from(ROWS_AT_ONCE).unwrap_or(usize::MAX));
    let next = rows.last().filter(|_| has_more).map(Place::of);
    let members: BTreeSet<UserId> = rows.iter().map(|row| row.member_id).collect();
    let accounts: BTreeSet<AccountId> = rows.iter().map(|row| row.account_id).collect();
    let members = users::Entity::find()
        .filter(users::Column::Id.is_in(members))
        .all(db)
        .await?;
    let accounts = bank_accounts::Entity::find()
        .filter(bank_accounts::Column::Id.is_in(accounts))
        .all(db)
        .await?;
    let members: HashMap<UserId, users::Model> = members.into_iter().map(|row| (row.id, row)).collect();
    let accounts: HashMap<AccountId, bank_accounts::Model> = accounts.into_iter().map(|row| (row.id, row)).collect();
    let entries = with_partner_names(db, rows).await?;
    let line = |entry: Entry| Line {
        member: members.get(&entry.transfer.member_id).cloned(),
        account: accounts.get(&entry.transfer.account_id).cloned(),
        partner_name: entry.partner_name,
        transfer: entry.transfer,
    };
    Ok((entries.into_iter().map(line).collect(), next))
}

/// One file, from its first byte to its last.
#[derive(Clone, Debug)]
pub struct Export {
    id: Uuid,
    by: By,
}

impl Export {
    /// Writes into the audit who takes what and why, before a byte is sent. The filter is told in words that name nobody.
    ///
    /// # Errors
    /// The database's; then nothing is to be sent.
    pub async fn begin(services: &Services, by: By, reason: &str, (filter, rows): (Value, u64)) -> Result<Self, DbErr> {
        let export = Self { id: Uuid::now_v7(), by };
        let detail = json!({ "export": export.id, "step": "begun", "filter": filter, "rows_expected": rows });
        let record = Record::of(StaffDeed::Exported, Subject::LIST, reason).with(detail);
        audit::look(services, export.by.clone(), record).await?;
        Ok(export)
    }

    /// Writes into the audit that all rows were read, before the file's last line is sent.
    ///
    /// # Errors
    /// The database's; then the file must not look whole.
    pub async fn end(&self, services: &Services, rows: u64) -> Result<(), DbErr> {
        let detail = json!({ "export": self.id, "step": "ended", "rows": rows });
        let record = Record::look(StaffDeed::Exported, Subject::LIST).with(detail);
        audit::look(services, self.by.clone(), record).await
    }
}
