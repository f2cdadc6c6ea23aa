//! `/me/profile`: a member's nickname and phone number.

use axum::Form;
use axum::response::Response;
use axum::routing::get;
use loco_rs::controller::Routes;
use secrecy::SecretString;
use serde::Deserialize;

use super::context::MemberVisit;
use super::phone_steps::{NotAsked, Steps, TypedCode};
use crate::controllers::extractors::htmx;
use crate::controllers::extractors::peer::Peer;
use crate::controllers::notice::NoticeWord;
use crate::controllers::pages::PageError;
use crate::members::phone::PhoneNumber;
use crate::members::phone::tickets::Ticket;
use crate::members::profile::{self, NicknameFault, ProfileError};
use crate::models::users;
use crate::views::form::{FieldErrors, FieldProblem};
use crate::views::web::phone::Flow;
use crate::views::web::profile::Profile;

const PROFILE: &str = "/me/profile";
const PHONE: &str = "/me/profile/phone";

pub fn routes() -> Routes {
    Routes::new()
        .add(PROFILE, get(show).post(rename))
        .add(PHONE, get(go_to_profile).post(ask))
        .add("/me/profile/phone/code", get(show_code).post(change))
        .add("/me/profile/phone/resend", get(show_code).post(resend))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct TypedName {
    nickname: String,
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

async fn show(visit: MemberVisit) -> Result<Response, PageError> {
    visit.show(&page_of(&visit).await?)
}

async fn go_to_profile(visit: MemberVisit) -> Response {
    htmx::redirect(&visit.headers, PROFILE)
}

async fn rename(visit: MemberVisit, Form(typed): Form<TypedName>) -> Result<Response, PageError> {
    let nickname = match profile::read_nickname(&typed.nickname) {
        Ok(nickname) => nickname,
        Err(fault) => {
            return visit.refuse(&Profile {
                nickname: typed.nickname,
                errors: FieldErrors::from([("nickname", nickname_problem(fault))]),
                ..page_of(&visit).await?
            });
        }
    };
    profile::rename(&visit.services, visit.member, nickname).await?;
    Ok(visit.go_and_tell(PROFILE, NoticeWord::MemberNicknameSaved))
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
    let asked = profile::ask_for_number(services, user, typed.password, &phone, peer, language).await;
    let not_asked = match asked {
        Ok(()) => return steps(&visit).sent(&visit, phone, None),
        Err(ProfileError::WrongPassword) => {
            return visit.refuse(&refused("password", FieldProblem::PasswordWrong));
        }
        Err(ProfileError::TooManyAttempts(limit)) => NotAsked::Wait(limit),
        Err(ProfileError::Send(error)) => NotAsked::of(&error)?,
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
    match profile::change_number(services, visit.member, &asked.phone, &typed.code, language).await {
        Ok(()) => {
            let mut response = visit.go_and_tell(PROFILE, NoticeWord::NumberChanged);
            steps.forget(&visit, &mut response);
            Ok(response)
        }
        Err(ProfileError::Code(error)) => steps.refuse_code(&visit, &asked, &error),
        Err(ProfileError::PhoneTaken(other)) => visit.refuse(&steps.taken(&asked.phone, &other.email)),
        Err(other) => Err(other.into()),
    }
}

fn steps(visit: &MemberVisit) -> Steps {
    Steps {
        flow: Flow::NewNumber,
        owner: Some(visit.member),
    }
}

fn user_of(visit: &MemberVisit) -> Result<&users::Model, PageError> {
    let signed_in = visit.visitor.signed_in().ok_or(PageError::forbidden())?;
    Ok(&signed_in.user)
}

async fn page_of(visit: &MemberVisit) -> Result<Profile, PageError> {
    let user = user_of(visit)?;
    let (member, phone) = profile::find(&visit.services, visit.member).await?;
    Ok(Profile {
        display_name: member.display_name(user),
        name: user.name.clone(),
        email: user.email.clone(),
        nickname: member.nickname.unwrap_or_default(),
        phone: phone.map(|phone| phone.masked()),
        ..Profile::default()
    })
}

pub(super) const fn nickname_problem(fault: NicknameFault) -> FieldProblem {
    match fault {
        NicknameFault::TooShort => FieldProblem::NicknameTooShort,
        NicknameFault::TooLong => FieldProblem::NicknameTooLong,
        NicknameFault::NotPrintable => FieldProblem::NicknameLetters,
    }
}

impl From<ProfileError> for PageError {
    fn from(error: ProfileError) -> Self {
        match error {
            ProfileError::Database(error) => error.into(),
            other => Self::internal(&other),
        }
    }
}
