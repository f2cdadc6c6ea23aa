//! Linking an account while its owner waits: the bank issues a fin account, then tells it.
//!
//! What if the process dies …
//!
//! | where | what is known then | what the next [`resume`] does |
//! |---|---|---|
//! | before the row is committed | nothing was promised, nothing was sent | there is nothing to resume |
//! | after it, before the open call | pending, trace number stored, journal row open | the same Korean day: sends the same request again; later: opens with a new number |
//! | after the bank issued, before its answer is stored | the same: the two cannot be told apart from here | the same: the bank answers a repeated issue with its first result, and a new one with "already registered" |
//! | after the register number is stored | pending, register number | goes on from the check, any day |
//! | during or after a check, before its answer is stored | pending, register number | checks again: it only reads |
//! | after the fin account is stored | active | nothing is left to do |
//!
//! Whoever works on a link holds it by `linking_until`. Two clicks, two processes or a resume beside the first request
//! find it held and ask nothing; a holder that died loses it when that time passes. The work itself runs to its end even
//! when the member goes away.
//!
//! Issuing is never repeated by us on our own: only by the member's resume, and only where nothing else is proven. A
//! number that the bank answered with a refusal, or twice without a result, is not used again.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{DbErr, EntityTrait};

use super::link_steps::{self as steps, Claim, Next, Opened};
use super::request::LinkRequest;
use super::{AccountRow, numbers};
use crate::bank::{
    Bank, Call, CheckFinAccount, FinAccountNumber, OpenFinAccount, Outcome, RefusalKind, RegisterNumber,
};
use crate::ids::{AccountId, UserId};
use crate::members::sign_up::open_birth_date;
use crate::models::kinds::AccountState;
use crate::models::members;
use crate::security::sealed::SealError;
use crate::services::Services;

/// How long to wait before asking once more whether a fin account is issued, while the member waits.
const WAITS_MS: [u64; 3] = [400, 800, 1_600];
/// Beyond all deadlines of the calls: how much longer a link stays held before somebody else may go on.
const HOLD_MARGIN_SECS: i64 = 15;

/// What came of linking.
#[derive(Clone, Debug)]
pub enum Linked {
    Active(AccountRow),
    /// Kept, and resumable from where it stopped.
    Pending(AccountRow, LinkStop),
}

/// Why a link stopped; stored in the account as its word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkStop {
    NoSuchAccount,
    ConsentRequired,
    /// The bank has a fin account for it that we did not get: another member's, or one whose number was lost with a
    /// process on an earlier day. Only the bank can close it.
    AlreadyRegistered,
    StillIssuing,
    OutsideServiceHours,
    BankRefused,
    BankUnavailable,
}

impl LinkStop {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoSuchAccount => "no_such_account",
            Self::ConsentRequired => "consent_required",
            Self::AlreadyRegistered => "already_registered",
            Self::StillIssuing => "still_issuing",
            Self::OutsideServiceHours => "outside_service_hours",
            Self::BankRefused => "bank_refused",
            Self::BankUnavailable => "bank_unavailable",
        }
    }

    const fn of(refusal: RefusalKind) -> Self {
        match refusal {
            RefusalKind::AccountUnusable | RefusalKind::FinAccountInvalid => Self::NoSuchAccount,
            RefusalKind::ConsentRequired => Self::ConsentRequired,
            RefusalKind::AlreadyRegistered => Self::AlreadyRegistered,
            RefusalKind::StillIssuing => Self::StillIssuing,
            RefusalKind::OutOfServiceHours => Self::OutsideServiceHours,
            RefusalKind::InsufficientBalance | RefusalKind::OverBankLimit | RefusalKind::Other => Self::BankRefused,
        }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    #[error("the member has this account already")]
    Duplicate(AccountId),
    /// Another request works on it at this moment.
    #[error("the link is in hand")]
    InHand,
    #[error("the member has no such account")]
    NotFound,
    #[error("the user is not a member")]
    NotAMember,
    #[error("a sealed value could not be sealed or opened")]
    Seal(#[from] SealError),
    #[error("the database did not answer")]
    Database(#[from] DbErr),
    #[error("the linking task ended early")]
    Ended,
}

/// Links an account of the member. One that is pending already goes on where it stopped.
///
/// # Errors
/// [`LinkError`]; a stop at the bank is no error but [`Linked::Pending`].
pub async fn link(services: &Services, member: UserId, request: LinkRequest) -> Result<Linked, LinkError> {
    let member = find_member(services, member).await?;
    let claim = Claim {
        birth_date: open_birth_date(&services.sealer, &member)?,
        until: hold_until(services),
        account: steps::new_account(services, member.id, &request)?,
    };
    match steps::insert(services, &claim).await {
        Ok(next) => run_to_the_end(services, claim, next).await,
        Err(LinkError::Duplicate(existing)) => match resume_pending(services, member, existing).await? {
            Some(linked) => Ok(linked),
            None => Err(LinkError::Duplicate(existing)),
        },
        Err(error) => Err(error),
    }
}

/// Goes on with a pending link where it stopped; answers an active one as it is.
///
/// # Errors
/// [`LinkError`]; a stop at the bank is no error but [`Linked::Pending`].
pub async fn resume(services: &Services, member: UserId, id: AccountId) -> Result<Linked, LinkError> {
    let account = AccountRow::find_owned_by(services.db.read(), member, id)
        .await?
        .ok_or(LinkError::NotFound)?;
    match account.state {
        AccountState::Active => Ok(Linked::Active(account)),
        AccountState::Pending => go_on(services, &find_member(services, member).await?, account).await,
    }
}

/// `None` when the account is linked already.
async fn resume_pending(
    services: &Services,
    member: members::Model,
    id: AccountId,
) -> Result<Option<Linked>, LinkError> {
    let account = AccountRow::find_owned_by(services.db.read(), member.id, id)
        .await?
        .ok_or(LinkError::NotFound)?;
    match account.state {
        AccountState::Active => Ok(None),
        AccountState::Pending => go_on(services, &member, account).await.map(Some),
    }
}

async fn go_on(services: &Services, member: &members::Model, account: AccountRow) -> Result<Linked, LinkError> {
    let claim = Claim {
        birth_date: open_birth_date(&services.sealer, member)?,
        until: hold_until(services),
        account,
    };
    let (claim, next) = steps::claim(services, claim).await?;
    run_to_the_end(services, claim, next).await
}

/// The fin account of the member's account, completing a pending link first: what every use begins with.
///
/// # Errors
/// Why there is none: [`LinkStop`] inside `Ok(Err(…))` when the bank stopped it, [`LinkError`] otherwise.
pub async fn require_fin_account(
    services: &Services,
    member: UserId,
    account: &AccountRow,
) -> Result<Result<FinAccountNumber, LinkStop>, LinkError> {
    if let Some(fin) = numbers::fin_account(&services.sealer, account)? {
        return Ok(Ok(fin));
    }
    match resume(services, member, account.id).await? {
        Linked::Active(account) => {
            let fin = numbers::fin_account(&services.sealer, &account)?;
            Ok(fin.ok_or(LinkStop::BankUnavailable))
        }
        Linked::Pending(_, stop) => Ok(Err(stop)),
    }
}

async fn find_member(services: &Services, id: UserId) -> Result<members::Model, LinkError> {
    members::Entity::find_by_id(id)
        .one(services.db.read())
        .await?
        .ok_or(LinkError::NotAMember)
}

/// Later than the last moment at which a link begun now can still be worked on.
fn hold_until(services: &Services) -> DateTime<Utc> {
    let calls = 2 + WAITS_MS.len() as u64;
    let longest_ms = services.settings.bank.link_timeout_ms * calls + WAITS_MS.iter().sum::<u64>();
    let longest = TimeDelta::milliseconds(i64::try_from(longest_ms).unwrap_or(i64::MAX / 4));
    services.clock.now() + longest + TimeDelta::seconds(HOLD_MARGIN_SECS)
}

/// On a task of its own: a browser that goes away does not cut a call to the bank in two.
async fn run_to_the_end(services: &Services, claim: Claim, next: Next) -> Result<Linked, LinkError> {
    let services = services.clone();
    let work = tokio::spawn(async move { run(&services, &claim, next).await });
    work.await.map_err(|_| LinkError::Ended)?
}

async fn run(services: &Services, claim: &Claim, next: Next) -> Result<Linked, LinkError> {
    let register_number = match next {
        Next::Check(register_number) => register_number,
        Next::Open(opening) => {
            let at_bank = numbers::at_bank(&services.sealer, &claim.account)?;
            let request = OpenFinAccount {
                bank: at_bank.bank,
                account: at_bank.account,
                birth_date: claim.birth_date.clone(),
            };
            let answer = services.bank.open_fin_account(&opening.call, &request).await;
            match steps::store_opened(services, claim, opening, answer).await? {
                Opened::Registered(register_number) => register_number,
                Opened::Stopped(account, stop) => return Ok(Linked::Pending(*account, stop)),
            }
        }
    };
    check(services, claim, register_number).await
}

/// Asks for the fin account, a few times while it is being issued. Reads only, so asking again costs nothing.
async fn check(services: &Services, claim: &Claim, register_number: RegisterNumber) -> Result<Linked, LinkError> {
    let request = CheckFinAccount {
        register_number,
        birth_date: claim.birth_date.clone(),
    };
    let mut waits = WAITS_MS.into_iter();
    loop {
        let call = Call::new(services.clock.now());
        let journal_id = steps::start_check(services, claim, &call).await?;
        let answer = services.bank.check_fin_account(&call, &request).await;
        let issuing = matches!(
            &answer.outcome,
            Outcome::Refused(refusal) if refusal.kind == RefusalKind::StillIssuing
        );
        match waits.next() {
            Some(wait_ms) if issuing => {
                steps::store_still_issuing(services, journal_id, answer).await?;
                tokio::time::sleep(Duration::from_millis(wait_ms)).await;
            }
            _ => return steps::store_checked(services, claim, journal_id, answer).await,
        }
    }
}

/// What a call that brought no result means for the link.
pub(super) const fn stop_of<T>(outcome: &Outcome<T>) -> LinkStop {
    match outcome {
        Outcome::Refused(refusal) => LinkStop::of(refusal.kind),
        Outcome::Succeeded(_) | Outcome::NotSent(_) | Outcome::Unknown(_) => LinkStop::BankUnavailable,
    }
}
