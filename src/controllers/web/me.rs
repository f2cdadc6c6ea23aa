//! `/me`: who one is, the devices where one is signed in, and signing out there.

use axum::extract::{Path, RawQuery};
use axum::response::Response;
use loco_rs::controller::Routes;

use super::context::PersonVisit;
use crate::controllers::cookies;
use crate::controllers::extractors::htmx;
use crate::controllers::notice::NoticeWord;
use crate::controllers::pages::PageError;
use crate::controllers::routing::{get, post};
use crate::ids::{Prefix, SessionId};
use crate::members::sign_out;
use crate::models::kinds::{EndReason, Role};
use crate::models::sessions as session_rows;
use crate::security::masking;
use crate::views::web::me::{DeviceRow, Me};

pub(super) const PATH: &str = "/me";

pub fn routes() -> Routes {
    Routes::new()
        .add(PATH, get(show))
        .add("/me/devices/others", get(go_back).merge(post(end_others)))
        .add("/me/devices/all", get(go_back).merge(post(end_all)))
        .add("/me/devices/{id}/end", get(go_back).merge(post(end_one)))
}

async fn show(visit: PersonVisit) -> Result<Response, PageError> {
    let (user, this) = (&visit.person.user, visit.person.session.id);
    let mut living = sign_out::living(&visit.services, user.id).await?;
    living.sort_by_key(|session| session.id != this);
    visit.show(&Me {
        name_masked: masking::person_name(&user.name),
        email_masked: masking::email(&user.email),
        is_member: user.role == Role::Member,
        devices: living.into_iter().map(|session| device_row(session, this)).collect(),
    })
}

/// A form that was refused stands at its own address: who reloads it, or changes the language there, sees the page.
async fn go_back(visit: PersonVisit, RawQuery(query): RawQuery) -> Response {
    let path = query.map_or(PATH.to_owned(), |query| format!("{PATH}?{query}"));
    htmx::redirect(&visit.headers, &path)
}

async fn end_one(visit: PersonVisit, Path(id): Path<String>) -> Result<Response, PageError> {
    let id = Prefix::Session
        .parse(&id)
        .map(SessionId)
        .ok_or(PageError::not_found())?;
    let (user, this) = (visit.person.user.id, visit.person.session.id);
    if id == this {
        sign_out::end(&visit.services, this, EndReason::SignedOut).await?;
        return Ok(signed_out(&visit, NoticeWord::SignedOut));
    }
    if sign_out::end_one(&visit.services, user, id).await? {
        Ok(visit.go_and_tell(PATH, NoticeWord::DeviceSignedOut))
    } else {
        Err(PageError::not_found())
    }
}

async fn end_others(visit: PersonVisit) -> Result<Response, PageError> {
    let (user, this) = (visit.person.user.id, visit.person.session.id);
    sign_out::end_others(&visit.services, user, this).await?;
    Ok(visit.go_and_tell(PATH, NoticeWord::OthersSignedOut))
}

async fn end_all(visit: PersonVisit) -> Result<Response, PageError> {
    sign_out::end_all(&visit.services, visit.person.user.id).await?;
    Ok(signed_out(&visit, NoticeWord::AllSignedOut))
}

/// The way out of the site for somebody whose session has ended.
fn signed_out(visit: &PersonVisit, word: NoticeWord) -> Response {
    let mut response = visit.go_and_tell("/", word);
    cookies::forget_session(&mut response, &visit.services);
    response
}

fn device_row(session: session_rows::Model, this: SessionId) -> DeviceRow {
    DeviceRow {
        id: Prefix::Session.show(session.id.0),
        is_this: session.id == this,
        name: session.device,
        first_seen_at: session.created_at,
        last_seen_at: session.last_seen_at,
    }
}
