//! `/sign-up`: the phone's number and its code, before anything else is asked.

use axum::Form;
use axum::response::Response;
use loco_rs::controller::Routes;

use super::context::Visit;
use super::phone_steps::{Steps, TypedCode, TypedPhone};
use crate::controllers::extractors::htmx;
use crate::controllers::extractors::peer::Peer;
use crate::controllers::extractors::session::home_of;
use crate::controllers::pages::PageError;
use crate::controllers::routing::{get, post};
use crate::members::phone::tickets::Ticket;
use crate::members::sign_up;
use crate::views::web::phone::{Flow, PhoneForm};

pub(super) const STEPS: Steps = Steps::anybody(Flow::SignUp);
pub(super) const CODE: &str = "/sign-up/code";
pub(super) const DETAILS: &str = "/sign-up/details";

pub fn routes() -> Routes {
    Routes::new()
        .add("/sign-up", get(show).merge(post(ask)))
        .add(CODE, get(show_code).merge(post(prove)))
        .add("/sign-up/resend", get(show_code).merge(post(resend)))
}

async fn show(visit: Visit) -> Result<Response, PageError> {
    match visit.visitor.signed_in() {
        Some(signed_in) => Ok(htmx::redirect(&visit.headers, home_of(signed_in.user.role))),
        None => visit.show(&PhoneForm::new(Flow::SignUp, String::new())),
    }
}

async fn ask(visit: Visit, Peer(peer): Peer, Form(typed): Form<TypedPhone>) -> Result<Response, PageError> {
    STEPS.begin(&visit, peer, typed).await
}

async fn show_code(visit: Visit) -> Result<Response, PageError> {
    STEPS.show_code(&visit, DETAILS)
}

async fn resend(visit: Visit, Peer(peer): Peer) -> Result<Response, PageError> {
    STEPS.resend(&visit, peer).await
}

/// Whether the number has an account is told by the next page.
async fn prove(visit: Visit, Form(typed): Form<TypedCode>) -> Result<Response, PageError> {
    let Some(Ticket::Asked(asked)) = STEPS.ticket(&visit) else {
        return STEPS.show_code(&visit, DETAILS);
    };
    match sign_up::prove(&visit.services, asked.phone.clone(), &typed.code).await {
        Ok(proven) => STEPS.proven(&visit, DETAILS, proven),
        Err(error) => STEPS.refuse_code(&visit, &asked, &error),
    }
}
