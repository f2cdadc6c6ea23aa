//! `/me/factor/recovery-codes`: new recovery codes, for who shows a code of the app once more: an open session alone, left
//! at a desk, makes no keys to it.

use axum::Form;
use axum::response::Response;
use loco_rs::controller::Routes;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::me_factor::{DoorVisit, digits, failed};
use super::me_factor_new::{DESK_ME, codes_page};
use crate::controllers::extractors::door::{ENROLMENT, FACTOR};
use crate::controllers::extractors::htmx;
use crate::controllers::pages::PageError;
use crate::controllers::routing::{get, post};
use crate::desk::factor::{self, FactorError, Standing, recovery};
use crate::security::totp::DIGITS;
use crate::views::cs::factor::FactorProblem;
use crate::views::cs::factor_renew::FactorRenew;
use crate::views::form::{FieldErrors, FieldProblem};
use crate::views::web::sign_in::Wait;

pub fn routes() -> Routes {
    Routes::new().add("/me/factor/recovery-codes", get(show).merge(post(renew)))
}

#[derive(Deserialize)]
#[serde(default)]
struct Typed {
    code: SecretString,
}

impl Default for Typed {
    fn default() -> Self {
        Self {
            code: String::new().into(),
        }
    }
}

async fn show(visit: DoorVisit) -> Result<Response, PageError> {
    if visit.at.standing != Standing::Open {
        return Ok(htmx::redirect(&visit.headers, FACTOR));
    }
    if factor::of(visit.db(), visit.at.signed_in.user.id).await?.is_none() {
        return Ok(htmx::redirect(&visit.headers, ENROLMENT));
    }
    visit.show(&FactorRenew::default())
}

/// The new codes are in the answer alone: who reloads their address is asked for a code again.
async fn renew(visit: DoorVisit, Form(typed): Form<Typed>) -> Result<Response, PageError> {
    if visit.at.standing != Standing::Open {
        return Ok(htmx::redirect(&visit.headers, FACTOR));
    }
    let code = digits(typed.code.expose_secret());
    if code.len() != DIGITS {
        return visit.refuse(&FactorRenew {
            errors: FieldErrors::from([("code", FieldProblem::CodeFormat)]),
            ..FactorRenew::default()
        });
    }
    let user = visit.at.signed_in.user.id;
    match recovery::renew(&visit.services, user, &code, visit.by()).await {
        Ok(codes) => visit.show(&codes_page(&codes, DESK_ME)),
        Err(FactorError::NotEnrolled) => Ok(htmx::redirect(&visit.headers, ENROLMENT)),
        Err(FactorError::WrongCode) => visit.refuse(&FactorRenew {
            problem: Some(FactorProblem::Wrong),
            ..FactorRenew::default()
        }),
        Err(FactorError::TooManyAttempts(limit)) => {
            let page = FactorRenew {
                problem: Some(FactorProblem::TooManyAttempts),
                wait: Some(Wait::of(limit.retry_after_secs)),
                ..FactorRenew::default()
            };
            visit.refuse_for_now(&page, limit)
        }
        Err(error) => failed(&visit, error),
    }
}
