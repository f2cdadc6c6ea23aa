//! `/password/forgotten`: the phone's number, its code, and then a new password.

use axum::Form;
use axum::response::Response;
use loco_rs::controller::Routes;
use secrecy::SecretString;
use serde::Deserialize;

use super::context::Visit;
use super::field_faults::password_problem;
use super::phone_steps::{Steps, TypedCode, TypedPhone};
use crate::controllers::cookies;
use crate::controllers::extractors::htmx;
use crate::controllers::extractors::peer::Peer;
use crate::controllers::notice::NoticeWord;
use crate::controllers::pages::PageError;
use crate::controllers::routing::{get, post};
use crate::members::forgotten::{self, ForgottenError};
use crate::members::phone::tickets::Ticket;
use crate::security::masking;
use crate::views::form::FieldErrors;
use crate::views::web::password_new::PasswordNew;
use crate::views::web::phone::{Flow, PhoneForm};

const STEPS: Steps = Steps::anybody(Flow::NewPassword);
const CODE: &str = "/password/forgotten/code";
const NEW: &str = "/password/forgotten/new";

pub fn routes() -> Routes {
    Routes::new()
        .add("/password/forgotten", get(show).merge(post(ask)))
        .add(CODE, get(show_code).merge(post(prove)))
        .add("/password/forgotten/resend", get(show_code).merge(post(resend)))
        .add(NEW, get(show_new).merge(post(replace)))
}

#[derive(Deserialize)]
#[serde(default)]
struct Typed {
    password: SecretString,
}

impl Default for Typed {
    fn default() -> Self {
        Self {
            password: String::new().into(),
        }
    }
}

async fn show(visit: Visit) -> Result<Response, PageError> {
    visit.show(&PhoneForm::new(Flow::NewPassword, String::new()))
}

async fn ask(visit: Visit, Peer(peer): Peer, Form(typed): Form<TypedPhone>) -> Result<Response, PageError> {
    STEPS.begin(&visit, peer, typed).await
}

async fn show_code(visit: Visit) -> Result<Response, PageError> {
    STEPS.show_code(&visit, NEW)
}

async fn resend(visit: Visit, Peer(peer): Peer) -> Result<Response, PageError> {
    STEPS.resend(&visit, peer).await
}

async fn prove(visit: Visit, Form(typed): Form<TypedCode>) -> Result<Response, PageError> {
    let Some(Ticket::Asked(asked)) = STEPS.ticket(&visit) else {
        return STEPS.show_code(&visit, NEW);
    };
    match forgotten::prove(&visit.services, asked.phone.clone(), &typed.code).await {
        Ok(proven) => STEPS.proven(&visit, NEW, proven),
        Err(ForgottenError::Code(error)) => STEPS.refuse_code(&visit, &asked, &error),
        Err(other) => Err(other.into()),
    }
}

async fn show_new(visit: Visit) -> Result<Response, PageError> {
    let Some(Ticket::Proven(proven)) = STEPS.ticket(&visit) else {
        return Ok(htmx::redirect(&visit.headers, CODE));
    };
    match forgotten::find(&visit.services, &proven).await {
        Ok(owner) => visit.show(&PasswordNew {
            email: masking::email(&owner.email),
            errors: FieldErrors::new(),
        }),
        Err(ForgottenError::Stale) => Ok(stale(&visit)),
        Err(other) => Err(other.into()),
    }
}

async fn replace(visit: Visit, Form(typed): Form<Typed>) -> Result<Response, PageError> {
    let Some(Ticket::Proven(proven)) = STEPS.ticket(&visit) else {
        return Ok(STEPS.start_over(&visit));
    };
    match forgotten::set_password(&visit.services, &proven, typed.password).await {
        Ok(()) => {
            let mut response = visit.go_and_tell("/sign-in", NoticeWord::PasswordReset);
            STEPS.forget(&visit, &mut response);
            // Theirs has ended; another's on this browser is not meant either.
            cookies::forget_session(&mut response, &visit.services);
            Ok(response)
        }
        Err(ForgottenError::Refused(fault)) => {
            let owner = match forgotten::find(&visit.services, &proven).await {
                Err(ForgottenError::Stale) => return Ok(stale(&visit)),
                other => other?,
            };
            visit.refuse(&PasswordNew {
                email: masking::email(&owner.email),
                errors: FieldErrors::from([("password", password_problem(fault))]),
            })
        }
        Err(ForgottenError::Stale) => Ok(stale(&visit)),
        Err(other) => Err(other.into()),
    }
}

/// What was proven is used up: from the beginning.
fn stale(visit: &Visit) -> Response {
    let mut response = STEPS.start_over(visit);
    STEPS.forget(visit, &mut response);
    response
}

impl From<ForgottenError> for PageError {
    fn from(error: ForgottenError) -> Self {
        match error {
            ForgottenError::Database(error) => error.into(),
            other => Self::internal(&other),
        }
    }
}
