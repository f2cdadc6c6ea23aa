//! `/sign-in` and `/sign-out`.

use axum::Form;
use axum::body::Bytes;
use axum::extract::Query;
use axum::response::Response;
use loco_rs::controller::Routes;
use secrecy::SecretString;
use serde::Deserialize;

use super::context::Visit;
use crate::controllers::cookies;
use crate::controllers::extractors::htmx;
use crate::controllers::extractors::session::{Visitor, home_of};
use crate::controllers::local_path;
use crate::controllers::notice::NoticeWord;
use crate::controllers::pages::PageError;
use crate::controllers::routing::{get, post};
use crate::controllers::way_back;
use crate::members::sessions::{self, NewSession, SignInError};
use crate::members::sign_out;
use crate::models::kinds::EndReason;
use crate::views::web::sign_in::{SignIn, SignInProblem, Wait};

pub fn routes() -> Routes {
    Routes::new()
        .add("/sign-in", get(show).merge(post(sign_in)))
        .add("/sign-out", get(go_home).merge(post(leave)))
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
    // Who comes from signing up, or from a new password, goes on to where they were on the way to.
    let on_the_way = way_back::of(&visit.headers).unwrap_or_default();
    let next = local_path::checked(&way.next).or(local_path::checked(&on_the_way));
    if let Some(signed_in) = visit.visitor.signed_in() {
        let home = home_of(signed_in.user.role);
        return Ok(htmx::redirect(&visit.headers, next.unwrap_or(home)));
    }
    let page = SignIn {
        next: next.unwrap_or_default().to_owned(),
        problem: match visit.visitor {
            Visitor::Ended(why) => Some(SignInProblem::ended(why)),
            Visitor::SignedIn(_) | Visitor::Nobody => None,
        },
        ..SignIn::default()
    };
    let mut response = visit.show(&page)?;
    if matches!(visit.visitor, Visitor::Ended(_)) {
        // Told once; the next visit begins anew.
        cookies::forget_session(&mut response, &visit.services);
    }
    Ok(response)
}

async fn sign_in(visit: Visit, Form(typed): Form<Typed>) -> Result<Response, PageError> {
    let next = local_path::checked(&typed.next);
    let refused = |problem| SignIn {
        email: typed.email.clone(),
        next: next.unwrap_or_default().to_owned(),
        problem: Some(problem),
        wait: None,
    };
    match sessions::sign_in(&visit.services, &typed.email, typed.password, visit.caller()).await {
        Ok(session) => {
            let home = home_of(session.user.role);
            let response = htmx::redirect(&visit.headers, next.unwrap_or(home));
            Ok(signed_in_response(&visit, response, &session).await)
        }
        Err(SignInError::WrongCredentials) => visit.refuse(&refused(SignInProblem::WrongCredentials)),
        Err(SignInError::TooManyAttempts(limit)) => {
            let page = SignIn {
                wait: Some(Wait::of(limit.retry_after_secs)),
                ..refused(SignInProblem::TooManyAttempts)
            };
            visit.refuse_for_now(&page, limit)
        }
        Err(error) => Err(error.into()),
    }
}

/// Puts the new session into the answer, and ends the one that the browser had.
pub(super) async fn signed_in_response(visit: &Visit, mut response: Response, session: &NewSession) -> Response {
    let services = &visit.services;
    if let Some(earlier) = visit.visitor.signed_in()
        && let Err(error) = sign_out::end(services, earlier.session.id, EndReason::Replaced).await
    {
        // The new session stands; the earlier one ends by its time.
        tracing::warn!(%error, "an earlier session could not be ended");
    }
    cookies::keep_session(&mut response, services, &session.tokens);
    if let Some(mark) = services.sign_ins.marks.make(&session.user.email) {
        cookies::keep_mark(&mut response, services, mark);
    }
    response
}

/// Who leaves a hosted page, to come back as somebody else, names it.
async fn leave(visit: Visit, form: Bytes) -> Result<Response, PageError> {
    let way: Way = serde_urlencoded::from_bytes(&form).unwrap_or_default();
    if let Some(signed_in) = visit.visitor.signed_in() {
        sign_out::end(&visit.services, signed_in.session.id, EndReason::SignedOut).await?;
    }
    let next = local_path::checked(&way.next).unwrap_or("/");
    let mut response = visit.go_and_tell(next, NoticeWord::SignedOut);
    cookies::forget_session(&mut response, &visit.services);
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
