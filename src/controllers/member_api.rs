//! `/api/member`: a member's sign-in and balances as JSON, with a bearer token. No cookie is looked at.

use axum::extract::Path;
use axum::http::header::USER_AGENT;
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::from_fn;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use chrono::{DateTime, FixedOffset, Utc};
use loco_rs::controller::Routes;
use secrecy::ExposeSecret;
use serde::Serialize;

use super::api::body::Fields;
use super::api::problem::{Code, Problem, write_problems};
use super::extractors::peer::Peer;
use super::extractors::session::BearerMember;
use crate::accounts::AccountRow;
use crate::accounts::balance::{self, KnownBalance, Reading};
use crate::bank::BankCode;
use crate::clock::kst;
use crate::controllers::routing::{delete, get, post};
use crate::ids::{AccountId, Prefix};
use crate::members::MAX_EMAIL_CHARS;
use crate::members::devices::Device;
use crate::members::renewal::{self, NotRenewed};
use crate::members::sessions::{self, Caller, SessionTokens, SignInError};
use crate::members::sign_out;
use crate::models::kinds::{AccountState, EndReason, Role};
use crate::money::Won;
use crate::security::passwords::MAX_PASSWORD_CHARS;
use crate::services::Services;

/// Ours are far shorter.
const MAX_TOKEN_CHARS: usize = 1024;

/// All routes of the members' JSON API.
#[must_use]
pub fn routes() -> Routes {
    Routes::at("/api/member")
        .add("/session", post(sign_in).merge(delete(leave)))
        .add("/session/refresh", post(refresh))
        .add("/accounts", get(list))
        .add("/accounts/{id}/balance", get(show_balance))
        .layer(from_fn(write_problems))
}

#[derive(Serialize)]
struct SessionBody {
    access_token: String,
    /// Of the access token.
    expires_at: DateTime<FixedOffset>,
    /// Good for one refresh, whose answer holds the next one.
    refresh_token: String,
    refresh_expires_at: DateTime<FixedOffset>,
}

#[derive(Serialize)]
struct AccountBody {
    id: String,
    object: &'static str,
    bank: BankBody,
    nickname: String,
    account_masked: String,
    status: AccountState,
    /// The last known one; asking the bank is another call.
    balance: Option<BalanceBody>,
}

#[derive(Serialize)]
struct BankBody {
    code: String,
    name: &'static str,
}

#[derive(Clone, Copy, Serialize)]
struct BalanceBody {
    ledger: Won,
    available: Won,
    currency: &'static str,
    as_of: DateTime<FixedOffset>,
}

#[derive(Serialize)]
struct ReadingBody {
    account_id: String,
    /// Whether `balance` is the bank's answer to this request.
    fresh: bool,
    balance: Option<BalanceBody>,
    /// Why it is not.
    problem: Option<&'static str>,
}

#[derive(Serialize)]
struct ListBody<T> {
    data: Vec<T>,
}

async fn sign_in(
    Extension(services): Extension<Services>,
    Peer(peer): Peer,
    headers: HeaderMap,
    mut fields: Fields,
) -> Result<Response, Problem> {
    let email = fields.text("email", MAX_EMAIL_CHARS);
    let password = fields.text("password", MAX_PASSWORD_CHARS);
    let (email, password) = fields.finish(email.zip(password))?;
    let said = headers.get(USER_AGENT).and_then(|said| said.to_str().ok());
    let caller = Caller {
        peer,
        device: Device::of(said),
        mark: None,
    };
    let session = sessions::sign_in(&services, &email, password.into(), caller).await?;
    if session.user.role.is_staff() {
        // The desk has no accounts here, and a token of its people would open the desk.
        sign_out::end(&services, session.id, EndReason::SignedOut).await?;
        return Err(Code::Forbidden.into());
    }
    Ok((StatusCode::CREATED, Json(session_body(&session.tokens))).into_response())
}

async fn refresh(Extension(services): Extension<Services>, mut fields: Fields) -> Result<Response, Problem> {
    let token = fields.text("refresh_token", MAX_TOKEN_CHARS);
    let token = fields.finish(token)?;
    let renewed = renewal::renew_for(&services, &token, |role| role == Role::Member).await?;
    Ok(Json(session_body(&renewed.tokens)).into_response())
}

async fn leave(Extension(services): Extension<Services>, member: BearerMember) -> Result<StatusCode, Problem> {
    sign_out::end(&services, member.session.id, EndReason::SignedOut).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn session_body(tokens: &SessionTokens) -> SessionBody {
    SessionBody {
        access_token: tokens.access.expose_secret().to_owned(),
        expires_at: korean(tokens.access_expires_at),
        refresh_token: tokens.refresh.expose_secret().to_owned(),
        refresh_expires_at: korean(tokens.refresh_expires_at),
    }
}

async fn list(Extension(services): Extension<Services>, member: BearerMember) -> Result<Response, Problem> {
    let accounts = AccountRow::list_owned_by(services.db.read(), member.user.id).await?;
    let mut data = Vec::with_capacity(accounts.len());
    for account in accounts {
        let known = services.balances.last_known(account.id).await;
        data.push(account_body(&account, known));
    }
    Ok(Json(ListBody { data }).into_response())
}

async fn show_balance(
    Extension(services): Extension<Services>,
    member: BearerMember,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let id = Prefix::Account.parse(&id).ok_or(Problem::from(Code::NotFound))?;
    let account = AccountRow::find_owned_by(services.db.read(), member.user.id, AccountId(id))
        .await?
        .ok_or(Problem::from(Code::NotFound))?;
    let reading = balance::fresh(&services, &account).await;
    if let Some(opens) = reading.nothing_until() {
        // Rounded up: who comes back then does not come a moment early.
        let secs = (opens - services.clock.now()).num_seconds() + 1;
        return Err(Problem::from(Code::BankMaintenance).retry_after(secs));
    }
    Ok(Json(reading_body(&account, reading)).into_response())
}

fn account_body(account: &AccountRow, known: Option<KnownBalance>) -> AccountBody {
    AccountBody {
        id: Prefix::Account.show(account.id.0),
        object: "account",
        bank: BankBody {
            code: account.bank_code.clone(),
            name: BankCode::new(account.bank_code.as_str()).name(),
        },
        nickname: account.nickname.clone(),
        account_masked: account.number_masked.clone(),
        status: account.state,
        balance: known.map(balance_body),
    }
}

fn reading_body(account: &AccountRow, reading: Reading) -> ReadingBody {
    ReadingBody {
        account_id: Prefix::Account.show(account.id.0),
        fresh: reading.failure.is_none() && reading.known.is_some(),
        balance: reading.known.map(balance_body),
        problem: reading.failure.map(|failure| failure.why.as_str()),
    }
}

fn balance_body(known: KnownBalance) -> BalanceBody {
    BalanceBody {
        ledger: known.ledger,
        available: known.available,
        currency: "KRW",
        as_of: korean(known.at),
    }
}

fn korean(at: DateTime<Utc>) -> DateTime<FixedOffset> {
    at.with_timezone(&kst())
}

impl From<SignInError> for Problem {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::WrongCredentials => Code::Unauthenticated.into(),
            SignInError::TooManyAttempts(limit) => Self::from(Code::RateLimited).retry_after(limit.retry_after_secs),
            SignInError::Database(error) => error.into(),
            SignInError::Password(_) | SignInError::Tokens(_) => {
                tracing::error!(%error, "a sign-in met a fault of ours");
                Code::Internal.into()
            }
        }
    }
}

impl From<NotRenewed> for Problem {
    fn from(error: NotRenewed) -> Self {
        match error {
            NotRenewed::NotOurs | NotRenewed::Ended(_) => Code::Unauthenticated.into(),
            NotRenewed::NotFor(_) => Code::Forbidden.into(),
            NotRenewed::Database(error) => error.into(),
            NotRenewed::Tokens(_) => {
                tracing::error!(%error, "a renewal met a fault of ours");
                Code::Internal.into()
            }
        }
    }
}
