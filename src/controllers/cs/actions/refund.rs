//! `/cs/payments/{id}/refund`: staff give a part or all of a payment back.

use axum::Form;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use loco_rs::controller::Routes;

use super::super::StaffVisit;
use super::head::head;
use super::typed::{Typed, require_plain};
use super::{go, named, path_of, refused};
use crate::controllers::extractors::session::STAFF_HOME;
use crate::controllers::notice::NoticeWord;
use crate::controllers::pages::PageError;
use crate::controllers::routing::{get, post};
use crate::controllers::web::rows;
use crate::desk::approvals;
use crate::desk::audit::LONGEST_REASON;
use crate::desk::refunds::{self, Ask, Given};
use crate::desk::roles::Permission;
use crate::ids::Prefix;
use crate::models::kinds::{TransferKind, TransferState};
use crate::models::transfers;
use crate::money::Won;
use crate::transfers::refund::remaining;
use crate::views::cs::actions::Trouble;
use crate::views::cs::actions::refund::{LONGEST_TOLD, RefundDialog};
use crate::views::form::{FieldErrors, FieldProblem};
use crate::views::i18n::{TextArgs, text};

pub fn routes() -> Routes {
    Routes::new().add("/cs/payments/{id}/refund", get(open).merge(post(refund)))
}

async fn open(visit: StaffVisit, Path(id): Path<String>) -> Result<Response, PageError> {
    visit.require(Permission::Refund)?;
    let transfer = named(&visit, &id).await?;
    let trouble = in_the_way(&visit, &transfer).await?;
    let typed = Typed {
        amount: remaining(&transfer).to_string(),
        told: text(visit.frame.lang, "refund-told-usual", &TextArgs::new()),
        ..Typed::default()
    };
    let page = page(&visit, transfer, typed, (trouble, FieldErrors::new())).await?;
    visit.show(&RefundDialog {
        shows_form: trouble.is_none(),
        ..page
    })
}

async fn refund(visit: StaffVisit, Path(id): Path<String>, Form(typed): Form<Typed>) -> Result<Response, PageError> {
    visit.require(Permission::Refund)?;
    let transfer = named(&visit, &id).await?;
    let mut errors = typed.reason_problems();
    require_plain(&mut errors, "told", &typed.told, LONGEST_TOLD);
    let amount = rows::typed_won(&typed.amount);
    if amount.is_none() {
        errors.insert("amount", FieldProblem::AmountFormat);
    }
    let (Some(amount), true) = (amount, errors.is_empty()) else {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return again(&visit, transfer, typed, (status, None, errors)).await;
    };
    let Some(act) = typed.act(&visit) else {
        let told = (StatusCode::PRECONDITION_FAILED, Some(Trouble::Changed), errors);
        return again(&visit, transfer, typed, told).await;
    };
    let ask = Ask {
        payment_id: transfer.id,
        amount,
        description: typed.told.trim().to_owned(),
    };
    match refunds::refund(&visit.services, act, ask).await {
        Ok(done) => Ok(match Given::parse(&done.answer) {
            Given::Made(refund) => {
                let path = format!("{STAFF_HOME}/{}", Prefix::Refund.show(refund.0));
                go(&visit, &path, &done, NoticeWord::RefundMade)
            }
            Given::Asked => go(&visit, &path_of(&transfer), &done, NoticeWord::RefundAsked),
        }),
        Err(error) => {
            let (status, trouble) = refused(error).map_err(PageError::money_in_question)?;
            let now = named(&visit, &id).await?;
            let told = (status, Some(trouble), FieldErrors::new());
            again(&visit, now, typed.after(trouble), told).await
        }
    }
}

/// Why there is nothing to refund here, told before anything is typed.
async fn in_the_way(visit: &StaffVisit, transfer: &transfers::Model) -> Result<Option<Trouble>, PageError> {
    if transfer.kind != TransferKind::Payment || transfer.state != TransferState::Succeeded {
        return Ok(Some(Trouble::NotRefundable));
    }
    if approvals::waiting_for(visit.db(), transfer.id).await?.is_some() {
        return Ok(Some(Trouble::ApprovalWaiting));
    }
    Ok((!remaining(transfer).is_positive()).then_some(Trouble::NothingLeft))
}

/// The form with what was typed, under the transfer as it is now.
async fn again(
    visit: &StaffVisit,
    transfer: transfers::Model,
    typed: Typed,
    (status, trouble, errors): (StatusCode, Option<Trouble>, FieldErrors),
) -> Result<Response, PageError> {
    let page = page(visit, transfer, typed, (trouble, errors)).await?;
    visit.refuse_as(status, &page, None)
}

async fn page(
    visit: &StaffVisit,
    transfer: transfers::Model,
    typed: Typed,
    (trouble, errors): (Option<Trouble>, FieldErrors),
) -> Result<RefundDialog, PageError> {
    Ok(RefundDialog {
        head: head(visit, transfer, &typed).await?,
        trouble,
        shows_form: true,
        amount: typed.amount,
        told: typed.told,
        reason: typed.reason,
        errors,
        limit: Won::new(visit.services.settings.desk.refund_limit_won),
        longest_told: LONGEST_TOLD,
        longest_reason: LONGEST_REASON,
    })
}
