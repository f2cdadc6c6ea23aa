//! Whose account it is: before anybody consents to anything the bank is asked for the holder's name, and it must be the
//! member's own. Nothing is stored for it, and nobody learns another person's name.
//!
//! It only reads, so a call that broke off at once is made a second time within the same deadline. Names that are not the
//! member's are counted: who tries one number after the other would learn which of them belong to namesakes.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter};
use tokio::time::{Instant, timeout_at};

use super::names::is_same_name;
use super::request::LinkRequest;
use super::stop::{LinkStop, stop_of};
use super::{AccountRow, numbers};
use crate::bank::{AccountAtBank, Answer, Bank, Call, NotSentReason, Outcome, RefusalKind, UnknownReason};
use crate::cache::{Allowance, UsedUp};
use crate::ids::{AccountId, UserId};
use crate::models::kinds::AccountState;
use crate::models::{bank_accounts, users};
use crate::security::sealed::SealError;
use crate::services::Services;

/// Accounts that a member may ask for in vain within the window.
const MISSES: Allowance = Allowance {
    count: 10,
    window: Duration::from_hours(1),
};
/// How long a confirmation stands before the bank is asked again.
const STANDS: TimeDelta = TimeDelta::minutes(30);

/// An account that the bank says is the member's, as its holder's name goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirmed {
    request: LinkRequest,
    at: DateTime<Utc>,
}

impl Confirmed {
    #[must_use]
    pub const fn request(&self) -> &LinkRequest {
        &self.request
    }

    #[must_use]
    pub const fn at(&self) -> DateTime<Utc> {
        self.at
    }

    /// One that was kept in a sealed draft; `None` when it is too old to stand.
    pub(super) fn kept(request: LinkRequest, at: DateTime<Utc>, now: DateTime<Utc>) -> Option<Self> {
        (now - at < STANDS).then_some(Self { request, at })
    }
}

/// Why an account was not confirmed. Nothing is stored.
#[derive(Debug, thiserror::Error)]
pub enum NotConfirmed {
    /// `OtherHolder`, `Taken`, or what the bank's answer means.
    #[error("the account was not confirmed: {}", .0.as_str())]
    Stopped(LinkStop),
    #[error("too many accounts of others; the next one is possible in {} seconds", .0.wait.as_secs())]
    TooMany(UsedUp),
    /// The member has it, linked or pending.
    #[error("the member has this account already")]
    Known(AccountId),
    #[error("the user is not there")]
    NoUser,
    #[error("a sealed value could not be sealed or opened")]
    Seal(#[from] SealError),
    #[error("the database did not answer")]
    Database(#[from] DbErr),
}

/// Asks the bank whose account it is.
///
/// # Errors
/// [`NotConfirmed`].
pub async fn confirm(services: &Services, member: UserId, request: LinkRequest) -> Result<Confirmed, NotConfirmed> {
    let (db, now) = (services.db.read(), services.clock.now());
    let index = numbers::number_index(&services.sealer, &request.number)?;
    let bank_code = request.bank.as_str();
    if let Some(known) = AccountRow::find_by_number_owned_by(db, member, bank_code, &index).await? {
        return Err(NotConfirmed::Known(known.id));
    }
    let user = users::Entity::find_by_id(member).one(db).await?;
    let user = user.ok_or(NotConfirmed::NoUser)?;
    if services.calendar.money_waits_until().is_some() {
        return Err(NotConfirmed::Stopped(LinkStop::OutsideServiceHours));
    }
    let misses = format!("holder-misses:{}", member.0.simple());
    // Counted from the beginning, so that many at once gain nothing.
    let cache = &services.cache;
    cache.count(&misses, MISSES, now).await.map_err(NotConfirmed::TooMany)?;
    let account = AccountAtBank {
        bank: request.bank.clone(),
        account: request.number.clone(),
    };
    let answer = ask(services, &account).await;
    let is_own = matches!(&answer.outcome, Outcome::Succeeded(name) if is_same_name(name, &user.name));
    let is_miss = match &answer.outcome {
        Outcome::Succeeded(_) => !is_own,
        Outcome::Refused(refusal) => refusal.kind == RefusalKind::AccountUnusable,
        Outcome::NotSent(_) | Outcome::Unknown(_) => false,
    };
    if !is_miss {
        cache.give_back(&misses).await;
    }
    match &answer.outcome {
        Outcome::Succeeded(_) if !is_own => Err(NotConfirmed::Stopped(LinkStop::OtherHolder)),
        Outcome::Succeeded(_) if is_linked_by_somebody(services, &account).await? => {
            Err(NotConfirmed::Stopped(LinkStop::Taken))
        }
        Outcome::Succeeded(_) => Ok(Confirmed {
            request,
            at: services.clock.now(),
        }),
        no_name => Err(NotConfirmed::Stopped(stop_of(no_name))),
    }
}

/// One answer, or two where the first call broke off with time left.
async fn ask(services: &Services, account: &AccountAtBank) -> Answer<String> {
    let deadline = Instant::now() + Duration::from_millis(services.settings.bank.link_timeout_ms);
    let first = ask_once(services, account, deadline).await;
    let broke_off = matches!(
        first.outcome,
        Outcome::Unknown(UnknownReason::ConnectionLost | UnknownReason::HttpStatus(_) | UnknownReason::UnclearAnswer)
            | Outcome::NotSent(NotSentReason::ConnectFailed)
    );
    if broke_off && Instant::now() < deadline {
        ask_once(services, account, deadline).await
    } else {
        first
    }
}

async fn ask_once(services: &Services, account: &AccountAtBank, deadline: Instant) -> Answer<String> {
    let call = Call::new(services.clock.now());
    let asked = timeout_at(deadline, services.bank.holder_name(&call, account)).await;
    asked.unwrap_or_else(|_| Answer {
        outcome: Outcome::Unknown(UnknownReason::TimedOut),
        exchange: crate::bank::Exchange::default(),
    })
}

/// Whether it is linked here already. The member's own was found before, so it is somebody else's.
async fn is_linked_by_somebody(services: &Services, account: &AccountAtBank) -> Result<bool, NotConfirmed> {
    let key = numbers::active_key(&services.sealer, account)?;
    let holder = bank_accounts::Entity::find()
        .filter(bank_accounts::Column::LiveNumberKey.eq(key))
        .filter(bank_accounts::Column::State.eq(AccountState::Active))
        .one(services.db.read())
        .await?;
    Ok(holder.is_some())
}
