//! The counter where calls come in: which API, in which mode, with a header that may pass.

use std::future::Future;

use axum::extract::{ConnectInfo, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use sea_orm::DbErr;
use secrecy::ExposeSecret;

use super::Office;
use super::answer::{Handled, Written};
use super::ledger::{Note, Received};
use super::line::Line;
use super::modes::Mode;
use crate::bank::nh::codes;
use crate::bank::nh::wire::{self, Api, HeaderOnly, Request, RequestHeader};

/// A request longer than this is no request of the bank's.
const BODY_BYTES_MAX: usize = 64 * 1024;
/// The bank's trace numbers have up to this many characters.
const TRACE_CHARACTERS_MAX: usize = 20;

/// What the bank does for one API.
pub(super) trait Operation: Api
where
    Self::Reply: Default,
{
    /// Told where the mode says to refuse.
    const REFUSAL: &'static str = codes::ACCOUNT_UNUSABLE;

    /// Everything in the request that may name the account it is about.
    fn names(&self) -> Vec<&str>;

    /// Does it. `refuse` is the refusal that the mode asks for.
    fn perform(
        self,
        office: &Office,
        received: Received,
        refuse: Option<&'static str>,
    ) -> impl Future<Output = Result<Handled<Self::Reply>, DbErr>> + Send;
}

/// `POST /{ApiNm}.nh`
pub(super) async fn call(
    State(office): State<Office>,
    ConnectInfo(line): ConnectInfo<Line>,
    Path(file): Path<String>,
    body: axum::body::Body,
) -> Response {
    let Some(api) = file.strip_suffix(".nh") else {
        return StatusCode::NOT_FOUND.into_response();
    };
    if office.modes.of(api, &[]) == Mode::Down && !office.modes.names_accounts(api) {
        return Written::cut().leave(&line, &office.stopping).await;
    }
    let Ok(body) = axum::body::to_bytes(body, BODY_BYTES_MAX).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    match dispatch(&office, api, &body).await {
        Ok(Some(written)) => written.leave(&line, &office.stopping).await,
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(Failure::NotTheWire) => StatusCode::BAD_REQUEST.into_response(),
        Err(Failure::Ledger(error)) => {
            tracing::error!(%error, api, "the simulated bank could not write its books");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// Why a call has no answer in the bank's words.
enum Failure {
    /// The body is no JSON with a header in it.
    NotTheWire,
    Ledger(DbErr),
}

impl From<DbErr> for Failure {
    fn from(error: DbErr) -> Self {
        Self::Ledger(error)
    }
}

/// `None` for an API that the bank does not have.
async fn dispatch(office: &Office, api: &str, body: &[u8]) -> Result<Option<Written>, Failure> {
    let written = match api {
        wire::DrawingTransfer::NAME => handle::<wire::DrawingTransfer>(office, body).await?,
        wire::ReceivedTransferAccountNumber::NAME => {
            handle::<wire::ReceivedTransferAccountNumber>(office, body).await?
        }
        wire::ReceivedTransferOtherBank::NAME => handle::<wire::ReceivedTransferOtherBank>(office, body).await?,
        wire::CheckOnDrawingTransfer::NAME => handle::<wire::CheckOnDrawingTransfer>(office, body).await?,
        wire::CheckOnReceivedTransfer::NAME => handle::<wire::CheckOnReceivedTransfer>(office, body).await?,
        wire::OpenFinAccountDirect::NAME => handle::<wire::OpenFinAccountDirect>(office, body).await?,
        wire::CheckOpenFinAccountDirect::NAME => handle::<wire::CheckOpenFinAccountDirect>(office, body).await?,
        wire::InquireBalance::NAME => handle::<wire::InquireBalance>(office, body).await?,
        wire::InquireDepositorAccountNumber::NAME => {
            handle::<wire::InquireDepositorAccountNumber>(office, body).await?
        }
        wire::InquireDepositorOtherBank::NAME => handle::<wire::InquireDepositorOtherBank>(office, body).await?,
        wire::InquireTransactionHistory::NAME => handle::<wire::InquireTransactionHistory>(office, body).await?,
        _ => return Ok(None),
    };
    Ok(Some(written))
}

async fn handle<A>(office: &Office, body: &[u8]) -> Result<Written, Failure>
where
    A: Operation,
    A::Reply: Default,
{
    let header = serde_json::from_slice::<Request<HeaderOnly>>(body)
        .map_err(|_| Failure::NotTheWire)?
        .header;
    if let Err(code) = may_pass::<A>(&header) {
        return Ok(Handled::<A::Reply>::plain(code).written(&header));
    }
    let Ok(Request { body, .. }) = serde_json::from_slice::<Request<A>>(body) else {
        return Ok(Handled::<A::Reply>::plain(codes::BAD_FIELD).written(&header));
    };
    office.ledger.cancel_what_is_due().await?;
    let received = Received {
        api: A::NAME,
        institution: format!("{}-{}", header.institution_code, header.fintech_serial),
        date: header.date.as_str().to_owned(),
        trace: header.trace_number.as_str().to_owned(),
        at: office.ledger.now(),
    };
    let handled = match mode_of(office, &body).await? {
        Mode::Down => return Ok(Written::cut()),
        Mode::Hang => {
            let note = Note {
                answer: "hung, nothing done".to_owned(),
                ..Note::default()
            };
            office.ledger.note(received, note).await?;
            return Ok(Written::never());
        }
        Mode::Ok => body.perform(office, received, None).await?,
        Mode::Slow(delay) => body.perform(office, received, None).await?.delayed(delay),
        Mode::Refuse => body.perform(office, received, Some(A::REFUSAL)).await?,
    };
    Ok(handled.written(&header))
}

/// The bank's checks of a header. Which institution calls, it does not mind.
fn may_pass<A: Api>(header: &RequestHeader) -> Result<(), &'static str> {
    if header.access_token.expose_secret().is_empty() || header.institution_code.is_empty() {
        return Err(codes::NOT_AUTHORISED);
    }
    let trace_characters = header.trace_number.as_str().chars().count();
    let is_well_formed = header.api_name == A::NAME
        && header.date.date().is_some()
        && header.time.time().is_some()
        && (1..=TRACE_CHARACTERS_MAX).contains(&trace_characters);
    if is_well_formed { Ok(()) } else { Err(codes::BAD_FIELD) }
}

async fn mode_of<A>(office: &Office, body: &A) -> Result<Mode, DbErr>
where
    A: Operation,
    A::Reply: Default,
{
    let mut names = Vec::new();
    if office.modes.names_accounts(A::NAME) {
        for name in body.names().into_iter().filter(|name| !name.is_empty()) {
            names.extend(office.ledger.names_of(name).await?);
        }
    }
    Ok(office.modes.of(A::NAME, &names))
}
