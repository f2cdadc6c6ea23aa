//! The door of the desk: a session of staff that waits for its second factor, or for a password of its owner's own, is shown
//! to the page that asks for it, wherever it wanted to go.

use axum::extract::FromRequestParts;
use axum::http::Method;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};

use super::htmx;
use super::session::{Person, require_known};
use crate::controllers::local_path;
use crate::controllers::pages::PageError;
use crate::desk::factor::{self, Standing};
use crate::members::sessions::SignedIn;
use crate::services::Services;

/// Where a code is asked for.
pub const FACTOR: &str = "/me/factor";
/// Where a factor is enrolled.
pub const ENROLMENT: &str = "/me/factor/new";
/// Where a password is changed.
pub const PASSWORD: &str = "/me/password";

/// Staff before the door or behind it: for the pages of the second factor itself. Whoever was handed their password changes
/// it first.
#[derive(Clone, Debug)]
pub struct StaffAtDoor {
    pub signed_in: SignedIn,
    pub standing: Standing,
}

impl<S: Send + Sync> FromRequestParts<S> for StaffAtDoor {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let signed_in = require_known(parts, state).await?;
        if !signed_in.user.role.is_staff() {
            return Err(PageError::forbidden().into_response());
        }
        match standing(parts, state, &signed_in).await? {
            Standing::PasswordGiven => Err(htmx::redirect(&parts.headers, PASSWORD)),
            standing @ (Standing::Open | Standing::CodeNeeded | Standing::EnrolmentNeeded) => {
                Ok(Self { signed_in, standing })
            }
        }
    }
}

/// Lets a session through that is open, and shows others to what they wait for.
pub(super) async fn pass<S: Send + Sync>(parts: &mut Parts, state: &S, signed_in: &SignedIn) -> Result<(), Response> {
    let page = match standing(parts, state, signed_in).await? {
        Standing::Open => return Ok(()),
        // This one page is what it waits for.
        Standing::PasswordGiven if parts.uri.path() == PASSWORD => return Ok(()),
        Standing::PasswordGiven => PASSWORD.to_owned(),
        Standing::CodeNeeded => and_back(FACTOR, parts),
        Standing::EnrolmentNeeded => and_back(ENROLMENT, parts),
    };
    Err(htmx::redirect(&parts.headers, &page))
}

async fn standing<S: Send + Sync>(parts: &mut Parts, state: &S, signed_in: &SignedIn) -> Result<Standing, Response> {
    let services = Services::from_request_parts(parts, state)
        .await
        .map_err(IntoResponse::into_response)?;
    let standing = factor::standing(&services, signed_in).await;
    standing.map_err(|error| PageError::from(error).into_response())
}

/// The way to a page of ours and back to the one that was asked for. A form that was sent cannot be gone back to.
pub(super) fn and_back(page: &str, parts: &Parts) -> String {
    let is_page = parts.method == Method::GET && !htmx::asks_for_fragment(&parts.headers);
    let asked_for = parts.uri.path_and_query().map_or("", |path| path.as_str());
    let next = local_path::checked(asked_for).filter(|_| is_page);
    with_next(page, next)
}

/// A page of ours that is to lead on to another.
#[must_use]
pub fn with_next(page: &str, next: Option<&str>) -> String {
    let query = next.and_then(|next| serde_urlencoded::to_string([("next", next)]).ok());
    query.map_or_else(|| page.to_owned(), |query| format!("{page}?{query}"))
}

impl Person {
    /// As the verbs take it.
    #[must_use]
    pub fn signed_in(&self) -> SignedIn {
        SignedIn {
            user: self.user.clone(),
            session: self.session.clone(),
        }
    }
}
