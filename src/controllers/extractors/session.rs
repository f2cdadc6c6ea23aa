//! Who is signed in. Pages take the session's cookies, the members' JSON API takes a bearer token, and neither the other's.
//!
//! Where the access token's time is over and the refresh token is good, a page is answered as if nothing were, and the new
//! cookies go with whatever the answer is: page, fragment, redirect or error (`pages::finish_pages`).

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use tokio::sync::OnceCell;

use super::{door, htmx};
use crate::controllers::api::problem::{Code, Problem};
use crate::controllers::cookies::{self, SessionCookies};
use crate::controllers::pages::PageError;
use crate::members::renewal::{self, NotRenewed};
use crate::members::sessions::{self, NotSignedIn, SessionTokens, SignedIn};
use crate::models::kinds::{EndReason, Role};
use crate::models::{sessions as session_rows, users};
use crate::services::Services;

/// Where members, staff and people of partners begin.
pub const MEMBER_HOME: &str = "/accounts";
pub const STAFF_HOME: &str = "/cs/payments";
pub const CONSOLE_HOME: &str = "/partner";

/// Where somebody of this role begins.
#[must_use]
pub const fn home_of(role: Role) -> &'static str {
    match role {
        Role::Member => MEMBER_HOME,
        Role::Cs | Role::CsLead | Role::Operator | Role::Auditor => STAFF_HOME,
        Role::Partner => CONSOLE_HOME,
    }
}

/// Who looks at a page.
#[derive(Clone, Debug)]
pub enum Visitor {
    SignedIn(Arc<SignedIn>),
    /// Brought cookies that open nothing any more; why, where somebody ended the session.
    Ended(Option<EndReason>),
    Nobody,
}

impl Visitor {
    #[must_use]
    pub fn signed_in(&self) -> Option<&SignedIn> {
        match self {
            Self::SignedIn(signed_in) => Some(signed_in),
            Self::Ended(_) | Self::Nobody => None,
        }
    }
}

/// A visitor, and the tokens of their session where it was renewed for this request.
struct Seen {
    visitor: Visitor,
    renewed: Option<SessionTokens>,
}

impl From<Visitor> for Seen {
    fn from(visitor: Visitor) -> Self {
        Self { visitor, renewed: None }
    }
}

/// The visitor of one request, looked up once for all who ask.
#[derive(Clone, Default)]
pub struct VisitorCell(Arc<OnceCell<Seen>>);

impl VisitorCell {
    /// The new tokens that the answer is to carry.
    #[must_use]
    pub fn renewed(&self) -> Option<&SessionTokens> {
        self.0.get()?.renewed.as_ref()
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Visitor {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let services = Services::from_request_parts(parts, state).await?;
        let cell = parts.extensions.get_or_insert_default::<VisitorCell>().clone();
        let names = SessionCookies::of(&services);
        let brought = Brought {
            access: cookies::value(&parts.headers, names.access),
            refresh: cookies::value(&parts.headers, names.refresh),
            asks_by_itself: parts.headers.contains_key(htmx::BY_ITSELF)
                || parts.extensions.get::<htmx::ByItself>().is_some(),
        };
        let seen = cell.0.get_or_try_init(|| look(&services, brought)).await?;
        Ok(seen.visitor.clone())
    }
}

/// What a request has of its session.
struct Brought {
    access: Option<String>,
    refresh: Option<String>,
    /// A timer of the page asks, and nobody uses the session.
    asks_by_itself: bool,
}

async fn look(services: &Services, brought: Brought) -> Result<Seen, PageError> {
    if let Some(token) = &brought.access {
        match sessions::recognise(services, token).await {
            Ok(signed_in) => return Ok(Visitor::SignedIn(Arc::new(signed_in)).into()),
            Err(NotSignedIn::Ended(why)) => return Ok(Visitor::Ended(why).into()),
            Err(NotSignedIn::NoToken | NotSignedIn::Expired) => {}
            Err(NotSignedIn::Database(error)) => return Err(error.into()),
        }
    }
    let Some(token) = brought.refresh else {
        let visitor = brought.access.map_or(Visitor::Nobody, |_| Visitor::Ended(None));
        return Ok(visitor.into());
    };
    let known = if brought.asks_by_itself {
        renewal::recognise(services, &token)
            .await
            .map(|signed_in| (signed_in, None))
    } else {
        let renewed = renewal::renew(services, &token).await;
        renewed.map(|renewed| (renewed.signed_in, Some(renewed.tokens)))
    };
    match known {
        Ok((signed_in, renewed)) => Ok(Seen {
            visitor: Visitor::SignedIn(Arc::new(signed_in)),
            renewed,
        }),
        Err(NotRenewed::NotOurs) => Ok(Visitor::Ended(None).into()),
        Err(NotRenewed::Ended(why)) => Ok(Visitor::Ended(why).into()),
        Err(NotRenewed::Database(error)) => Err(error.into()),
        Err(error @ (NotRenewed::Tokens(_) | NotRenewed::NotFor(_))) => Err(PageError::internal(&error)),
    }
}

/// Whoever is signed in, on a page about themselves. Others are sent to sign in.
#[derive(Clone, Debug)]
pub struct Person {
    pub user: users::Model,
    pub session: session_rows::Model,
}

impl<S: Send + Sync> FromRequestParts<S> for Person {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let SignedIn { user, session } = require_signed_in(parts, state).await?;
        Ok(Self { user, session })
    }
}

/// A member on a page of theirs. Staff are sent to the desk, people of partners to their console, others to sign in.
#[derive(Clone, Debug)]
pub struct Member {
    pub user: users::Model,
    pub session: session_rows::Model,
}

impl<S: Send + Sync> FromRequestParts<S> for Member {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let SignedIn { user, session } = require_signed_in(parts, state).await?;
        match user.role {
            Role::Member => Ok(Self { user, session }),
            Role::Cs | Role::CsLead | Role::Operator | Role::Auditor => Err(htmx::redirect(&parts.headers, STAFF_HOME)),
            Role::Partner => Err(htmx::redirect(&parts.headers, CONSOLE_HOME)),
        }
    }
}

/// Staff at the desk. Members and people of partners are refused, others sent to sign in.
#[derive(Clone, Debug)]
pub struct Staff {
    pub user: users::Model,
    pub session: session_rows::Model,
}

impl<S: Send + Sync> FromRequestParts<S> for Staff {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let SignedIn { user, session } = require_signed_in(parts, state).await?;
        if user.role.is_staff() {
            Ok(Self { user, session })
        } else {
            Err(PageError::forbidden().into_response())
        }
    }
}

/// A member with a bearer token.
#[derive(Clone, Debug)]
pub struct BearerMember {
    pub user: users::Model,
    pub session: session_rows::Model,
}

impl<S: Send + Sync> FromRequestParts<S> for BearerMember {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let services = parts
            .extensions
            .get::<Services>()
            .cloned()
            .ok_or(Problem::from(Code::Internal))?;
        let token = bearer_token(&parts.headers).ok_or(Problem::from(Code::Unauthenticated))?;
        let SignedIn { user, session } = sessions::recognise(&services, token)
            .await
            .map_err(|error| match error {
                NotSignedIn::NoToken | NotSignedIn::Expired | NotSignedIn::Ended(_) => {
                    Problem::from(Code::Unauthenticated)
                }
                NotSignedIn::Database(error) => Problem::from(error),
            })?;
        match user.role {
            Role::Member => Ok(Self { user, session }),
            Role::Cs | Role::CsLead | Role::Operator | Role::Auditor | Role::Partner => {
                Err(Problem::from(Code::Forbidden))
            }
        }
    }
}

/// Whoever is signed in and may see what they asked for; staff have shown their second factor.
async fn require_signed_in<S: Send + Sync>(parts: &mut Parts, state: &S) -> Result<SignedIn, Response> {
    let signed_in = require_known(parts, state).await?;
    door::pass(parts, state, &signed_in).await?;
    Ok(signed_in)
}

/// Whoever has shown their password. Others are sent to sign in, and back.
pub(super) async fn require_known<S: Send + Sync>(parts: &mut Parts, state: &S) -> Result<SignedIn, Response> {
    let visitor = Visitor::from_request_parts(parts, state)
        .await
        .map_err(IntoResponse::into_response)?;
    match visitor {
        Visitor::SignedIn(signed_in) => Ok((*signed_in).clone()),
        Visitor::Ended(_) | Visitor::Nobody => Err(htmx::redirect(&parts.headers, &door::and_back("/sign-in", parts))),
    }
}

fn bearer_token(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
