//! The steps that show that a phone is in somebody's hands, for each flow: number, code, another code. What has been
//! reached is in a cookie, so that pages can be reloaded, gone back to and read in another language.

use std::net::IpAddr;

use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::context::Visit;
use crate::controllers::cookies;
use crate::controllers::extractors::htmx;
use crate::controllers::notice::NoticeWord;
use crate::controllers::pages::PageError;
use crate::ids::UserId;
use crate::members::attempts::TooManyAttempts;
use crate::members::forgotten::{self, ForgottenError};
use crate::members::phone::codes::{self, CodeError, SendError};
use crate::members::phone::tickets::{ASKED_SECS, Asked, PROVEN_SECS, Proven, Ticket};
use crate::members::phone::{PhoneNumber, Purpose};
use crate::members::{profile, sign_up};
use crate::views::form::{FieldErrors, FieldProblem};
use crate::views::web::phone::{CodeForm, CodeProblem, Flow, PhoneForm, PhoneTaken, SendProblem, Wait};

/// One flow for one visitor.
#[derive(Clone, Copy)]
pub(super) struct Steps {
    pub flow: Flow,
    /// Whose ticket it is, where somebody is signed in.
    pub owner: Option<UserId>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct TypedPhone {
    pub phone: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct TypedCode {
    pub code: String,
}

impl Steps {
    pub const fn anybody(flow: Flow) -> Self {
        Self { flow, owner: None }
    }

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

    /// Goes to the code's page with a ticket for the number.
    pub fn sent(self, visit: &Visit, phone: PhoneNumber, word: Option<NoticeWord>) -> Result<Response, PageError> {
        let path = format!("{}/code", self.flow.base());
        let mut response = match word {
            Some(word) => visit.go_and_tell(&path, word),
            None => htmx::redirect(&visit.headers, &path),
        };
        let at = visit.services.clock.now();
        self.carry(visit, &mut response, &Ticket::Asked(Asked { phone, at }))?;
        Ok(response)
    }

    /// The page of the code; who has none yet, or has shown it already, is sent to where they are.
    pub fn show_code(self, visit: &Visit, proven_path: &str) -> Result<Response, PageError> {
        match self.ticket(visit) {
            Some(Ticket::Asked(asked)) => visit.show(&self.code_form(visit, &asked)),
            Some(Ticket::Proven(_)) => Ok(htmx::redirect(&visit.headers, proven_path)),
            None => Ok(self.start_over(visit)),
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

    /// The code was right: the page after it, with a ticket that says so.
    pub fn proven(self, visit: &Visit, path: &str, proven: Proven) -> Result<Response, PageError> {
        let mut response = htmx::redirect(&visit.headers, path);
        self.carry(visit, &mut response, &Ticket::Proven(proven))?;
        Ok(response)
    }

    pub fn start_over(self, visit: &Visit) -> Response {
        let base = match self.flow {
            Flow::NewNumber => "/me/profile",
            Flow::SignUp | Flow::NewPassword => self.flow.base(),
        };
        visit.go_and_tell(base, NoticeWord::PhoneStepOver)
    }

    /// What the browser carries of this flow.
    pub fn ticket(self, visit: &Visit) -> Option<Ticket> {
        let sealed = cookies::value(&visit.headers, self.cookie())?;
        Ticket::open(&visit.services, self.purpose(), self.owner, &sealed)
    }

    pub fn forget(self, visit: &Visit, response: &mut Response) {
        cookies::forget(response, &visit.services, self.cookie());
    }

    pub fn taken(self, phone: &PhoneNumber, email: &str) -> PhoneTaken {
        PhoneTaken {
            flow: self.flow,
            phone: phone.masked(),
            email: crate::security::masking::email(email),
        }
    }

    fn carry(self, visit: &Visit, response: &mut Response, ticket: &Ticket) -> Result<(), PageError> {
        let lives_secs = match ticket {
            Ticket::Asked(_) => ASKED_SECS,
            Ticket::Proven(_) => PROVEN_SECS,
        };
        let sealed = ticket.seal(&visit.services, self.purpose(), self.owner);
        let sealed = sealed.map_err(|error| PageError::internal(&error))?;
        cookies::set(response, &visit.services, self.cookie(), sealed, lives_secs);
        Ok(())
    }

    fn code_form(self, visit: &Visit, asked: &Asked) -> CodeForm {
        let left = codes::pause_left_secs(asked.at, visit.services.clock.now());
        CodeForm::new(self.flow, asked.phone.masked(), Wait::of_secs(left.into()))
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
            Flow::NewNumber => profile::send_code(services, phone, peer, language).await,
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

    const fn purpose(self) -> Purpose {
        match self.flow {
            Flow::SignUp => Purpose::SignUp,
            Flow::NewPassword => Purpose::NewPassword,
            Flow::NewNumber => Purpose::NewNumber,
        }
    }

    const fn cookie(self) -> &'static str {
        match self.flow {
            Flow::SignUp => "naru_sign_up",
            Flow::NewPassword => "naru_new_password",
            Flow::NewNumber => "naru_new_number",
        }
    }
}

/// Why no code was sent, as a page can tell it.
#[derive(Clone, Copy)]
pub(super) enum NotAsked {
    Wait(TooManyAttempts),
    NotSent,
}

impl NotAsked {
    pub fn of(error: &SendError) -> Result<Self, PageError> {
        match error {
            SendError::TooMany(limit) => Ok(Self::Wait(*limit)),
            SendError::NotSent(_) => Ok(Self::NotSent),
            SendError::Index(error) => Err(PageError::internal(error)),
        }
    }

    pub const fn problem(self) -> SendProblem {
        match self {
            Self::Wait(_) => self.wait().problem(),
            Self::NotSent => SendProblem::NotSent,
        }
    }

    pub const fn wait(self) -> Wait {
        match self {
            Self::Wait(limit) => Wait::of_secs(limit.retry_after_secs),
            Self::NotSent => Wait::of_secs(0),
        }
    }

    pub fn answer<P: crate::views::page::Page>(self, visit: &Visit, page: &P) -> Result<Response, PageError> {
        match self {
            Self::Wait(limit) => visit.refuse_for_now(page, limit),
            Self::NotSent => visit.refuse_as(StatusCode::SERVICE_UNAVAILABLE, page, None),
        }
    }
}
