//! What every page needs: the services, the templates, the frame, and for members the member.

use axum::extract::FromRequestParts;
use axum::http::header::{RETRY_AFTER, USER_AGENT};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use sea_orm::DatabaseConnection;

use super::bank_notice;
use super::notices::{CLOSED_COOKIE, title};
use crate::controllers::cookies::{self, DEVICE_COOKIE};
use crate::controllers::extractors::frame::Frame;
use crate::controllers::extractors::htmx;
use crate::controllers::extractors::peer::Peer;
use crate::controllers::extractors::session::{Member, Person, Visitor};
use crate::controllers::notice::{self, NoticeWord};
use crate::controllers::pages::{self, PageError};
use crate::ids::{NoticeId, Prefix, UserId};
use crate::members::attempts::TooManyAttempts;
use crate::members::devices::Device;
use crate::members::sessions::Caller;
use crate::services::Services;
use crate::views::frame::{Banner, PageFrame};
use crate::views::page::Page;
use crate::views::templates::Templates;

/// A visit of anybody.
pub struct Visit {
    pub services: Services,
    pub frame: PageFrame,
    pub visitor: Visitor,
    pub headers: HeaderMap,
    peer: Peer,
    templates: Templates,
}

/// A visit of a member to a page of theirs.
pub struct MemberVisit {
    pub member: UserId,
    visit: Visit,
}

impl<S: Send + Sync> FromRequestParts<S> for Visit {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let Frame(mut frame) = Frame::from_request_parts(parts, state).await?;
        let services = Services::from_request_parts(parts, state).await?;
        frame.notices.extend(bank_notice::of(&services, frame.lang));
        Ok(Self {
            services,
            frame,
            visitor: Visitor::from_request_parts(parts, state).await?,
            headers: parts.headers.clone(),
            peer: peer_of(parts, state).await,
            templates: Templates::from_request_parts(parts, state).await?,
        })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for MemberVisit {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let member = Member::from_request_parts(parts, state).await?;
        let mut visit = Visit::from_request_parts(parts, state)
            .await
            .map_err(IntoResponse::into_response)?;
        visit.frame.banner = banner(&visit).await;
        Ok(Self {
            member: member.user.id,
            visit,
        })
    }
}

/// A visit of whoever is signed in to a page about themselves.
pub struct PersonVisit {
    pub person: Person,
    visit: Visit,
}

impl<S: Send + Sync> FromRequestParts<S> for PersonVisit {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let person = Person::from_request_parts(parts, state).await?;
        let visit = Visit::from_request_parts(parts, state)
            .await
            .map_err(IntoResponse::into_response)?;
        Ok(Self { person, visit })
    }
}

impl std::ops::Deref for PersonVisit {
    type Target = Visit;

    fn deref(&self) -> &Visit {
        &self.visit
    }
}

async fn peer_of<S: Send + Sync>(parts: &mut Parts, state: &S) -> Peer {
    let Ok(peer) = Peer::from_request_parts(parts, state).await;
    peer
}

/// The announcement above a member's page; a fragment has no room for it.
async fn banner(visit: &Visit) -> Option<Banner> {
    if htmx::asks_for_fragment(&visit.headers) {
        return None;
    }
    let closed = cookies::value(&visit.headers, CLOSED_COOKIE);
    let closed = closed.and_then(|id| Prefix::Notice.parse(&id)).map(NoticeId);
    let services = &visit.services;
    let notice = services.board.banner(visit.db(), &services.clock, closed).await?;
    Some(Banner {
        id: Prefix::Notice.show(notice.id.0),
        title: title(&notice, visit.frame.lang).to_owned(),
    })
}

impl std::ops::Deref for MemberVisit {
    type Target = Visit;

    fn deref(&self) -> &Visit {
        &self.visit
    }
}

impl Visit {
    pub fn db(&self) -> &DatabaseConnection {
        self.services.db.read()
    }

    /// Who signs in here, beside their email and password.
    pub fn caller(&self) -> Caller {
        Caller {
            peer: self.peer.0,
            device: self.device(),
            mark: cookies::value(&self.headers, DEVICE_COOKIE),
        }
    }

    /// What the browser is, as people know it.
    pub fn device(&self) -> Device {
        let said = self.headers.get(USER_AGENT).and_then(|said| said.to_str().ok());
        Device::of(said)
    }

    /// The page: 200.
    pub fn show<P: Page>(&self, page: &P) -> Result<Response, PageError> {
        pages::render(&self.templates, &self.frame, page)
    }

    /// The page with something told at its top, where it answers a form itself.
    pub fn show_with<P: Page>(&self, page: &P, word: NoticeWord) -> Result<Response, PageError> {
        self.refuse_as(StatusCode::OK, page, Some(word))
    }

    /// The page of a form that was refused, with what was typed: 422.
    pub fn refuse<P: Page>(&self, page: &P) -> Result<Response, PageError> {
        pages::render_refused(&self.templates, &self.frame, page, StatusCode::UNPROCESSABLE_ENTITY)
    }

    /// As [`Self::refuse`], saying at the top why.
    pub fn refuse_with<P: Page>(&self, page: &P, word: NoticeWord) -> Result<Response, PageError> {
        self.refuse_as(StatusCode::UNPROCESSABLE_ENTITY, page, Some(word))
    }

    /// As [`Self::refuse_with`], with a status of its own.
    pub fn refuse_as<P: Page>(
        &self,
        status: StatusCode,
        page: &P,
        word: Option<NoticeWord>,
    ) -> Result<Response, PageError> {
        let mut frame = self.frame.clone();
        frame.notices.extend(word.map(|word| word.notice(frame.lang)));
        pages::render_refused(&self.templates, &frame, page, status)
    }

    /// The page of a form that was sent too often: 429, with when to try again.
    pub fn refuse_for_now<P: Page>(&self, page: &P, limit: TooManyAttempts) -> Result<Response, PageError> {
        let status = StatusCode::TOO_MANY_REQUESTS;
        let mut response = pages::render_refused(&self.templates, &self.frame, page, status)?;
        let wait_secs = limit.retry_after_secs.into();
        response.headers_mut().insert(RETRY_AFTER, wait_secs);
        Ok(response)
    }

    /// Goes to a path of ours and tells something there.
    pub fn go_and_tell(&self, path: &str, word: NoticeWord) -> Response {
        notice::redirect(&self.services, &self.headers, path, word)
    }
}
