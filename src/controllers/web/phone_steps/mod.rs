//! The steps that show that a phone is in somebody's hands, for each flow: number, code, another code. What has been
//! reached is in a cookie, so that pages can be reloaded, gone back to and read in another language.

mod asking;
mod code;
mod not_asked;

use axum::response::Response;

pub(super) use self::asking::TypedPhone;
pub(super) use self::code::TypedCode;
pub(super) use self::not_asked::NotAsked;
use super::context::Visit;
use crate::controllers::cookies;
use crate::controllers::extractors::htmx;
use crate::controllers::notice::NoticeWord;
use crate::controllers::pages::PageError;
use crate::ids::UserId;
use crate::members::phone::tickets::{ASKED_SECS, Asked, PROVEN_SECS, Proven, Ticket};
use crate::members::phone::{PhoneNumber, Purpose};
use crate::views::web::phone::Flow;

/// One flow for one visitor.
#[derive(Clone, Copy)]
pub(super) struct Steps {
    pub flow: Flow,
    /// Whose ticket it is, where somebody is signed in.
    pub owner: Option<UserId>,
}

impl Steps {
    pub const fn anybody(flow: Flow) -> Self {
        Self { flow, owner: None }
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
        let sealed = cookies::value(&visit.headers, self.cookie(visit))?;
        Ticket::open(&visit.services, self.purpose(), self.owner, &sealed)
    }

    pub fn forget(self, visit: &Visit, response: &mut Response) {
        cookies::forget(response, &visit.services, self.cookie(visit));
    }

    fn carry(self, visit: &Visit, response: &mut Response, ticket: &Ticket) -> Result<(), PageError> {
        let lives_secs = match ticket {
            Ticket::Asked(_) => ASKED_SECS,
            Ticket::Proven(_) => PROVEN_SECS,
        };
        let sealed = ticket.seal(&visit.services, self.purpose(), self.owner);
        let sealed = sealed.map_err(|error| PageError::internal(&error))?;
        cookies::set(response, &visit.services, self.cookie(visit), sealed, lives_secs);
        Ok(())
    }

    const fn purpose(self) -> Purpose {
        match self.flow {
            Flow::SignUp => Purpose::SignUp,
            Flow::NewPassword => Purpose::NewPassword,
            Flow::NewNumber => Purpose::NewNumber,
        }
    }

    /// Behind https a neighbour's subdomain cannot plant it: what another phone has shown must not become this visitor's.
    fn cookie(self, visit: &Visit) -> &'static str {
        match (self.flow, visit.services.settings.security.secure_cookies) {
            (Flow::SignUp, false) => "naru_sign_up",
            (Flow::SignUp, true) => "__Host-naru_sign_up",
            (Flow::NewPassword, false) => "naru_new_password",
            (Flow::NewPassword, true) => "__Host-naru_new_password",
            (Flow::NewNumber, false) => "naru_new_number",
            (Flow::NewNumber, true) => "__Host-naru_new_number",
        }
    }
}
