//! `/me/profile`: what a member sees of themselves, and their nickname.

use axum::Form;
use axum::response::Response;
use loco_rs::controller::Routes;
use serde::Deserialize;

use super::context::MemberVisit;
use super::field_faults::nickname_problem;
use crate::controllers::notice::NoticeWord;
use crate::controllers::pages::PageError;
use crate::controllers::routing::{get, post};
use crate::members::nickname::read_nickname;
use crate::members::profile::{self, ProfileError};
use crate::models::users;
use crate::views::form::FieldErrors;
use crate::views::web::profile::Profile;

pub(super) const PROFILE: &str = "/me/profile";

pub fn routes() -> Routes {
    Routes::new().add(PROFILE, get(show).merge(post(rename)))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct TypedName {
    nickname: String,
}

async fn show(visit: MemberVisit) -> Result<Response, PageError> {
    visit.show(&page_of(&visit).await?)
}

async fn rename(visit: MemberVisit, Form(typed): Form<TypedName>) -> Result<Response, PageError> {
    let nickname = match read_nickname(&typed.nickname) {
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

pub(super) fn user_of(visit: &MemberVisit) -> Result<&users::Model, PageError> {
    let signed_in = visit.visitor.signed_in().ok_or(PageError::forbidden())?;
    Ok(&signed_in.user)
}

pub(super) async fn page_of(visit: &MemberVisit) -> Result<Profile, PageError> {
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

impl From<ProfileError> for PageError {
    fn from(error: ProfileError) -> Self {
        match error {
            ProfileError::Database(error) => error.into(),
            ProfileError::NoSuchMember => Self::not_found(),
            other @ ProfileError::Seal(_) => Self::internal(&other),
        }
    }
}
