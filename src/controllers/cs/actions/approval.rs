//! `/cs/payments/{id}/approval`: the second person decides a refund over the limit, or its asker takes it back.

use axum::Form;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use loco_rs::controller::Routes;
use serde_json::json;
use uuid::Uuid;

use super::super::{StaffVisit, detail};
use super::head::head;
use super::typed::Typed;
use super::{go, named, path_of, refused};
use crate::controllers::extractors::session::STAFF_HOME;
use crate::controllers::notice::NoticeWord;
use crate::controllers::pages::PageError;
use crate::controllers::routing::{get, post};
use crate::desk::action::{Act, ActionError};
use crate::desk::approvals::{self, Asked};
use crate::desk::audit::{LONGEST_REASON, Record, Subject};
use crate::desk::people;
use crate::desk::roles::Permission;
use crate::ids::{ApprovalId, Prefix};
use crate::models::kinds::{ApprovalState, StaffDeed};
use crate::models::{refund_approvals, transfers};
use crate::money::Won;
use crate::views::cs::actions::Trouble;
use crate::views::cs::actions::approval::{ApprovalCard, ApprovalDialog, Choice};
use crate::views::form::{FieldErrors, FieldProblem};

pub fn routes() -> Routes {
    Routes::new().add("/cs/payments/{id}/approval", get(open).merge(post(decide)))
}

/// Whoever asks and whoever decides; nobody else has anything to do to it.
fn require(visit: &StaffVisit) -> Result<(), PageError> {
    visit
        .require(Permission::ApproveRefunds)
        .or_else(|_| visit.require(Permission::Refund))
}

/// Everybody who sees the payment sees what waits on it: the auditor reads the grounds here.
async fn open(visit: StaffVisit, Path(id): Path<String>) -> Result<Response, PageError> {
    visit.require(Permission::SeePayments)?;
    let transfer = named(&visit, &id).await?;
    let page = page(&visit, transfer, Typed::default()).await?;
    visit.show(&ApprovalDialog {
        trouble: page.approval.is_none().then_some(Trouble::NoneWaiting),
        ..page
    })
}

async fn decide(visit: StaffVisit, Path(id): Path<String>, Form(typed): Form<Typed>) -> Result<Response, PageError> {
    require(&visit)?;
    let transfer = named(&visit, &id).await?;
    let mut errors = typed.reason_problems();
    let choice = Choice::parse(&typed.decision);
    if choice.is_none() {
        errors.insert("decision", FieldProblem::ChoiceNeeded);
    }
    let (Some(choice), true) = (choice, errors.is_empty()) else {
        let page = page(&visit, transfer, typed).await?;
        return visit.refuse(&ApprovalDialog { errors, ..page });
    };
    if choice != Choice::Withdraw {
        visit.require(Permission::ApproveRefunds)?;
    }
    let asked = Uuid::try_parse(&typed.approval).ok().map(|id| Asked {
        payment_id: transfer.id,
        id: ApprovalId(id),
    });
    let (Some(act), Some(asked)) = (typed.act(&visit), asked) else {
        let told = (StatusCode::PRECONDITION_FAILED, Trouble::Changed);
        return refuse(&visit, (transfer, typed), told).await;
    };
    match carry_out(&visit, (&transfer, act), asked, choice).await {
        Ok(answer) => Ok(answer),
        Err(error) => {
            let told = refused(error).map_err(PageError::money_in_question)?;
            let now = named(&visit, &id).await?;
            refuse(&visit, (now, typed), told).await
        }
    }
}

async fn carry_out(
    visit: &StaffVisit,
    (transfer, act): (&transfers::Model, Act),
    asked: Asked,
    choice: Choice,
) -> Result<Response, ActionError> {
    let services = &visit.services;
    match choice {
        Choice::Approve => {
            let done = approvals::approve(services, act, asked).await?;
            // The answer is the id of the refund.
            let path = format!("{STAFF_HOME}/{}", done.answer);
            Ok(go(visit, &path, &done, NoticeWord::RefundApproved))
        }
        Choice::Reject => {
            let done = approvals::reject(services, act, asked).await?;
            Ok(go(visit, &path_of(transfer), &done, NoticeWord::RefundRejected))
        }
        Choice::Withdraw => {
            let done = approvals::withdraw(services, act, asked).await?;
            Ok(go(visit, &path_of(transfer), &done, NoticeWord::RefundWithdrawn))
        }
    }
}

async fn refuse(
    visit: &StaffVisit,
    (transfer, typed): (transfers::Model, Typed),
    (status, trouble): (StatusCode, Trouble),
) -> Result<Response, PageError> {
    let page = page(visit, transfer, typed.after(trouble)).await?;
    let trouble = Some(trouble);
    visit.refuse_as(status, &ApprovalDialog { trouble, ..page }, None)
}

async fn page(visit: &StaffVisit, transfer: transfers::Model, typed: Typed) -> Result<ApprovalDialog, PageError> {
    let waiting = approvals::waiting_for(visit.db(), transfer.id).await?;
    let found = match waiting {
        Some(waiting) => Some(waiting),
        None => approvals::last_of(visit.db(), transfer.id).await?,
    };
    let choices = found.as_ref().map(|asked| choices(visit, asked)).unwrap_or_default();
    let approval = match found {
        Some(asked) => {
            // The grounds of who asked may be personal, as a note may.
            let look = Record::look(StaffDeed::PaymentSeen, Subject::transfer(&transfer));
            detail::seen(visit, look.with(json!({ "part": "approval" }))).await?;
            Some(card(visit, asked).await?)
        }
        None => None,
    };
    Ok(ApprovalDialog {
        head: head(visit, transfer, &typed).await?,
        trouble: None,
        approval,
        choices,
        decision: typed.decision,
        reason: typed.reason,
        errors: FieldErrors::new(),
        longest_reason: LONGEST_REASON,
    })
}

/// What this reader may do with an ask.
fn choices(visit: &StaffVisit, asked: &refund_approvals::Model) -> Vec<Choice> {
    if asked.state != ApprovalState::Waiting {
        Vec::new()
    } else if asked.asker_id == visit.staff.id {
        vec![Choice::Withdraw]
    } else if visit.staff.role.may(Permission::ApproveRefunds) {
        vec![Choice::Approve, Choice::Reject]
    } else {
        Vec::new()
    }
}

/// An ask as staff see it.
pub(super) async fn card(visit: &StaffVisit, asked: refund_approvals::Model) -> Result<ApprovalCard, PageError> {
    let people = std::iter::once(asked.asker_id).chain(asked.decider_id);
    let names = people::names(visit.db(), people).await?;
    Ok(ApprovalCard {
        id: asked.id.0.simple().to_string(),
        state: asked.state,
        amount: Won::new(asked.amount_won),
        told: asked.description,
        reason: asked.reason,
        asker_name: names.get(&asked.asker_id).cloned().unwrap_or_default(),
        asked_at: asked.created_at,
        decider_name: asked.decider_id.and_then(|id| names.get(&id).cloned()),
        decision_reason: asked.decision_reason,
        decided_at: asked.decided_at,
        refund_id: asked.refund_id.map(|id| Prefix::Refund.show(id.0)),
    })
}
