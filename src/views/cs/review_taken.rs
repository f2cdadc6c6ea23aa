//! The question before a review is taken from somebody else.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::views::{example, page::Page, transfer::TransferRow};

/// The answer to `POST /cs/reviews/{id}/assignment` where another has it. Its form: the same (`over`, `back`).
#[derive(Clone, Debug, Serialize)]
pub struct ReviewTaken {
    pub transfer: TransferRow,
    pub holder_name: String,
    pub since: DateTime<Utc>,
    /// Who has it, sent along: a third one who took it meanwhile is asked about again.
    pub over: String,
    /// The page that the form stood on.
    pub back: String,
}

impl Page for ReviewTaken {
    const TEMPLATE: &'static str = "cs/review_taken.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let page = Self {
            transfer: example::rows().remove(4),
            holder_name: example::HOSTILE.to_owned(),
            since: example::at(30),
            over: "019ac1f05d7a7b3e8c41f2a90b6d7e10".to_owned(),
            back: "/cs/reviews".to_owned(),
        };
        vec![("another has it", page)]
    }
}
