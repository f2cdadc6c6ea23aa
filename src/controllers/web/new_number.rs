//! `/me/profile/phone`: another number in the place of a member's.

use axum::Form;
use axum::response::Response;
use loco_rs::controller::Routes;
use secrecy::SecretString;
use serde::Deserialize;

use super::context::MemberVisit;
use super::phone_steps::{NotAsked, Steps, TypedCode};
use super::profile::{PROFILE, page_of, user_of};
use crate::controllers::extractors::htmx;
use crate::controllers::extractors::peer::Peer;
use crate::controllers::notice::NoticeWord;
use crate::controllers::pages::PageError;
use crate::controllers::routing::{get, post};
use crate::members::new_number::{self, NewNumberError};
use crate::members::phone::PhoneNumber;
use crate::members::phone::tickets::Ticket;
use crate::views::form::{FieldErrors, FieldProblem};
use crate::views::web::phone::Flow;
use crate::views::web::profile::Profile;

pub fn routes() -> Routes {
    Routes::new()
        .add("/me/profile/phone", get(go_to_profile).merge(post(ask)))
        .add("/me/profile/phone/code", get(show_code).merge(post(change)))
        .add("/me/profile/phone/resend", get(show_code).merge(post(resend)))
}

#[derive(Deserialize)]
#[serde(default)]
struct TypedNumber {
    phone: String,
    password: SecretString,
}

impl Default for TypedNumber {
    fn default() -> Self {
        Self {
            phone: String::new(),
            password: String::new().into(),
        }
    }
}

async fn go_to_profile(visit: MemberVisit) -> Response {
    htmx::redirect(&visit.headers, PROFILE)
}

async fn ask(visit: MemberVisit, Peer(peer): Peer, Form(typed): Form<TypedNumber>) -> Result<Response, PageError> {
    let page = Profile {
        new_phone: typed.phone.clone(),
        ..page_of(&visit).await?
    };
    let refused = |field, problem| Profile {
        errors: FieldErrors::from([(field, problem)]),
        ..page.clone()
    };
    let Some(phone) = PhoneNumber::parse(&typed.phone) else {
        return visit.refuse(&refused("phone", FieldProblem::PhoneFormat));
    };
    let (services, language) = (&visit.services, visit.frame.lang);
    let user = user_of(&visit)?;
    let asked = new_number::ask(services, user, typed.password, &phone, peer, language).await;
    let not_asked = match asked {
        Ok(()) => return steps(&visit).sent(&visit, phone, None),
        Err(NewNumberError::WrongPassword) => {
            return visit.refuse(&refused("password", FieldProblem::PasswordWrong));
        }
        Err(NewNumberError::TooManyAttempts(limit)) => NotAsked::Wait(limit),
        Err(NewNumberError::Send(error)) => NotAsked::of(&error)?,
        Err(other) => return Err(other.into()),
    };
    let page = Profile {
        problem: Some(not_asked.problem()),
        wait: not_asked.wait(),
        ..page.clone()
    };
    not_asked.answer(&visit, &page)
}

async fn show_code(visit: MemberVisit) -> Result<Response, PageError> {
    steps(&visit).show_code(&visit, PROFILE)
}

async fn resend(visit: MemberVisit, Peer(peer): Peer) -> Result<Response, PageError> {
    steps(&visit).resend(&visit, peer).await
}

async fn change(visit: MemberVisit, Form(typed): Form<TypedCode>) -> Result<Response, PageError> {
    let steps = steps(&visit);
    let Some(Ticket::Asked(asked)) = steps.ticket(&visit) else {
        return Ok(steps.start_over(&visit));
    };
    let (services, language) = (&visit.services, visit.frame.lang);
    match new_number::change(services, visit.member, &asked.phone, &typed.code, language).await {
        Ok(()) => {
            let mut response = visit.go_and_tell(PROFILE, NoticeWord::NumberChanged);
            steps.forget(&visit, &mut response);
            Ok(response)
        }
        Err(NewNumberError::Code(error)) => steps.refuse_code(&visit, &asked, &error),
        Err(NewNumberError::PhoneTaken(other)) => visit.refuse(&steps.taken(&asked.phone, &other.email)),
        Err(other) => Err(other.into()),
    }
}

fn steps(visit: &MemberVisit) -> Steps {
    Steps {
        flow: Flow::NewNumber,
        owner: Some(visit.member),
    }
}

impl From<NewNumberError> for PageError {
    fn from(error: NewNumberError) -> Self {
        match error {
            NewNumberError::Database(error) => error.into(),
            NewNumberError::Profile(error) => error.into(),
            other => Self::internal(&other),
        }
    }
}
