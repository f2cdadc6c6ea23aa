//! `/cs/payments/{id}/inquiry`: staff have the bank asked now what became of an unknown transfer.

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
use crate::desk::inquiries::{self, Look};
use crate::desk::roles::Permission;
use crate::models::kinds::TransferState;
use crate::views::cs::actions::{ActionWord, Trouble};

const WORD: ActionWord = ActionWord::Inquiry;

pub fn routes() -> Routes {
    Routes::new().add("/cs/payments/{id}/inquiry", get(open).merge(post(ask)))
}

async fn open(visit: StaffVisit, Path(id): Path<String>) -> Result<Response, PageError> {
    visit.require(Permission::AskBank)?;
    let transfer = named(&visit, &id).await?;
    let in_the_way = (transfer.state != TransferState::Unknown).then_some(Trouble::NotInquirable);
    reason::show(&visit, WORD, transfer, in_the_way).await
}

async fn ask(visit: StaffVisit, Path(id): Path<String>, Form(typed): Form<Typed>) -> Result<Response, PageError> {
    visit.require(Permission::AskBank)?;
    let transfer = named(&visit, &id).await?;
    let act = match reason::read(&visit, WORD, &transfer, &typed).await? {
        Ok(act) => act,
        Err(answer) => return Ok(answer),
    };
    match inquiries::ask_now(&visit.services, act, transfer.id).await {
        Ok(done) => {
            let word = match done.made {
                Some(Look::Settled(TransferState::NeedsReview)) => NoticeWord::BankAnswerNeedsReview,
                Some(Look::Settled(_)) => NoticeWord::BankAnswered,
                Some(Look::StillUnknown) => NoticeWord::BankDoesNotKnow,
                Some(Look::Asking) | None => NoticeWord::BankBeingAsked,
            };
            Ok(go(&visit, &path_of(&transfer), &done, word))
        }
        Err(error) => {
            let told = refused(error)?;
            let now = named(&visit, &id).await?;
            reason::refuse(&visit, WORD, (now, typed), told).await
        }
    }
}
