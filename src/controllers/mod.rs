//! Thin edges: parse, call one verb of the domain, render. They hold no rule.

pub mod api;
pub mod checkout;
pub mod cookies;
pub mod cs;
pub mod csrf;
pub mod docs;
pub mod extractors;
pub mod fields;
pub mod hosts;
pub mod live;
pub mod local_path;
pub mod measure;
pub mod member_api;
pub mod notice;
pub mod pages;
pub mod partner;
pub mod request_log;
pub mod routing;
pub mod way_back;
pub mod web;

use axum::extract::Request;
use axum::response::Response;
use loco_rs::controller::{AppRoutes, Routes};

use crate::controllers::routing::get;
use crate::views::assets;

/// Every address that answers.
#[must_use]
pub fn routes() -> AppRoutes {
    AppRoutes::with_default_routes()
        .add_route(Routes::new().add(assets::ROUTE, get(assets::serve)))
        .add_route(api::routes())
        .add_route(member_api::routes())
        .add_route(pages::pages(docs::routes()))
        .add_route(docs::files())
        .add_route(web::routes())
        .add_route(checkout::routes())
        .add_route(cs::routes())
        .add_route(partner::routes())
}

/// An address that does not answer: a problem for programs, a page for people.
pub async fn not_found(request: Request) -> Response {
    if request.uri().path().starts_with("/api/") {
        api::problem::no_such_address(&request)
    } else {
        pages::no_such_page(request).await
    }
}
