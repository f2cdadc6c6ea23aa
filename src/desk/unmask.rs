//! Personal data shown whole: one record, to one member of staff, for a minute and a reason.
//!
//! The audit row is committed before anything is opened. If the process dies between the two, the row tells of a look
//! that nobody had. Nothing of what is opened is kept here, and `Debug` shows none of it.

use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::{Value, json};

use super::audit::{self, By, Record, Subject};
use crate::accounts::numbers;
use crate::ids::{AccountId, Prefix, UserId};
use crate::members::phone::PhoneNumber;
use crate::members::search::any_member;
use crate::members::sign_up::open_birth_date;
use crate::models::kinds::StaffDeed;
use crate::models::{bank_accounts, members, staff_audit, users};
use crate::security::sealed::SealError;
use crate::services::Services;

/// How long a page shows what was opened.
pub const SHOWN_SECS: i64 = 60;
/// What a limit counts.
const WINDOW: TimeDelta = TimeDelta::hours(1);

/// The one record that is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Name, email, phone number and birth date.
    Person,
    /// The number of one of the member's accounts, though it may be unlinked.
    Account(AccountId),
}

/// A wish to see it.
#[derive(Clone, Debug)]
pub struct Asked {
    pub by: By,
    pub member: UserId,
    pub wanted: Wanted,
    /// The payment or refund whose page it was asked for on, as the outside names it; `None`: the member's own page.
    pub on: Option<String>,
    pub reason: String,
}

/// A record as it is, until then.
pub struct Opened {
    pub whole: Whole,
    pub until: DateTime<Utc>,
}

pub enum Whole {
    Person {
        name: String,
        email: String,
        /// `01012345678`; `None`: none is known.
        phone: Option<String>,
        /// `19940302`; empty: none is known any more.
        birth_date: String,
    },
    Account {
        bank_code: String,
        number: String,
    },
}

impl fmt::Debug for Whole {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Person { .. } => "Person(…)",
            Self::Account { .. } => "Account(…)",
        })
    }
}

/// Why nothing is shown. Nothing is written then, but for `Seal`, whose row tells of a look that failed.
#[derive(Debug, thiserror::Error)]
pub enum UnmaskError {
    #[error("there is no such member, or the account is not theirs")]
    NotFound,
    #[error("as many were shown within an hour as may be")]
    TooMany { most: u32, again_at: DateTime<Utc> },
    #[error("a column could not be opened")]
    Seal(#[from] SealError),
    #[error("the database did not answer")]
    Database(#[from] DbErr),
}

/// Writes who looks and why, and opens the record.
///
/// # Errors
/// [`UnmaskError`].
pub async fn open(services: &Services, asked: Asked) -> Result<Opened, UnmaskError> {
    let db = services.db.read();
    let user = any_member(db, asked.member).await?.ok_or(UnmaskError::NotFound)?;
    let account = match asked.wanted {
        Wanted::Person => None,
        Wanted::Account(id) => {
            let found = bank_accounts::Entity::find_by_id(id)
                .filter(bank_accounts::Column::MemberId.eq(asked.member))
                .one(db)
                .await?;
            Some(found.ok_or(UnmaskError::NotFound)?)
        }
    };
    let (now, most) = (services.clock.now(), services.settings.security.unmask_per_hour);
    services
        .db
        .write(move |tx| Box::pin(count_and_record(tx, asked, most, now)))
        .await?;
    let whole = match account {
        Some(account) => account_of(services, &account)?,
        None => person(services, user).await?,
    };
    Ok(Opened {
        whole,
        until: now + TimeDelta::seconds(SHOWN_SECS),
    })
}

async fn count_and_record(
    tx: &DatabaseTransaction,
    asked: Asked,
    most: u32,
    now: DateTime<Utc>,
) -> Result<(), UnmaskError> {
    // One's own row is locked, so that two tabs are counted one after the other. SQLite has one writer.
    let staff = users::Entity::find_by_id(asked.by.staff)
        .lock_exclusive()
        .one(tx)
        .await?;
    staff.ok_or(UnmaskError::NotFound)?;
    // Index (actor_id, at, id): an hour of one person's.
    let within: Vec<DateTime<Utc>> = staff_audit::Entity::find()
        .select_only()
        .column(staff_audit::Column::At)
        .filter(staff_audit::Column::ActorId.eq(asked.by.staff))
        .filter(staff_audit::Column::At.gt(now - WINDOW))
        .filter(staff_audit::Column::Deed.eq(StaffDeed::Unmasked))
        .order_by_desc(staff_audit::Column::At)
        .limit(u64::from(most))
        .into_tuple()
        .all(tx)
        .await?;
    if let (true, Some(oldest)) = (
        within.len() >= usize::try_from(most).unwrap_or(usize::MAX),
        within.last(),
    ) {
        let again_at = *oldest + WINDOW;
        return Err(UnmaskError::TooMany { most, again_at });
    }
    // Of the member, wherever it was asked for: they may ask who saw their data.
    let record = Record::of(StaffDeed::Unmasked, Subject::member(asked.member), &asked.reason);
    audit::record(tx, &asked.by, record.with(detail(&asked)), now).await?;
    Ok(())
}

fn detail(asked: &Asked) -> Value {
    let mut detail = match asked.wanted {
        Wanted::Person => json!({ "what": "person" }),
        Wanted::Account(id) => json!({ "what": "account", "account": Prefix::Account.show(id.0) }),
    };
    if let (Some(detail), Some(on)) = (detail.as_object_mut(), &asked.on) {
        detail.insert("on".to_owned(), on.clone().into());
    }
    detail
}

fn account_of(services: &Services, account: &bank_accounts::Model) -> Result<Whole, UnmaskError> {
    let at_bank = numbers::at_bank(&services.sealer, account)?;
    Ok(Whole::Account {
        bank_code: account.bank_code.clone(),
        number: at_bank.account.as_str().to_owned(),
    })
}

async fn person(services: &Services, user: users::Model) -> Result<Whole, UnmaskError> {
    let member = members::Entity::find_by_id(user.id).one(services.db.read()).await?;
    let member = member.ok_or(UnmaskError::NotFound)?;
    let sealer = &services.sealer;
    let phone = member.phone_sealed.as_deref();
    let phone = phone
        .map(|sealed| PhoneNumber::open(sealer, user.id, sealed))
        .transpose()?;
    Ok(Whole::Person {
        name: user.name,
        email: user.email,
        phone: phone.map(|phone| phone.digits().to_owned()),
        birth_date: open_birth_date(sealer, &member)?.as_str().to_owned(),
    })
}
