//! A code is sent, or it is told why not.

use std::net::IpAddr;

use axum::response::Response;
use serde::Deserialize;

use super::{NotAsked, Steps};
use crate::controllers::notice::NoticeWord;
use crate::controllers::pages::PageError;
use crate::controllers::web::context::Visit;
use crate::members::forgotten::{self, ForgottenError};
use crate::members::phone::PhoneNumber;
use crate::members::phone::tickets::Ticket;
use crate::members::{new_number, sign_up};
use crate::views::form::{FieldErrors, FieldProblem};
use crate::views::web::phone::{CodeForm, Flow, PhoneForm};

#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::controllers::web) struct TypedPhone {
    pub phone: String,
}

impl Steps {
    /// The number was typed: a code is sent, and the code's page is next.
    pub async fn begin(self, visit: &Visit, peer: Option<IpAddr>, typed: TypedPhone) -> Result<Response, PageError> {
        let mut page = PhoneForm::new(self.flow, typed.phone);
        let Some(phone) = PhoneNumber::parse(&page.phone) else {
            let problem = if page.phone.trim().is_empty() {
                FieldProblem::Required
            } else {
                FieldProblem::PhoneFormat
            };
            page.errors = FieldErrors::from([("phone", problem)]);
            return visit.refuse(&page);
        };
        match self.ask(visit, &phone, peer).await? {
            Ok(()) => self.sent(visit, phone, None),
            Err(refused) => {
                (page.problem, page.wait) = (Some(refused.problem()), refused.wait());
                refused.answer(visit, &page)
            }
        }
    }

    pub async fn resend(self, visit: &Visit, peer: Option<IpAddr>) -> Result<Response, PageError> {
        let Some(Ticket::Asked(asked)) = self.ticket(visit) else {
            return Ok(self.start_over(visit));
        };
        match self.ask(visit, &asked.phone, peer).await? {
            Ok(()) => self.sent(visit, asked.phone, Some(NoticeWord::CodeSentAgain)),
            Err(refused) => {
                let mut page = CodeForm::new(self.flow, asked.phone.masked(), refused.wait());
                page.send_problem = Some(refused.problem());
                refused.answer(visit, &page)
            }
        }
    }

    async fn ask(
        self,
        visit: &Visit,
        phone: &PhoneNumber,
        peer: Option<IpAddr>,
    ) -> Result<Result<(), NotAsked>, PageError> {
        let (services, language) = (&visit.services, visit.frame.lang);
        let asked = match self.flow {
            Flow::SignUp => sign_up::ask(services, phone, peer, language).await,
            Flow::NewNumber => new_number::send_code(services, phone, peer, language).await,
            Flow::NewPassword => match forgotten::ask(services, phone, peer, language).await {
                Ok(()) => Ok(()),
                Err(ForgottenError::Send(error)) => Err(error),
                Err(ForgottenError::Database(error)) => return Err(error.into()),
                Err(other) => return Err(PageError::internal(&other)),
            },
        };
        match asked {
            Ok(()) => Ok(Ok(())),
            Err(error) => NotAsked::of(&error).map(Err),
        }
    }
}
