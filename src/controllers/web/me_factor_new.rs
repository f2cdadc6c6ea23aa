//! `/me/factor/new`: staff enrol a second factor and see their recovery codes, once.
//!
//! The secret is in a cookie until its first code proves that an app has it, sealed for this session: a reload and the other
//! language show the same one. The codes are in the answer to a form and no redirect leads to them, for they are kept nowhere.

use axum::Form;
use axum::extract::Query;
use axum::response::Response;
use loco_rs::controller::Routes;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::me_factor::{DoorVisit, Way, digits, failed, kept, way_on};
use super::sign_in::signed_in_response;
use crate::controllers::cookies;
use crate::controllers::extractors::door::{ENROLMENT, FACTOR, with_next};
use crate::controllers::extractors::htmx;
use crate::controllers::local_path;
use crate::controllers::pages::PageError;
use crate::controllers::routing::{get, post};
use crate::desk::factor::enrol::{self, Enrolment};
use crate::desk::factor::recovery::RecoveryCodes;
use crate::desk::factor::{self, FactorError, Standing};
use crate::security::totp::{DIGITS, TotpSecret};
use crate::views::cs::factor_codes::FactorCodes;
use crate::views::cs::factor_new::FactorNew;
use crate::views::form::{FieldErrors, FieldProblem};
use crate::views::qr::Qr;

/// Carries the secret that is about to be enrolled, sealed.
const COOKIE: &str = "naru_enrolling";
const KEPT_SECS: i64 = 30 * 60;
pub(super) const DESK_ME: &str = "/cs/me";

pub fn routes() -> Routes {
    Routes::new().add(ENROLMENT, get(show).merge(post(check)))
}

#[derive(Deserialize)]
#[serde(default)]
struct Typed {
    code: SecretString,
    next: String,
}

impl Default for Typed {
    fn default() -> Self {
        Self {
            code: String::new().into(),
            next: String::new(),
        }
    }
}

async fn show(visit: DoorVisit, Query(way): Query<Way>) -> Result<Response, PageError> {
    if let Some(elsewhere) = enrolled_before(&visit, &way.next).await? {
        return Ok(elsewhere);
    }
    let (secret, is_new) = brought(&visit).map_or_else(|| (TotpSecret::random(), true), |secret| (secret, false));
    let mut response = visit.show(&page(&visit, &secret, &way.next)?)?;
    if is_new {
        keep(&mut response, &visit, &secret)?;
    }
    Ok(response)
}

async fn check(visit: DoorVisit, Form(typed): Form<Typed>) -> Result<Response, PageError> {
    if let Some(elsewhere) = enrolled_before(&visit, &typed.next).await? {
        return Ok(elsewhere);
    }
    let Some(secret) = brought(&visit) else {
        return begin_anew(&visit, &typed.next);
    };
    let code = digits(typed.code.expose_secret());
    let refused = |problem| {
        let refused = page(&visit, &secret, &typed.next)?;
        visit.refuse(&FactorNew {
            errors: FieldErrors::from([("code", problem)]),
            ..refused
        })
    };
    if code.len() != DIGITS {
        return refused(FieldProblem::CodeFormat);
    }
    let wanted = Enrolment {
        who: &visit.at.signed_in,
        secret: secret.clone(),
        code: &code,
        device: visit.device(),
    };
    match enrol::enrol(&visit.services, wanted, visit.by()).await {
        Ok(enrolled) => {
            let response = visit.show(&codes_page(&enrolled.codes, &typed.next))?;
            let mut response = signed_in_response(&visit, response, &enrolled.session).await;
            cookies::forget(&mut response, &visit.services, COOKIE);
            Ok(response)
        }
        Err(FactorError::WrongCode) => refused(FieldProblem::FactorCodeWrong),
        Err(FactorError::AlreadyEnrolled) => Ok(htmx::redirect(&visit.headers, FACTOR)),
        Err(error) => failed(&visit, error),
    }
}

/// Where somebody belongs who has a factor already.
async fn enrolled_before(visit: &DoorVisit, next: &str) -> Result<Option<Response>, PageError> {
    let to = |path: &str| Some(htmx::redirect(&visit.headers, path));
    Ok(match visit.at.standing {
        Standing::CodeNeeded | Standing::PasswordGiven => to(&with_next(FACTOR, local_path::checked(next))),
        Standing::EnrolmentNeeded => None,
        Standing::Open => {
            let found = factor::of(visit.db(), visit.at.signed_in.user.id).await?;
            found.and_then(|_| to(DESK_ME))
        }
    })
}

/// The secret that this session's page showed before.
fn brought(visit: &DoorVisit) -> Option<TotpSecret> {
    let sealed = cookies::value(&visit.headers, COOKIE)?;
    enrol::open(&visit.services.sealer, visit.at.signed_in.session.id, &sealed)
}

/// The form came without the secret that its code is of: another one is to be put into the app.
fn begin_anew(visit: &DoorVisit, next: &str) -> Result<Response, PageError> {
    let secret = TotpSecret::random();
    let page = FactorNew {
        is_anew: true,
        ..page(visit, &secret, next)?
    };
    let mut response = visit.refuse(&page)?;
    keep(&mut response, visit, &secret)?;
    Ok(response)
}

fn keep(response: &mut Response, visit: &DoorVisit, secret: &TotpSecret) -> Result<(), PageError> {
    let sealed = enrol::seal(&visit.services.sealer, visit.at.signed_in.session.id, secret);
    let sealed = sealed.map_err(|error| PageError::internal(&error))?;
    cookies::set(response, &visit.services, COOKIE, sealed, KEPT_SECS);
    Ok(())
}

fn page(visit: &DoorVisit, secret: &TotpSecret, next: &str) -> Result<FactorNew, PageError> {
    let address = FactorNew::address(&visit.at.signed_in.user.email, &secret.to_text());
    Ok(FactorNew {
        next: kept(next),
        secret: secret.to_text(),
        qr: Qr::of(&address).map_err(|error| PageError::internal(&error))?,
        is_demanded: visit.at.standing == Standing::EnrolmentNeeded,
        is_anew: false,
        errors: FieldErrors::new(),
    })
}

pub(super) fn codes_page(codes: &RecoveryCodes, next: &str) -> FactorCodes {
    FactorCodes {
        codes: codes.to_texts(),
        next: way_on(next).to_owned(),
    }
}
