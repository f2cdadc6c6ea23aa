//! `/me/password`: a new password, and a new session with it.

use axum::Form;
use axum::response::Response;
use axum::routing::get;
use loco_rs::controller::Routes;
use secrecy::SecretString;
use serde::Deserialize;

use super::context::PersonVisit;
use super::me;
use super::sign_in::signed_in_response;
use crate::controllers::notice::NoticeWord;
use crate::controllers::pages::PageError;
use crate::members::password_change::{self, ChangeError};
use crate::members::sign_up::PasswordFault;
use crate::views::form::{FieldErrors, FieldProblem};
use crate::views::web::me_password::MePassword;
use crate::views::web::sign_in::Wait;

pub fn routes() -> Routes {
    Routes::new().add("/me/password", get(show).post(change))
}

#[derive(Deserialize)]
#[serde(default)]
struct Typed {
    present: SecretString,
    new: SecretString,
}

impl Default for Typed {
    fn default() -> Self {
        Self {
            present: String::new().into(),
            new: String::new().into(),
        }
    }
}

async fn show(visit: PersonVisit) -> Result<Response, PageError> {
    visit.show(&MePassword::default())
}

async fn change(visit: PersonVisit, Form(typed): Form<Typed>) -> Result<Response, PageError> {
    let (services, user) = (&visit.services, &visit.person.user);
    match password_change::change(services, user, typed.present, typed.new, visit.device()).await {
        Ok(session) => {
            let response = visit.go_and_tell(me::PATH, NoticeWord::PasswordChanged);
            Ok(signed_in_response(&visit, response, &session).await)
        }
        Err(ChangeError::WrongPassword) => refuse(&visit, "present", FieldProblem::PasswordWrong),
        Err(ChangeError::Refused(PasswordFault::TooShort)) => refuse(&visit, "new", FieldProblem::PasswordTooShort),
        Err(ChangeError::Refused(PasswordFault::TooLong)) => refuse(&visit, "new", FieldProblem::PasswordTooLong),
        Err(ChangeError::TooManyAttempts(limit)) => {
            let page = MePassword {
                wait: Some(Wait::of(limit.retry_after_secs)),
                ..MePassword::default()
            };
            visit.refuse_for_now(&page, limit)
        }
        Err(ChangeError::Database(error)) => Err(error.into()),
        Err(error @ (ChangeError::Password(_) | ChangeError::Tokens(_))) => Err(PageError::internal(&error)),
    }
}

fn refuse(visit: &PersonVisit, field: &'static str, problem: FieldProblem) -> Result<Response, PageError> {
    visit.refuse(&MePassword {
        errors: FieldErrors::from([(field, problem)]),
        wait: None,
    })
}
