//! The code's page, and what it says of a code that is not right or leads no further.

use axum::response::Response;
use serde::Deserialize;

use super::Steps;
use crate::controllers::extractors::htmx;
use crate::controllers::pages::PageError;
use crate::controllers::web::context::Visit;
use crate::members::phone::PhoneNumber;
use crate::members::phone::codes::{self, CodeError};
use crate::members::phone::tickets::{Asked, Ticket};
use crate::security::masking;
use crate::views::form::{FieldErrors, FieldProblem};
use crate::views::web::phone::{CodeForm, CodeProblem, PhoneTaken, Wait};

#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::controllers::web) struct TypedCode {
    pub code: String,
}

impl Steps {
    /// The page of the code; who has none yet, or has shown it already, is sent to where they are.
    pub fn show_code(self, visit: &Visit, proven_path: &str) -> Result<Response, PageError> {
        match self.ticket(visit) {
            Some(Ticket::Asked(asked)) => visit.show(&self.code_form(visit, &asked)),
            Some(Ticket::Proven(_)) => Ok(htmx::redirect(&visit.headers, proven_path)),
            None => Ok(self.start_over(visit)),
        }
    }

    /// The code's page again, saying what was wrong with the code.
    pub fn refuse_code(self, visit: &Visit, asked: &Asked, error: &CodeError) -> Result<Response, PageError> {
        let mut page = self.code_form(visit, asked);
        match error {
            CodeError::NotACode => page.errors = FieldErrors::from([("code", FieldProblem::CodeFormat)]),
            CodeError::Wrong { guesses_left } => {
                (page.problem, page.guesses_left) = (Some(CodeProblem::Wrong), *guesses_left);
            }
            CodeError::Gone => page.problem = Some(CodeProblem::Gone),
            CodeError::Index(_) => return Err(PageError::internal(error)),
        }
        visit.refuse(&page)
    }

    pub fn taken(self, phone: &PhoneNumber, email: &str) -> PhoneTaken {
        PhoneTaken {
            flow: self.flow,
            phone: phone.masked(),
            email: masking::email(email),
        }
    }

    fn code_form(self, visit: &Visit, asked: &Asked) -> CodeForm {
        let left = codes::pause_left_secs(asked.at, visit.services.clock.now());
        CodeForm::new(self.flow, asked.phone.masked(), Wait::of_secs(left.into()))
    }
}
