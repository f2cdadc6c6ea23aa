//! Why no code was sent, as a page can tell it.

use axum::http::StatusCode;
use axum::response::Response;

use crate::controllers::pages::PageError;
use crate::controllers::web::context::Visit;
use crate::members::attempts::TooManyAttempts;
use crate::members::phone::codes::SendError;
use crate::views::page::Page;
use crate::views::web::phone::{SendProblem, Wait};

#[derive(Clone, Copy)]
pub(in crate::controllers::web) enum NotAsked {
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

    pub fn answer<P: Page>(self, visit: &Visit, page: &P) -> Result<Response, PageError> {
        match self {
            Self::Wait(limit) => visit.refuse_for_now(page, limit),
            Self::NotSent => visit.refuse_as(StatusCode::SERVICE_UNAVAILABLE, page, None),
        }
    }
}
