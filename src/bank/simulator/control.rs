//! The control calls under `/_sim/`: they look into the bank and make it misbehave. Absent unless asked for.

use std::time::Duration;

use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{Json, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::TimeDelta;
use sea_orm::DbErr;
use serde::Deserialize;
use serde_json::json;

use super::Office;
use super::ledger::{CallsOf, Past};
use super::modes::{Mode, ModeWord, is_operation};

use crate::controllers::routing::{get, post};

/// The clock is moved forward by up to ten years at once.
const ADVANCE_SECONDS_MAX: i64 = 10 * 365 * 24 * 3600;
/// As many transfers as one answer lists.
const TRANSFERS_MAX: i64 = 1_000;

pub(super) fn routes() -> axum::Router<Office> {
    axum::Router::new()
        .route("/_sim/summary", get(summary))
        .route("/_sim/calls", get(calls))
        .route("/_sim/transfers", get(transfers))
        .route("/_sim/mode", post(set_mode))
        .route("/_sim/clock", post(move_clock))
        .route("/_sim/statement", post(delay_statement))
        .route("/_sim/past", post(tell_past))
        .route("/_sim/reset", post(reset))
        .route("/_sim/accounts", get(accounts).merge(post(set_account)))
}

/// Why a control call was not followed.
enum Refused {
    Input(String),
    Ledger(DbErr),
}

impl From<DbErr> for Refused {
    fn from(error: DbErr) -> Self {
        Self::Ledger(error)
    }
}

impl From<JsonRejection> for Refused {
    fn from(rejection: JsonRejection) -> Self {
        Self::Input(rejection.body_text())
    }
}

impl From<QueryRejection> for Refused {
    fn from(rejection: QueryRejection) -> Self {
        Self::Input(rejection.body_text())
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        match self {
            Self::Input(reason) => {
                (StatusCode::UNPROCESSABLE_ENTITY, Json(json!({ "reason": reason }))).into_response()
            }
            Self::Ledger(error) => {
                tracing::error!(%error, "the simulated bank could not read its books");
                StatusCode::INTERNAL_SERVER_ERROR.into_response()
            }
        }
    }
}

async fn summary(State(office): State<Office>) -> Result<Response, Refused> {
    Ok(Json(office.ledger.summary().await?).into_response())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WhichCalls {
    trace: Option<String>,
    order: Option<String>,
}

async fn calls(
    State(office): State<Office>,
    query: Result<Query<WhichCalls>, QueryRejection>,
) -> Result<Response, Refused> {
    let Query(which) = query?;
    let of = match (which.trace, which.order) {
        (Some(trace), None) => CallsOf::Trace(trace),
        (None, Some(order)) => CallsOf::Order(order),
        (None, None) => CallsOf::All,
        (Some(_), Some(_)) => return Err(Refused::Input("name a trace or an order, not both".to_owned())),
    };
    Ok(Json(json!({ "data": office.ledger.calls(of).await? })).into_response())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WhichTransfers {
    /// Comma separated.
    traces: Option<String>,
    after: Option<i64>,
    limit: Option<i64>,
}

async fn transfers(
    State(office): State<Office>,
    query: Result<Query<WhichTransfers>, QueryRejection>,
) -> Result<Response, Refused> {
    let Query(which) = query?;
    let limit = which.limit.unwrap_or(TRANSFERS_MAX).clamp(1, TRANSFERS_MAX);
    let booked = match which.traces {
        Some(traces) => {
            office
                .ledger
                .booked_under(traces.split(',').map(str::to_owned).collect())
                .await?
        }
        None => {
            office
                .ledger
                .booked_after(which.after.unwrap_or_default(), limit)
                .await?
        }
    };
    Ok(Json(json!({ "data": booked })).into_response())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SetMode {
    operation: String,
    mode: ModeWord,
    ms: Option<u64>,
    account: Option<String>,
}

async fn set_mode(
    State(office): State<Office>,
    body: Result<Json<SetMode>, JsonRejection>,
) -> Result<Response, Refused> {
    let Json(asked) = body?;
    if !is_operation(&asked.operation) {
        return Err(Refused::Input(format!("no operation is called {}", asked.operation)));
    }
    let mode = match (asked.mode, asked.ms) {
        (ModeWord::Slow, Some(ms)) => Mode::Slow(Duration::from_millis(ms)),
        (ModeWord::Slow, None) => return Err(Refused::Input("slow needs ms".to_owned())),
        (_, Some(_)) => return Err(Refused::Input("only slow takes ms".to_owned())),
        (ModeWord::Ok, None) => Mode::Ok,
        (ModeWord::Hang, None) => Mode::Hang,
        (ModeWord::Refuse, None) => Mode::Refuse,
        (ModeWord::Down, None) => Mode::Down,
    };
    office.modes.set(asked.operation, asked.account, mode);
    Ok(StatusCode::NO_CONTENT.into_response())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MoveClock {
    advance_seconds: i64,
}

async fn move_clock(
    State(office): State<Office>,
    body: Result<Json<MoveClock>, JsonRejection>,
) -> Result<Response, Refused> {
    let Json(asked) = body?;
    if !(0..=ADVANCE_SECONDS_MAX).contains(&asked.advance_seconds) {
        let reason = format!("advance_seconds is between 0 and {ADVANCE_SECONDS_MAX}");
        return Err(Refused::Input(reason));
    }
    office.ledger.advance(TimeDelta::seconds(asked.advance_seconds)).await?;
    Ok(Json(json!({ "now": office.ledger.now() })).into_response())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DelayStatement {
    delay_seconds: i64,
}

async fn delay_statement(
    State(office): State<Office>,
    body: Result<Json<DelayStatement>, JsonRejection>,
) -> Result<Response, Refused> {
    let Json(asked) = body?;
    if !(0..=ADVANCE_SECONDS_MAX).contains(&asked.delay_seconds) {
        let reason = format!("delay_seconds is between 0 and {ADVANCE_SECONDS_MAX}");
        return Err(Refused::Input(reason));
    }
    office.ledger.delay_statement(TimeDelta::seconds(asked.delay_seconds));
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn tell_past(State(office): State<Office>, body: Result<Json<Past>, JsonRejection>) -> Result<Response, Refused> {
    let Json(past) = body?;
    Ok(Json(json!({ "data": office.ledger.tell_past(past).await? })).into_response())
}

async fn reset(State(office): State<Office>) -> Result<Response, Refused> {
    office.modes.clear();
    office.ledger.reset().await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn accounts(State(office): State<Office>) -> Result<Response, Refused> {
    Ok(Json(json!({ "data": office.ledger.accounts().await? })).into_response())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SetAccount {
    account: String,
    balance_won: Option<i64>,
    holder: Option<String>,
    /// Of an account whose holder is set; NongHyup Bank's unless it says so.
    bank_code: Option<String>,
}

async fn set_account(
    State(office): State<Office>,
    body: Result<Json<SetAccount>, JsonRejection>,
) -> Result<Response, Refused> {
    let Json(asked) = body?;
    if asked.balance_won.is_none() && asked.holder.is_none() {
        return Err(Refused::Input("name a balance_won, a holder, or both".to_owned()));
    }
    if asked.balance_won.is_some_and(|won| won < 0) {
        return Err(Refused::Input("a balance is never negative".to_owned()));
    }
    if let Some(holder) = asked.holder {
        let bank_code = asked.bank_code.unwrap_or_else(|| "011".to_owned());
        office
            .ledger
            .set_holder(bank_code, asked.account.clone(), holder)
            .await?;
    }
    if let Some(balance_won) = asked.balance_won
        && !office.ledger.set_balance(&asked.account, balance_won).await?
    {
        return Err(Refused::Input(
            "the bank knows no such account yet: link it first".to_owned(),
        ));
    }
    Ok(StatusCode::NO_CONTENT.into_response())
}
