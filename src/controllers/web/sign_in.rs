//! `/sign-in` and `/sign-out`.

use axum::Form;
use axum::extract::Query;
use axum::response::Response;
use axum::routing::get;
use loco_rs::controller::Routes;
use secrecy::SecretString;
use serde::Deserialize;

use super::context::Visit;
use crate::controllers::cookies::{self, SESSION_COOKIE};
use crate::controllers::extractors::htmx;
use crate::controllers::extractors::peer::Peer;
use crate::controllers::extractors::session::{Visitor, home_of};
use crate::controllers::local_path;
use crate::controllers::notice::NoticeWord;
use crate::controllers::pages::PageError;
use crate::members::sessions::{self, NewSession, SignInError};
use crate::views::web::sign_in::{SignIn, SignInProblem};

pub fn routes() -> Routes {
    Routes::new()
        .add("/sign-in", get(show).post(sign_in))
        .add("/sign-out", get(go_home).post(sign_out))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Way {
    next: String,
}

#[derive(Deserialize)]
#[serde(default)]
struct Typed {
    email: String,
    password: SecretString,
    next: String,
}

impl Default for Typed {
    fn default() -> Self {
        Self {
            email: String::new(),
            password: String::new().into(),
            next: String::new(),
        }
    }
}

async fn show(visit: Visit, Query(way): Query<Way>) -> Result<Response, PageError> {
    let next = local_path::checked(&way.next);
    if let Some(signed_in) = visit.visitor.signed_in() {
        let home = home_of(signed_in.user.role);
        return Ok(htmx::redirect(&visit.headers, next.unwrap_or(home)));
    }
    visit.show(&SignIn {
        next: next.unwrap_or_default().to_owned(),
        problem: match visit.visitor {
            Visitor::Ended => Some(SignInProblem::SessionEnded),
            Visitor::SignedIn(_) | Visitor::Nobody => None,
        },
        ..SignIn::default()
    })
}

async fn sign_in(visit: Visit, Peer(peer): Peer, Form(typed): Form<Typed>) -> Result<Response, PageError> {
    let next = local_path::checked(&typed.next);
    let refused = |problem| SignIn {
        email: typed.email.clone(),
        next: next.unwrap_or_default().to_owned(),
        problem: Some(problem),
    };
    match sessions::sign_in(&visit.services, &typed.email, typed.password, peer).await {
        Ok(session) => {
            let home = home_of(session.user.role);
            let response = htmx::redirect(&visit.headers, next.unwrap_or(home));
            Ok(signed_in_response(&visit, response, &session).await)
        }
        Err(SignInError::WrongCredentials) => visit.refuse(&refused(SignInProblem::WrongCredentials)),
        Err(SignInError::TooManyAttempts(limit)) => {
            visit.refuse_for_now(&refused(SignInProblem::TooManyAttempts), limit)
        }
        Err(error) => Err(error.into()),
    }
}

/// Puts the new session into the answer, and ends the one that the browser had.
pub(super) async fn signed_in_response(visit: &Visit, mut response: Response, session: &NewSession) -> Response {
    if let Some(earlier) = visit.visitor.signed_in()
        && let Err(error) = sessions::sign_out(&visit.services, earlier.session.id).await
    {
        // The new session stands; the earlier one ends by its time.
        tracing::warn!(%error, "an earlier session could not be ended");
    }
    let lives_secs = visit.services.settings.security.session_secs;
    let token = session.token.clone();
    cookies::set(&mut response, &visit.services, SESSION_COOKIE, token, lives_secs);
    response
}

async fn sign_out(visit: Visit) -> Result<Response, PageError> {
    if let Some(signed_in) = visit.visitor.signed_in() {
        sessions::sign_out(&visit.services, signed_in.session.id).await?;
    }
    let mut response = visit.go_and_tell("/", NoticeWord::SignedOut);
    cookies::forget(&mut response, &visit.services, SESSION_COOKIE);
    Ok(response)
}

/// Only a form signs out: a link, or a picture on another site, does not.
async fn go_home(visit: Visit) -> Response {
    htmx::redirect(&visit.headers, "/")
}

impl From<SignInError> for PageError {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::Database(error) => error.into(),
            other => Self::internal(&other),
        }
    }
}
