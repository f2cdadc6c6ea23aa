//! `/sign-up/details`: the last step of signing up, and the new member signed in at once.

use axum::Form;
use axum::response::Response;
use loco_rs::controller::Routes;
use secrecy::SecretString;
use serde::Deserialize;

use super::context::Visit;
use super::field_faults;
use super::sign_in::signed_in_response;
use super::sign_up::{CODE, DETAILS, STEPS};
use crate::controllers::extractors::htmx;
use crate::controllers::extractors::peer::Peer;
use crate::controllers::extractors::session::MEMBER_HOME;
use crate::controllers::notice::NoticeWord;
use crate::controllers::pages::PageError;
use crate::controllers::routing::{get, post};
use crate::controllers::way_back;
use crate::members::phone::tickets::{Proven, Ticket};
use crate::members::sessions;
use crate::members::sign_up::{self, SignUpError, SignUpForm};
use crate::views::web::sign_up::{SignUp, SignUpProblem};

pub fn routes() -> Routes {
    Routes::new().add(DETAILS, get(show_details).merge(post(create)))
}

#[derive(Deserialize)]
#[serde(default)]
struct Typed {
    email: String,
    password: SecretString,
    name: String,
    nickname: String,
    birth_date: String,
}

impl Default for Typed {
    fn default() -> Self {
        Self {
            email: String::new(),
            password: String::new().into(),
            name: String::new(),
            nickname: String::new(),
            birth_date: String::new(),
        }
    }
}

async fn show_details(visit: Visit) -> Result<Response, PageError> {
    let Some(Ticket::Proven(proven)) = STEPS.ticket(&visit) else {
        return Ok(htmx::redirect(&visit.headers, CODE));
    };
    match sign_up::account_of(&visit.services, &proven.phone).await? {
        Some(user) => visit.show(&STEPS.taken(&proven.phone, &user.email)),
        None => visit.show(&SignUp {
            phone: proven.phone.masked(),
            ..SignUp::default()
        }),
    }
}

async fn create(visit: Visit, Peer(peer): Peer, Form(typed): Form<Typed>) -> Result<Response, PageError> {
    let services = &visit.services;
    let Some(Ticket::Proven(proven)) = STEPS.ticket(&visit) else {
        return Ok(STEPS.start_over(&visit));
    };
    let page = SignUp {
        phone: proven.phone.masked(),
        email: typed.email.clone(),
        name: typed.name.clone(),
        nickname: typed.nickname.clone(),
        birth_date: typed.birth_date.clone(),
        ..SignUp::default()
    };
    let attempts = &services.sign_ins.attempts;
    if let Err(limit) = attempts.begin_sign_up(peer, services.clock.now()).await {
        return refuse(&visit, page, &proven, SignUpError::TooManyAttempts(limit)).await;
    }
    let form = SignUpForm {
        email: typed.email,
        password: typed.password,
        name: typed.name,
        nickname: typed.nickname,
        birth_date: typed.birth_date,
    };
    let user = match sign_up::sign_up(services, form, &proven.phone).await {
        Ok(user) => user,
        Err(error) => return refuse(&visit, page, &proven, error).await,
    };
    let session = sessions::begin(services, user, visit.device())
        .await
        .map_err(PageError::from)?;
    let next = way_back::of(&visit.headers).unwrap_or_else(|| MEMBER_HOME.to_owned());
    let response = visit.go_and_tell(&next, NoticeWord::SignedUp);
    let mut response = signed_in_response(&visit, response, &session).await;
    STEPS.forget(&visit, &mut response);
    Ok(response)
}

/// The form again, with what was typed but the password.
async fn refuse(visit: &Visit, page: SignUp, proven: &Proven, error: SignUpError) -> Result<Response, PageError> {
    let with = |problem| SignUp {
        problem: Some(problem),
        ..page.clone()
    };
    match error {
        SignUpError::Refused(faults) => visit.refuse(&SignUp {
            errors: field_faults::of_sign_up(&faults),
            ..page
        }),
        SignUpError::EmailTaken => visit.refuse(&with(SignUpProblem::EmailTaken)),
        SignUpError::TooManyAttempts(limit) => visit.refuse_for_now(&with(SignUpProblem::TooManyAttempts), limit),
        SignUpError::PhoneTaken => match sign_up::account_of(&visit.services, &proven.phone).await? {
            Some(user) => visit.refuse(&STEPS.taken(&proven.phone, &user.email)),
            // It was given up at this very moment.
            None => Ok(htmx::redirect(&visit.headers, DETAILS)),
        },
        other => Err(other.into()),
    }
}

impl From<SignUpError> for PageError {
    fn from(error: SignUpError) -> Self {
        match error {
            SignUpError::Database(error) => error.into(),
            other => Self::internal(&other),
        }
    }
}
