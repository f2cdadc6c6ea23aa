//! `/`: what Naru is, for those who are not signed in.

use axum::response::Response;
use axum::routing::get;
use loco_rs::controller::Routes;

use super::context::Visit;
use crate::controllers::extractors::htmx;
use crate::controllers::extractors::session::home_of;
use crate::controllers::pages::PageError;
use crate::views::web::home::Home;

pub fn routes() -> Routes {
    Routes::new().add("/", get(show))
}

async fn show(visit: Visit) -> Result<Response, PageError> {
    match visit.visitor.signed_in() {
        Some(signed_in) => Ok(htmx::redirect(&visit.headers, home_of(signed_in.user.role))),
        None => visit.show(&Home {}),
    }
}
