//! `/sign-up`: the phone's number, its code, and then a new member, signed in at once.

use axum::Form;
use axum::response::Response;
use axum::routing::get;
use loco_rs::controller::Routes;
use secrecy::SecretString;
use serde::Deserialize;

use super::context::Visit;
use super::phone_steps::{Steps, TypedCode, TypedPhone};
use super::sign_in::signed_in_response;
use crate::controllers::extractors::htmx;
use crate::controllers::extractors::peer::Peer;
use crate::controllers::extractors::session::{MEMBER_HOME, home_of};
use crate::controllers::notice::NoticeWord;
use crate::controllers::pages::PageError;
use crate::members::phone::tickets::{Proven, Ticket};
use crate::members::sessions;
use crate::members::sign_up::{
    self, BirthDateFault, EmailFault, Faults, NameFault, PasswordFault, SignUpError, SignUpForm,
};
use crate::views::form::{FieldErrors, FieldProblem};
use crate::views::web::phone::{Flow, PhoneForm};
use crate::views::web::sign_up::{SignUp, SignUpProblem};

const STEPS: Steps = Steps::anybody(Flow::SignUp);
const CODE: &str = "/sign-up/code";
const DETAILS: &str = "/sign-up/details";

pub fn routes() -> Routes {
    Routes::new()
        .add("/sign-up", get(show).post(ask))
        .add(CODE, get(show_code).post(prove))
        .add("/sign-up/resend", get(show_code).post(resend))
        .add(DETAILS, get(show_details).post(create))
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
    let response = visit.go_and_tell(MEMBER_HOME, NoticeWord::SignedUp);
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
            errors: field_errors(&faults),
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

pub(super) const fn password_problem(fault: PasswordFault) -> FieldProblem {
    match fault {
        PasswordFault::TooShort => FieldProblem::PasswordTooShort,
        PasswordFault::TooLong => FieldProblem::PasswordTooLong,
    }
}

fn field_errors(faults: &Faults) -> FieldErrors {
    let email = faults.email.map(|fault| match fault {
        EmailFault::Missing => FieldProblem::Required,
        EmailFault::NotAnEmail => FieldProblem::EmailFormat,
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
        ("password", faults.password.map(password_problem)),
        ("name", name),
        ("nickname", faults.nickname.map(super::profile::nickname_problem)),
        ("birth_date", birth_date),
    ]
    .into_iter()
    .filter_map(|(field, problem)| problem.map(|problem| (field, problem)))
    .collect()
}
