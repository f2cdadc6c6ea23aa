//! `/partner/history`: who did what, newest first.

use axum::extract::Query;
use axum::response::Response;
use loco_rs::controller::Routes;
use serde::Deserialize;

use super::{PartnerVisit, rows};
use crate::controllers::api::cursor;
use crate::controllers::pages::PageError;
use crate::controllers::routing::get;
use crate::partners::audit;
use crate::transfers::find;
use crate::views::paging::Paging;
use crate::views::partner::deeds::DeedList;

const PATH: &str = "/partner/history";
const PAGE_ROWS: u64 = 50;

pub fn routes() -> Routes {
    Routes::new().add(PATH, get(list))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    cursor: String,
}

async fn list(visit: PartnerVisit, Query(asked): Query<Asked>) -> Result<Response, PageError> {
    let after = cursor::parse(&asked.cursor);
    let mut found = audit::list_owned_by(visit.db(), visit.partner.id, after, PAGE_ROWS).await?;
    let next = find::cut(&mut found, PAGE_ROWS, audit::place_of).map(cursor::show);
    visit.show(&DeedList {
        deeds: found.into_iter().map(rows::deed_row).collect(),
        paging: Paging::new(PATH, &[], after.map(cursor::show).as_deref(), next.as_deref()),
    })
}
