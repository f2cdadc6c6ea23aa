//! What staff do to a payment or refund, each deed a page of its own: `GET` opens its dialog, `POST` does it once. The rules
//! are the verbs' of `desk/`; here a form is read, and what came of it is told.

mod approval;
mod cancellation;
mod head;
mod inquiry;
mod notes;
mod offered;
mod reason;
mod refund;
mod resend;
mod tags;
mod typed;

use axum::http::StatusCode;
use axum::response::Response;
use loco_rs::controller::Routes;

pub(super) use notes::line as note_line;
pub(super) use offered::offered;
pub(super) use typed::{kept, new_dialog, require};

use super::StaffVisit;
use super::payments::failed as transfer_failed;
use crate::controllers::extractors::session::STAFF_HOME;
use crate::controllers::notice::NoticeWord;
use crate::controllers::pages::PageError;
use crate::controllers::web::rows;
use crate::desk::action::{ActionError, Done};
use crate::models::transfers;
use crate::notifications::webhooks::WebhookError;
use crate::transfers::{TransferError, find};
use crate::views::cs::actions::Trouble;

pub fn routes() -> Routes {
    let routes = refund::routes().merge(approval::routes()).merge(cancellation::routes());
    let routes = routes.merge(inquiry::routes()).merge(resend::routes());
    routes.merge(notes::routes()).merge(tags::routes())
}

/// The transfer that an address names, as it is now.
async fn named(visit: &StaffVisit, id: &str) -> Result<transfers::Model, PageError> {
    let (kind, id) = rows::parse_id(id).ok_or(PageError::not_found())?;
    find::any_of_kind(visit.db(), kind, id).await.map_err(transfer_failed)
}

/// The page of a transfer.
fn path_of(transfer: &transfers::Model) -> String {
    format!("{STAFF_HOME}/{}", rows::shown_id(transfer))
}

/// The page of one of its deeds.
fn path_to(transfer: &transfers::Model, deed: &str) -> String {
    format!("{}/{deed}", path_of(transfer))
}

/// Goes to a page and tells what was done: now, or by an earlier sending of the same dialog.
fn go<T>(visit: &StaffVisit, path: &str, done: &Done<T>, word: NoticeWord) -> Response {
    let word = if done.made.is_some() {
        word
    } else {
        NoticeWord::DoneBefore
    };
    visit.go_and_tell(path, word)
}

/// With which status a deed was not done, and why, in words for its page.
pub(super) fn refused(error: ActionError) -> Result<(StatusCode, Trouble), PageError> {
    let told = match error {
        ActionError::Transfer(TransferError::VersionConflict { .. } | TransferError::Raced) => {
            (StatusCode::PRECONDITION_FAILED, Trouble::Changed)
        }
        ActionError::Transfer(TransferError::NotRefundable { .. }) => (StatusCode::CONFLICT, Trouble::NotRefundable),
        ActionError::Transfer(TransferError::RefundExceedsRemaining { .. }) => {
            (StatusCode::CONFLICT, Trouble::MoreThanIsLeft)
        }
        ActionError::Transfer(TransferError::OverCeiling { .. }) => {
            (StatusCode::UNPROCESSABLE_ENTITY, Trouble::OverCeiling)
        }
        ActionError::Transfer(TransferError::NotCancelable { .. }) => (StatusCode::CONFLICT, Trouble::NotCancelable),
        ActionError::NotInquirable { .. } => (StatusCode::CONFLICT, Trouble::NotInquirable),
        ActionError::BankClosed => (StatusCode::CONFLICT, Trouble::BankClosed),
        ActionError::ApprovalWaiting => (StatusCode::CONFLICT, Trouble::ApprovalWaiting),
        ActionError::OwnAsk => (StatusCode::CONFLICT, Trouble::OwnAsk),
        ActionError::AskerGone => (StatusCode::CONFLICT, Trouble::AskerGone),
        ActionError::MayNotApprove => return Err(PageError::forbidden()),
        ActionError::NotTheAsker => (StatusCode::CONFLICT, Trouble::NotTheAsker),
        ActionError::Decided { .. } => (StatusCode::CONFLICT, Trouble::Decided),
        ActionError::NobodyToTell => (StatusCode::CONFLICT, Trouble::NobodyToTell),
        ActionError::TooManyTags { .. } => (StatusCode::CONFLICT, Trouble::TooManyTags),
        ActionError::ForeignDialog => (StatusCode::CONFLICT, Trouble::ForeignDialog),
        ActionError::SentOtherwise => (StatusCode::CONFLICT, Trouble::SentOtherwise),
        ActionError::Transfer(error) => return Err(transfer_failed(error)),
        ActionError::Webhook(error) => return Err(webhook_failed(error)),
        ActionError::Database(error) => return Err(error.into()),
    };
    Ok(told)
}

fn webhook_failed(error: WebhookError) -> PageError {
    match error {
        WebhookError::NotFound => PageError::not_found(),
        WebhookError::Database(error) => error.into(),
        other => PageError::internal(&other),
    }
}
