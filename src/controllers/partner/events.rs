//! `/partner/events`: what happened, as the partner is told it.

use axum::extract::{Path, Query};
use axum::response::Response;
use loco_rs::controller::Routes;
use serde::Deserialize;

use super::{PartnerVisit, rows};
use crate::controllers::api::cursor;
use crate::controllers::fields::Fields;
use crate::controllers::pages::PageError;
use crate::controllers::routing::get;
use crate::ids::{EventId, Prefix};
use crate::models::kinds::PartnerEventType;
use crate::partners::events;
use crate::transfers::find;
use crate::views::form::FieldProblem;
use crate::views::paging::Paging;
use crate::views::partner::event::EventDetail;
use crate::views::partner::events::EventList;

pub const PATH: &str = "/partner/events";
const PAGE_ROWS: u64 = 50;

pub fn routes() -> Routes {
    Routes::new()
        .add(PATH, get(list))
        .add("/partner/events/{id}", get(show))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    r#type: String,
    cursor: String,
}

async fn list(visit: PartnerVisit, Query(asked): Query<Asked>) -> Result<Response, PageError> {
    let mut fields = Fields::default();
    let unknown = FieldProblem::ChoiceUnknown;
    let event_type = fields.value("type", &asked.r#type, PartnerEventType::parse, unknown);
    let unknown = FieldProblem::CursorUnknown;
    let after = fields.value("cursor", &asked.cursor, cursor::parse, unknown);
    let mut found = if fields.errors.is_empty() {
        events::list_owned_by(visit.db(), visit.owner(), event_type, after, PAGE_ROWS).await?
    } else {
        Vec::new()
    };
    let next = find::cut(&mut found, PAGE_ROWS, events::place_of).map(cursor::show);
    let kind = asked.r#type.trim().to_owned();
    let kept = [("type", kind.as_str())];
    let paging = Paging::new(PATH, &kept, after.map(cursor::show).as_deref(), next.as_deref());
    let rows = found.iter().map(rows::event_row).collect();
    visit.show(&EventList::new(
        kind,
        fields.errors,
        rows,
        paging,
        visit.services.clock.now(),
    ))
}

async fn show(visit: PartnerVisit, Path(id): Path<String>) -> Result<Response, PageError> {
    let id = Prefix::Event.parse(&id).map(EventId).ok_or(PageError::not_found())?;
    let found = events::find_owned_by(visit.db(), visit.owner(), id).await?;
    let event = found.ok_or(PageError::not_found())?;
    let mut deliveries = events::deliveries_of(visit.db(), [id]).await?;
    let deliveries = deliveries.remove(&id).unwrap_or_default();
    visit.show(&EventDetail::new(
        rows::event_row(&event),
        rows::subject_path(&event),
        &event.snapshot,
        deliveries.into_iter().map(rows::delivery_line).collect(),
    ))
}
