//! Linking an account while its owner waits: the bank issues a fin account, then tells it. It begins with two things that
//! nobody can make up: the bank's word that the account is the member's ([`Confirmed`]), and the text that was agreed to.
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
use tokio::task::JoinHandle;

use super::consent::ConsentText;
use super::holder::Confirmed;
use super::link_steps::{self as steps, Beginning, Claim, Next, Opened};
use super::request::LinkRequest;
use super::stop::LinkStop;
use super::{AccountRow, numbers};
use crate::bank::{Bank, Call, CheckFinAccount, OpenFinAccount, Outcome, RefusalKind, RegisterNumber};
use crate::cache::{Allowance, UsedUp};
use crate::ids::{AccountId, UserId};
use crate::members::sign_up::open_birth_date;
use crate::models::kinds::AccountState;
use crate::models::members;
use crate::security::masking;
use crate::security::sealed::SealError;
use crate::services::Services;

/// How long to wait before asking once more whether a fin account is issued, while the member waits.
const WAITS_MS: [u64; 3] = [400, 800, 1_600];
/// How often a member may go on with links that stopped: each time asks the bank.
const RESUMES: Allowance = Allowance {
    count: 20,
    window: Duration::from_hours(1),
};
/// Beyond all deadlines of the calls: how much longer a link stays held before somebody else may go on.
const HOLD_MARGIN_SECS: i64 = 15;

/// What came of linking.
#[derive(Clone, Debug)]
pub enum Linked {
    Active(AccountRow),
    /// Kept, and resumable from where it stopped.
    Pending(AccountRow, LinkStop),
}

#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    #[error("the member has this account already")]
    Duplicate(AccountId),
    /// Another request works on it at this moment.
    #[error("the link is in hand")]
    InHand,
    /// The bank does not work just now; nothing was written.
    #[error("the bank is closed until {0}")]
    Closed(DateTime<Utc>),
    /// The member went on with links too often; nothing was written.
    #[error("too many links gone on with; the next is possible in {} seconds", .0.wait.as_secs())]
    TooMany(UsedUp),
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

/// What a link begins with.
#[derive(Clone, Debug)]
pub struct NewLink {
    pub confirmed: Confirmed,
    pub agreed: ConsentText,
    /// A pending account of the member's whose number was wrong: it goes when this one comes.
    pub replaces: Option<AccountId>,
}

/// A link that is worked on, whoever waits for it.
pub struct Running {
    pub account: AccountId,
    work: JoinHandle<Result<Linked, LinkError>>,
}

impl Running {
    /// Waits for the end.
    ///
    /// # Errors
    /// [`LinkError`]; a stop at the bank is no error but [`Linked::Pending`].
    pub async fn end(self) -> Result<Linked, LinkError> {
        self.work.await.map_err(|_| LinkError::Ended)?
    }

    /// Waits for the end so long; `None` when it goes on beyond that.
    ///
    /// # Errors
    /// As [`Self::end`].
    pub async fn end_within(self, patience: Duration) -> Result<Option<Linked>, LinkError> {
        match tokio::time::timeout(patience, self.end()).await {
            Ok(ended) => ended.map(Some),
            Err(_) => Ok(None),
        }
    }
}

/// Begins to link an account of the member. One that is pending already goes on where it stopped.
///
/// # Errors
/// [`LinkError`]: `Duplicate` when it is linked already, `TooMany` after going on too often.
pub async fn begin(services: &Services, member: UserId, new: NewLink) -> Result<Running, LinkError> {
    refuse_while_closed(services)?;
    let member = find_member(services, member).await?;
    let claim = Claim {
        birth_date: open_birth_date(&services.sealer, &member)?,
        until: hold_until(services),
        account: new_account(services, member.id, new.confirmed.request())?,
    };
    let beginning = Beginning {
        agreed: new.agreed,
        replaces: new.replaces,
    };
    match steps::insert(services, &claim, beginning).await {
        Ok(next) => Ok(run_to_the_end(services, claim, next)),
        Err(LinkError::Duplicate(existing)) => {
            let account = find_owned(services, member.id, existing).await?;
            match account.state {
                AccountState::Active => Err(LinkError::Duplicate(existing)),
                AccountState::Pending => go_on(services, &member, account).await,
            }
        }
        Err(error) => Err(error),
    }
}

/// Begins to go on with a pending link where it stopped.
///
/// # Errors
/// [`LinkError`]: `Duplicate` when it is linked already, `TooMany` after too many of them.
pub async fn begin_again(services: &Services, member: UserId, id: AccountId) -> Result<Running, LinkError> {
    let account = find_owned(services, member, id).await?;
    match account.state {
        AccountState::Active => Err(LinkError::Duplicate(id)),
        AccountState::Pending => {
            refuse_while_closed(services)?;
            go_on(services, &find_member(services, member).await?, account).await
        }
    }
}

fn refuse_while_closed(services: &Services) -> Result<(), LinkError> {
    services
        .calendar
        .money_waits_until()
        .map_or(Ok(()), |until| Err(LinkError::Closed(until)))
}

/// Goes on with a pending link where it stopped; answers an active one as it is.
///
/// # Errors
/// [`LinkError`]; a stop at the bank is no error but [`Linked::Pending`].
pub async fn resume(services: &Services, member: UserId, id: AccountId) -> Result<Linked, LinkError> {
    match begin_again(services, member, id).await {
        Ok(running) => running.end().await,
        Err(LinkError::Duplicate(_)) => Ok(Linked::Active(find_owned(services, member, id).await?)),
        Err(error) => Err(error),
    }
}

async fn find_owned(services: &Services, member: UserId, id: AccountId) -> Result<AccountRow, LinkError> {
    AccountRow::find_owned_by(services.db.read(), member, id)
        .await?
        .ok_or(LinkError::NotFound)
}

/// Counted however the member comes here: by the page of the pending link, or by the same consent once more.
async fn go_on(services: &Services, member: &members::Model, account: AccountRow) -> Result<Running, LinkError> {
    let resumes = format!("link-resumes:{}", member.id.0.simple());
    let counted = services.cache.count(&resumes, RESUMES, services.clock.now()).await;
    counted.map_err(LinkError::TooMany)?;
    let claim = Claim {
        birth_date: open_birth_date(&services.sealer, member)?,
        until: hold_until(services),
        account,
    };
    let (claim, next) = steps::claim(services, claim).await?;
    Ok(run_to_the_end(services, claim, next))
}

/// The row of an account about to be linked.
fn new_account(services: &Services, member: UserId, request: &LinkRequest) -> Result<AccountRow, LinkError> {
    let (sealer, now, id) = (&services.sealer, services.clock.now(), AccountId::new());
    Ok(AccountRow {
        id,
        member_id: member,
        bank_code: request.bank.as_str().to_owned(),
        number_sealed: numbers::seal_number(sealer, id, &request.number)?,
        number_masked: masking::account_number(request.number.as_str()),
        number_index: numbers::number_index(sealer, &request.number)?,
        nickname: request.nickname.clone(),
        state: AccountState::Pending,
        register_number: None,
        fin_account_sealed: None,
        open_trace_number: None,
        open_trace_at: None,
        failure: None,
        linking_until: None,
        live_number_key: Some(numbers::pending_key(sealer, member, &request.bank, &request.number)?),
        version: 1,
        created_at: now,
        updated_at: now,
        unlinked_at: None,
    })
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
fn run_to_the_end(services: &Services, claim: Claim, next: Next) -> Running {
    let services = services.clone();
    Running {
        account: claim.account.id,
        work: tokio::spawn(async move { run(&services, &claim, next).await }),
    }
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
