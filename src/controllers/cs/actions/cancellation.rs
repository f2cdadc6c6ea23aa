//! `/cs/payments/{id}/cancellation`: staff cancel a payment while it is queued.

use axum::Form;
use axum::extract::Path;
use axum::response::Response;
use loco_rs::controller::Routes;

use super::super::StaffVisit;
use super::typed::Typed;
use super::{go, named, path_of, reason, refused};
use crate::controllers::notice::NoticeWord;
use crate::controllers::pages::PageError;
use crate::controllers::routing::{get, post};
use crate::desk::cancellations;
use crate::desk::roles::Permission;
use crate::models::kinds::{TransferKind, TransferState};
use crate::models::transfers;
use crate::views::cs::actions::{ActionWord, Trouble};

const WORD: ActionWord = ActionWord::Cancellation;

pub fn routes() -> Routes {
    Routes::new().add("/cs/payments/{id}/cancellation", get(open).merge(post(cancel)))
}

async fn open(visit: StaffVisit, Path(id): Path<String>) -> Result<Response, PageError> {
    visit.require(Permission::Cancel)?;
    let transfer = named(&visit, &id).await?;
    let in_the_way = (!is_possible(&transfer)).then_some(Trouble::NotCancelable);
    reason::show(&visit, WORD, transfer, in_the_way).await
}

pub(super) fn is_possible(transfer: &transfers::Model) -> bool {
    (transfer.kind, transfer.state) == (TransferKind::Payment, TransferState::Queued)
}

async fn cancel(visit: StaffVisit, Path(id): Path<String>, Form(typed): Form<Typed>) -> Result<Response, PageError> {
    visit.require(Permission::Cancel)?;
    let transfer = named(&visit, &id).await?;
    let act = match reason::read(&visit, WORD, &transfer, &typed).await? {
        Ok(act) => act,
        Err(answer) => return Ok(answer),
    };
    match cancellations::cancel(&visit.services, act, transfer.id).await {
        Ok(done) => Ok(go(&visit, &path_of(&transfer), &done, NoticeWord::PaymentCanceled)),
        Err(error) => {
            let told = refused(error)?;
            let now = named(&visit, &id).await?;
            reason::refuse(&visit, WORD, (now, typed), told).await
        }
    }
}
