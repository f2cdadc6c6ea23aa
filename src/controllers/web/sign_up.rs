//! `/sign-up`: a new member, signed in at once.

use axum::Form;
use axum::response::Response;
use axum::routing::get;
use loco_rs::controller::Routes;
use secrecy::SecretString;
use serde::Deserialize;

use super::context::Visit;
use super::sign_in::signed_in_response;
use crate::controllers::extractors::htmx;
use crate::controllers::extractors::peer::Peer;
use crate::controllers::extractors::session::{MEMBER_HOME, home_of};
use crate::controllers::notice::NoticeWord;
use crate::controllers::pages::PageError;
use crate::members::sessions;
use crate::members::sign_up::{
    self, BirthDateFault, EmailFault, Faults, NameFault, PasswordFault, SignUpError, SignUpForm,
};
use crate::views::form::{FieldErrors, FieldProblem};
use crate::views::web::sign_up::{SignUp, SignUpProblem};

pub fn routes() -> Routes {
    Routes::new().add("/sign-up", get(show).post(create))
}

#[derive(Deserialize)]
#[serde(default)]
struct Typed {
    email: String,
    password: SecretString,
    name: String,
    birth_date: String,
}

impl Default for Typed {
    fn default() -> Self {
        Self {
            email: String::new(),
            password: String::new().into(),
            name: String::new(),
            birth_date: String::new(),
        }
    }
}

async fn show(visit: Visit) -> Result<Response, PageError> {
    match visit.visitor.signed_in() {
        Some(signed_in) => Ok(htmx::redirect(&visit.headers, home_of(signed_in.user.role))),
        None => visit.show(&SignUp::default()),
    }
}

async fn create(visit: Visit, Peer(peer): Peer, Form(typed): Form<Typed>) -> Result<Response, PageError> {
    let services = &visit.services;
    let page = SignUp {
        email: typed.email.clone(),
        name: typed.name.clone(),
        birth_date: typed.birth_date.clone(),
        ..SignUp::default()
    };
    let attempts = &services.sign_ins.attempts;
    if let Err(limit) = attempts.begin_sign_up(peer, services.clock.now()).await {
        let page = SignUp {
            problem: Some(SignUpProblem::TooManyAttempts),
            ..page
        };
        return visit.refuse_for_now(&page, limit);
    }
    let form = SignUpForm {
        email: typed.email,
        password: typed.password,
        name: typed.name,
        birth_date: typed.birth_date,
    };
    let user = match sign_up::sign_up(services, form).await {
        Ok(user) => user,
        Err(SignUpError::Refused(faults)) => {
            return visit.refuse(&SignUp {
                errors: field_errors(&faults),
                ..page
            });
        }
        Err(SignUpError::EmailTaken) => {
            return visit.refuse(&SignUp {
                problem: Some(SignUpProblem::EmailTaken),
                ..page
            });
        }
        Err(SignUpError::Database(error)) => return Err(error.into()),
        Err(error @ (SignUpError::Password(_) | SignUpError::Seal(_))) => return Err(PageError::internal(&error)),
    };
    let session = sessions::begin(services, user, visit.device())
        .await
        .map_err(PageError::from)?;
    let response = visit.go_and_tell(MEMBER_HOME, NoticeWord::SignedUp);
    Ok(signed_in_response(&visit, response, &session).await)
}

fn field_errors(faults: &Faults) -> FieldErrors {
    let email = faults.email.map(|fault| match fault {
        EmailFault::Missing => FieldProblem::Required,
        EmailFault::NotAnEmail => FieldProblem::EmailFormat,
    });
    let password = faults.password.map(|fault| match fault {
        PasswordFault::TooShort => FieldProblem::PasswordTooShort,
        PasswordFault::TooLong => FieldProblem::PasswordTooLong,
    });
    let name = faults.name.map(|fault| match fault {
        NameFault::Missing => FieldProblem::Required,
        NameFault::TooLong => FieldProblem::NameTooLong,
    });
    let birth_date = faults.birth_date.map(|fault| match fault {
        BirthDateFault::Missing => FieldProblem::Required,
        BirthDateFault::NotADate => FieldProblem::BirthDateFormat,
        BirthDateFault::TooYoung => FieldProblem::TooYoung,
    });
    [
        ("email", email),
        ("password", password),
        ("name", name),
        ("birth_date", birth_date),
    ]
    .into_iter()
    .filter_map(|(field, problem)| problem.map(|problem| (field, problem)))
    .collect()
}
