//! `/cs`: the desk begins with the list.

use axum::response::Redirect;
use axum::routing::get;
use loco_rs::controller::Routes;

use super::StaffVisit;
use crate::controllers::extractors::session::STAFF_HOME;

pub fn routes() -> Routes {
    Routes::new().add("/cs", get(home))
}

async fn home(_: StaffVisit) -> Redirect {
    Redirect::to(STAFF_HOME)
}
