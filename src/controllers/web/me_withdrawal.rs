//! `/me/withdrawal`: a member leaves.

use axum::Form;
use axum::http::StatusCode;
use axum::response::Response;
use loco_rs::controller::Routes;
use secrecy::SecretString;
use serde::Deserialize;

use super::context::MemberVisit;
use super::rows;
use crate::controllers::cookies::{self, DEVICE_COOKIE};
use crate::controllers::notice::NoticeWord;
use crate::controllers::pages::PageError;
use crate::controllers::routing::{get, post};
use crate::members::password_change::ProofError;
use crate::members::withdrawal::{self, WithdrawalError};
use crate::views::form::{FieldErrors, FieldProblem};
use crate::views::web::me_withdrawal::MeWithdrawal;
use crate::views::web::sign_in::Wait;

pub fn routes() -> Routes {
    Routes::new().add("/me/withdrawal", get(show).merge(post(withdraw)))
}

#[derive(Deserialize)]
#[serde(default)]
struct Typed {
    password: SecretString,
}

impl Default for Typed {
    fn default() -> Self {
        Self {
            password: String::new().into(),
        }
    }
}

async fn show(visit: MemberVisit) -> Result<Response, PageError> {
    visit.show(&present(&visit).await?)
}

async fn withdraw(visit: MemberVisit, Form(typed): Form<Typed>) -> Result<Response, PageError> {
    let services = &visit.services;
    let signed_in = visit.visitor.signed_in().ok_or(PageError::forbidden())?;
    match withdrawal::withdraw(services, &signed_in.user, typed.password).await {
        Ok(()) => {
            let mut response = visit.go_and_tell("/", NoticeWord::Withdrawn);
            cookies::forget_session(&mut response, services);
            cookies::forget(&mut response, services, DEVICE_COOKIE);
            Ok(response)
        }
        Err(WithdrawalError::WrongPassword) => {
            let errors = FieldErrors::from([("password", FieldProblem::PasswordWrong)]);
            visit.refuse(&MeWithdrawal {
                errors,
                ..present(&visit).await?
            })
        }
        Err(WithdrawalError::Proof(ProofError::TooManyAttempts(limit))) => {
            let page = MeWithdrawal {
                wait: Some(Wait::of(limit.retry_after_secs)),
                ..present(&visit).await?
            };
            visit.refuse_for_now(&page, limit)
        }
        Err(WithdrawalError::Unsettled) => visit.refuse_as(StatusCode::CONFLICT, &present(&visit).await?, None),
        Err(WithdrawalError::LinkInHand) => {
            let page = MeWithdrawal {
                link_in_hand: true,
                ..present(&visit).await?
            };
            visit.refuse_as(StatusCode::CONFLICT, &page, None)
        }
        Err(WithdrawalError::NotFound) => Err(PageError::not_found()),
        Err(WithdrawalError::Database(error)) => Err(error.into()),
        Err(error @ (WithdrawalError::Proof(_) | WithdrawalError::Seal(_))) => Err(PageError::internal(&error)),
    }
}

async fn present(visit: &MemberVisit) -> Result<MeWithdrawal, PageError> {
    let unsettled = withdrawal::unsettled_of(visit.db(), visit.member).await?;
    Ok(MeWithdrawal {
        unsettled: unsettled.into_iter().map(rows::transfer_row).collect(),
        ..MeWithdrawal::default()
    })
}
