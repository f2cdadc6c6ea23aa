//! `/me/factor`: the page that asks staff for their second factor, before anything else opens.

use axum::Form;
use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use loco_rs::controller::Routes;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::context::Visit;
use super::sign_in::signed_in_response;
use crate::controllers::extractors::door::{ENROLMENT, FACTOR, StaffAtDoor, with_next};
use crate::controllers::extractors::htmx;
use crate::controllers::extractors::session::STAFF_HOME;
use crate::controllers::local_path;
use crate::controllers::notice::{self, NoticeWord};
use crate::controllers::pages::PageError;
use crate::controllers::routing::{get, post};
use crate::desk::audit::By;
use crate::desk::factor::show::{self, Shown};
use crate::desk::factor::{FactorError, Standing};
use crate::ids::RequestId;
use crate::security::totp::DIGITS;
use crate::views::cs::factor::{FactorAsked, FactorProblem};
use crate::views::form::{FieldErrors, FieldProblem};
use crate::views::web::sign_in::Wait;

pub fn routes() -> Routes {
    Routes::new().add(FACTOR, get(show_page).merge(post(check)))
}

/// A visit of staff to the pages of the second factor, whether or not their session is open.
pub(super) struct DoorVisit {
    pub at: StaffAtDoor,
    visit: Visit,
}

impl<S: Send + Sync> FromRequestParts<S> for DoorVisit {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let at = StaffAtDoor::from_request_parts(parts, state).await?;
        let mut visit = Visit::from_request_parts(parts, state)
            .await
            .map_err(IntoResponse::into_response)?;
        if at.standing != Standing::Open {
            // Nothing there opens yet.
            visit.frame.desk_places.clear();
        }
        Ok(Self { at, visit })
    }
}

impl std::ops::Deref for DoorVisit {
    type Target = Visit;

    fn deref(&self) -> &Visit {
        &self.visit
    }
}

impl DoorVisit {
    /// Who acts, for the audit.
    pub fn by(&self) -> By {
        By {
            staff: self.at.signed_in.user.id,
            request_id: Some(RequestId::new(self.frame.request_id.clone()))
                .filter(|_| !self.frame.request_id.is_empty()),
        }
    }

    /// On to where they wanted to go.
    pub fn go_on(&self, next: &str) -> Response {
        htmx::redirect(&self.headers, way_on(next))
    }
}

/// Where somebody goes on to, behind the door.
pub(super) fn way_on(next: &str) -> &str {
    local_path::checked(next).unwrap_or(STAFF_HOME)
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Way {
    pub next: String,
}

#[derive(Deserialize)]
#[serde(default)]
struct Typed {
    code: SecretString,
    recovery_code: SecretString,
    next: String,
}

impl Default for Typed {
    fn default() -> Self {
        Self {
            code: String::new().into(),
            recovery_code: String::new().into(),
            next: String::new(),
        }
    }
}

async fn show_page(visit: DoorVisit, Query(way): Query<Way>) -> Result<Response, PageError> {
    match visit.at.standing {
        Standing::Open => Ok(visit.go_on(&way.next)),
        Standing::EnrolmentNeeded => Ok(to_enrolment(&visit, &way.next)),
        Standing::PasswordGiven | Standing::CodeNeeded => visit.show(&FactorAsked {
            next: kept(&way.next),
            ..FactorAsked::default()
        }),
    }
}

async fn check(visit: DoorVisit, Form(typed): Form<Typed>) -> Result<Response, PageError> {
    if visit.at.standing == Standing::Open {
        return Ok(visit.go_on(&typed.next));
    }
    let recovery_code = typed.recovery_code.expose_secret().trim();
    let is_by_recovery = !recovery_code.is_empty();
    let code = digits(typed.code.expose_secret());
    let refused = FactorAsked {
        next: kept(&typed.next),
        is_by_recovery,
        ..FactorAsked::default()
    };
    if !is_by_recovery && code.len() != DIGITS {
        let page = FactorAsked {
            errors: FieldErrors::from([("code", FieldProblem::CodeFormat)]),
            ..refused
        };
        return visit.refuse(&page);
    }
    let shown = if is_by_recovery {
        Shown::RecoveryCode(recovery_code)
    } else {
        Shown::Code(&code)
    };
    match show::show(&visit.services, &visit.at.signed_in, shown, visit.device(), visit.by()).await {
        Ok(session) => {
            let next = way_on(&typed.next);
            let response = if is_by_recovery {
                notice::redirect(&visit.services, &visit.headers, next, NoticeWord::RecoveryCodeUsed)
            } else {
                htmx::redirect(&visit.headers, next)
            };
            Ok(signed_in_response(&visit, response, &session).await)
        }
        Err(FactorError::WrongCode) => visit.refuse(&FactorAsked {
            problem: Some(FactorProblem::Wrong),
            ..refused
        }),
        Err(FactorError::TooManyAttempts(limit)) => {
            let page = FactorAsked {
                problem: Some(FactorProblem::TooManyAttempts),
                wait: Some(Wait::of(limit.retry_after_secs)),
                ..refused
            };
            visit.refuse_for_now(&page, limit)
        }
        Err(FactorError::NotEnrolled) => Ok(to_enrolment(&visit, &typed.next)),
        Err(error) => failed(&visit, error),
    }
}

/// The code as apps show it has a space in its middle.
pub(super) fn digits(typed: &str) -> String {
    typed.chars().filter(|letter| !letter.is_whitespace()).collect()
}

/// Where to go on to, as a form carries it.
pub(super) fn kept(next: &str) -> String {
    local_path::checked(next).unwrap_or_default().to_owned()
}

fn to_enrolment(visit: &DoorVisit, next: &str) -> Response {
    htmx::redirect(&visit.headers, &with_next(ENROLMENT, local_path::checked(next)))
}

/// What is no answer to what was typed.
pub(super) fn failed(visit: &DoorVisit, error: FactorError) -> Result<Response, PageError> {
    match error {
        // They sign in again, if they still can.
        FactorError::SessionOver => Ok(htmx::redirect(&visit.headers, "/sign-in")),
        FactorError::Database(error) => Err(error.into()),
        other => Err(PageError::internal(&other)),
    }
}
