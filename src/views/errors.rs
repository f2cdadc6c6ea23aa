//! The page for a request that could not be answered as asked. It says what to do, and whether money moved.

use axum::http::StatusCode;
use serde::Serialize;

use super::page::Page;
use crate::models::kinds::MoneyMoved;

/// An error in the page's own frame. The reference number is the frame's.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct ErrorPage {
    pub kind: ErrorKind,
    /// `No` for every request that only reads, and for every one refused before anything was written.
    pub money_moved: MoneyMoved,
}

/// What went wrong, as the reader can act on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorKind {
    /// The request makes no sense to us.
    BadRequest,
    /// Signed in, but not for this: a member at the desk, staff on a member's page.
    Forbidden,
    NotFound,
    MethodNotAllowed,
    TooManyRequests,
    /// Our fault.
    Internal,
    /// The database is away for a moment.
    Unavailable,
}

impl ErrorKind {
    pub const ALL: [Self; 7] = [
        Self::BadRequest,
        Self::Forbidden,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::TooManyRequests,
        Self::Internal,
        Self::Unavailable,
    ];

    /// The kind for a status; any other one is a bad request (4xx) or our fault.
    #[must_use]
    pub fn of(status: StatusCode) -> Self {
        match status {
            StatusCode::FORBIDDEN => Self::Forbidden,
            StatusCode::NOT_FOUND => Self::NotFound,
            StatusCode::METHOD_NOT_ALLOWED => Self::MethodNotAllowed,
            StatusCode::TOO_MANY_REQUESTS => Self::TooManyRequests,
            StatusCode::SERVICE_UNAVAILABLE => Self::Unavailable,
            other if other.is_client_error() => Self::BadRequest,
            _ => Self::Internal,
        }
    }

    /// The status to answer with.
    #[must_use]
    pub const fn status(self) -> StatusCode {
        match self {
            Self::BadRequest => StatusCode::BAD_REQUEST,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooManyRequests => StatusCode::TOO_MANY_REQUESTS,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

impl ErrorPage {
    /// For a request that wrote nothing.
    #[must_use]
    pub const fn nothing_moved(kind: ErrorKind) -> Self {
        Self {
            kind,
            money_moved: MoneyMoved::No,
        }
    }
}

impl Page for ErrorPage {
    const TEMPLATE: &'static str = "errors/error.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let mut samples: Vec<_> = ErrorKind::ALL
            .into_iter()
            .map(|kind| ("nothing moved", Self::nothing_moved(kind)))
            .collect();
        for money_moved in [MoneyMoved::Yes, MoneyMoved::Unknown] {
            let kind = ErrorKind::Internal;
            samples.push(("money in question", Self { kind, money_moved }));
        }
        samples
    }
}

#[cfg(test)]
mod tests {
    use super::ErrorKind;

    #[test]
    fn a_kind_and_its_status_agree() {
        for kind in ErrorKind::ALL {
            assert_eq!(ErrorKind::of(kind.status()), kind);
        }
    }
}
