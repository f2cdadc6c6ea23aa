//! `/partner/payments`: the partner's payments, by order, state, day and amount.

use axum::extract::Query;
use axum::response::Response;
use loco_rs::controller::Routes;
use serde::Deserialize;

use super::{PartnerVisit, rows};
use crate::clock::{kst_day_end, kst_midnight};
use crate::controllers::api::cursor;
use crate::controllers::extractors::htmx;
use crate::controllers::fields::Fields;
use crate::controllers::pages::PageError;
use crate::controllers::routing::get;
use crate::controllers::web::rows::{parse_id, typed_won};
use crate::models::kinds::TransferState;
use crate::transfers::TransferError;
use crate::transfers::find::{self, Place};
use crate::views::form::{FieldErrors, FieldProblem};
use crate::views::paging::Paging;
use crate::views::partner::payments::{PartnerFilter, PartnerPayments};

pub const PATH: &str = "/partner/payments";
const PAGE_ROWS: u64 = 50;

pub fn routes() -> Routes {
    Routes::new().add(PATH, get(list))
}

/// The query as it came.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    q: String,
    state: String,
    from: String,
    to: String,
    least: String,
    most: String,
    cursor: String,
}

async fn list(visit: PartnerVisit, Query(asked): Query<Asked>) -> Result<Response, PageError> {
    // Who brings an id wants that one; whether it is the partner's is found there.
    if parse_id(&asked.q).is_some() {
        return Ok(htmx::redirect(&visit.headers, &format!("{PATH}/{}", asked.q.trim())));
    }
    let (shown, filter, errors) = read(asked);
    let shown_cursor = filter.after.map(cursor::show);
    // A filter that cannot be read shows nothing: showing everything would look like an answer.
    let mut found = if errors.is_empty() {
        find::payments_of_partner(visit.db(), visit.owner(), filter, PAGE_ROWS)
            .await
            .map_err(failed)?
    } else {
        Vec::new()
    };
    let next = find::cut(&mut found, PAGE_ROWS, Place::of).map(cursor::show);
    let paging = Paging::new(PATH, &shown.pairs(), shown_cursor.as_deref(), next.as_deref());
    let rows = found.into_iter().map(rows::payment_row).collect();
    let page = PartnerPayments::new(shown, rows, paging, visit.services.clock.now());
    visit.show(&page.with_errors(errors))
}

/// The filter as typed and in our types, and the fields that cannot be read.
fn read(asked: Asked) -> (PartnerFilter, find::PartnerFilter, FieldErrors) {
    let mut fields = Fields::default();
    let shown = PartnerFilter {
        q: asked.q.trim().to_owned(),
        state: asked.state,
        from: asked.from,
        to: asked.to,
        least: asked.least,
        most: asked.most,
    };
    let unknown = FieldProblem::ChoiceUnknown;
    let state = fields.value("state", &shown.state, TransferState::parse, unknown);
    let (from, to) = fields.days(&shown.from, &shown.to);
    let least = fields.value("least", &shown.least, typed_won, FieldProblem::AmountFormat);
    let most = fields.value("most", &shown.most, typed_won, FieldProblem::AmountFormat);
    let after = fields.value("cursor", &asked.cursor, cursor::parse, FieldProblem::CursorUnknown);
    let filter = find::PartnerFilter {
        order_id: Some(shown.q.clone()).filter(|order| !order.is_empty()),
        state,
        amount_min: least.map(crate::money::Won::get),
        amount_max: most.map(crate::money::Won::get),
        created_from: from.map(kst_midnight),
        created_to: to.map(kst_day_end),
        after,
        ..find::PartnerFilter::default()
    };
    (shown, filter, fields.errors)
}

pub(super) fn failed(error: TransferError) -> PageError {
    match error {
        TransferError::NotFound => PageError::not_found(),
        TransferError::Database(error) => error.into(),
        other => PageError::internal(&other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_that_cannot_be_read_is_told_by_its_field() {
        let (shown, _, errors) = read(Asked {
            state: "lost".to_owned(),
            from: "2026-02-30".to_owned(),
            to: "x".to_owned(),
            least: "0".to_owned(),
            most: "1e3".to_owned(),
            cursor: "!".to_owned(),
            ..Asked::default()
        });
        let fields: Vec<_> = errors.keys().copied().collect();
        assert_eq!(fields, ["cursor", "from", "least", "most", "state", "to"]);
        assert_eq!(shown.most, "1e3");
    }

    #[test]
    fn a_day_is_a_korean_day_to_its_end_and_an_amount_is_read_as_people_write_it() {
        let (_, filter, errors) = read(Asked {
            from: "2026-11-25".to_owned(),
            to: "2026-11-25".to_owned(),
            least: "1,000원".to_owned(),
            ..Asked::default()
        });
        assert!(errors.is_empty());
        assert_eq!(filter.created_from.unwrap().to_rfc3339(), "2026-11-24T15:00:00+00:00");
        assert_eq!(filter.created_to.unwrap().to_rfc3339(), "2026-11-25T15:00:00+00:00");
        assert_eq!(filter.amount_min, Some(1_000));
    }
}
