//! `/me/password`: a new password, and a new session with it.

use axum::Form;
use axum::response::Response;
use loco_rs::controller::Routes;
use secrecy::SecretString;
use serde::Deserialize;

use super::context::PersonVisit;
use super::me;
use super::sign_in::signed_in_response;
use crate::controllers::extractors::session::home_of;
use crate::controllers::notice::NoticeWord;
use crate::controllers::pages::PageError;
use crate::controllers::routing::{get, post};
use crate::desk::people as desk_people;
use crate::members::password_change::{self, ChangeError};
use crate::members::sign_up::PasswordFault;
use crate::models::kinds::Role;
use crate::partners::people;
use crate::views::form::{FieldErrors, FieldProblem};
use crate::views::web::me_password::MePassword;
use crate::views::web::sign_in::Wait;

pub fn routes() -> Routes {
    Routes::new().add("/me/password", get(show).merge(post(change)))
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
    let page = blank(&visit).await?;
    visit.show(&page)
}

/// The form as it is, with why it is shown to who was handed their password.
async fn blank(visit: &PersonVisit) -> Result<MePassword, PageError> {
    let user = &visit.person.user;
    let is_given = match user.role {
        Role::Partner => people::place_of(visit.db(), user)
            .await?
            .is_some_and(|place| place.has_given_password),
        Role::Cs | Role::CsLead | Role::Operator | Role::Auditor => {
            desk_people::has_given_password(visit.db(), user).await?
        }
        Role::Member => false,
    };
    Ok(MePassword {
        is_given,
        ..MePassword::default()
    })
}

async fn change(visit: PersonVisit, Form(typed): Form<Typed>) -> Result<Response, PageError> {
    let (services, who) = (&visit.services, visit.person.signed_in());
    match password_change::change(services, &who, typed.present, typed.new, visit.device()).await {
        Ok(session) => {
            // Who had a password that was handed over could go nowhere else so far.
            let to = if blank(&visit).await.is_ok_and(|page| page.is_given) {
                home_of(visit.person.user.role)
            } else {
                me::PATH
            };
            let response = visit.go_and_tell(to, NoticeWord::PasswordChanged);
            Ok(signed_in_response(&visit, response, &session).await)
        }
        Err(ChangeError::WrongPassword) => refuse(&visit, "present", FieldProblem::PasswordWrong).await,
        Err(ChangeError::Refused(PasswordFault::TooShort)) => {
            refuse(&visit, "new", FieldProblem::PasswordTooShort).await
        }
        Err(ChangeError::Refused(PasswordFault::TooLong)) => refuse(&visit, "new", FieldProblem::PasswordTooLong).await,
        Err(ChangeError::TooManyAttempts(limit)) => {
            let page = MePassword {
                wait: Some(Wait::of(limit.retry_after_secs)),
                ..blank(&visit).await?
            };
            visit.refuse_for_now(&page, limit)
        }
        Err(ChangeError::Database(error)) => Err(error.into()),
        Err(error @ (ChangeError::Password(_) | ChangeError::Tokens(_))) => Err(PageError::internal(&error)),
    }
}

async fn refuse(visit: &PersonVisit, field: &'static str, problem: FieldProblem) -> Result<Response, PageError> {
    let page = MePassword {
        errors: FieldErrors::from([(field, problem)]),
        ..blank(visit).await?
    };
    visit.refuse(&page)
}
