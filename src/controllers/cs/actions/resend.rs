//! `/cs/payments/{id}/resend`: staff have a partner told again of what happened.

use axum::Form;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::Response;
use loco_rs::controller::Routes;
use serde::Deserialize;

use super::super::StaffVisit;
use super::head::head;
use super::typed::Typed;
use super::{go, named, path_of, refused};
use crate::controllers::notice::NoticeWord;
use crate::controllers::pages::PageError;
use crate::controllers::routing::{get, post};
use crate::desk::audit::LONGEST_REASON;
use crate::desk::redeliveries::{self, ToldEvent};
use crate::desk::roles::Permission;
use crate::ids::{EventId, Prefix};
use crate::models::transfers;
use crate::views::cs::actions::Trouble;
use crate::views::cs::actions::resend::{EventChoice, ResendDialog};
use crate::views::form::{FieldErrors, FieldProblem};

pub fn routes() -> Routes {
    Routes::new().add("/cs/payments/{id}/resend", get(open).merge(post(resend)))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Chosen {
    event: String,
}

async fn open(visit: StaffVisit, Path(id): Path<String>, Query(chosen): Query<Chosen>) -> Result<Response, PageError> {
    visit.require(Permission::ResendWebhooks)?;
    let transfer = named(&visit, &id).await?;
    let typed = Typed {
        event: chosen.event,
        ..Typed::default()
    };
    let page = page(&visit, transfer, typed).await?;
    visit.show(&ResendDialog {
        trouble: page.events.is_empty().then_some(Trouble::NothingTold),
        ..page
    })
}

async fn resend(visit: StaffVisit, Path(id): Path<String>, Form(typed): Form<Typed>) -> Result<Response, PageError> {
    visit.require(Permission::ResendWebhooks)?;
    let transfer = named(&visit, &id).await?;
    let mut errors = typed.reason_problems();
    let event = Prefix::Event.parse(&typed.event).map(EventId);
    if event.is_none() {
        errors.insert("event", FieldProblem::ChoiceNeeded);
    }
    let (Some(event), true) = (event, errors.is_empty()) else {
        let page = page(&visit, transfer, typed).await?;
        return visit.refuse(&ResendDialog { errors, ..page });
    };
    let Some(act) = typed.act(&visit) else {
        let told = (StatusCode::PRECONDITION_FAILED, Trouble::Changed);
        return refuse(&visit, (transfer, typed), told).await;
    };
    match redeliveries::resend(&visit.services, act, transfer.id, event).await {
        Ok(done) => Ok(go(&visit, &path_of(&transfer), &done, NoticeWord::WebhookResent)),
        Err(error) => {
            let told = refused(error)?;
            let now = named(&visit, &id).await?;
            refuse(&visit, (now, typed), told).await
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
    visit.refuse_as(status, &ResendDialog { trouble, ..page }, None)
}

async fn page(visit: &StaffVisit, transfer: transfers::Model, typed: Typed) -> Result<ResendDialog, PageError> {
    let events = redeliveries::events_of(visit.db(), transfer.id).await?;
    Ok(ResendDialog {
        head: head(visit, transfer, &typed).await?,
        trouble: None,
        events: events.iter().map(choice).collect(),
        event: typed.event,
        reason: typed.reason,
        errors: FieldErrors::new(),
        longest_reason: LONGEST_REASON,
    })
}

fn choice(told: &ToldEvent) -> EventChoice {
    EventChoice {
        id: Prefix::Event.show(told.event.id.0),
        event_type: told.event.event_type,
        at: told.event.created_at,
        deliveries: told.deliveries.len(),
        last: told.deliveries.last().copied(),
    }
}
