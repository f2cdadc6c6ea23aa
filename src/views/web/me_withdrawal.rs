//! `/me/withdrawal`: what leaving means, what is in its way, and the last step.

use serde::Serialize;

use super::sign_in::Wait;
use crate::models::kinds::{TransferKind, TransferState};
use crate::views::form::{FieldErrors, FieldProblem};
use crate::views::transfer::TransferRow;
use crate::views::{example, page::Page};

/// `GET /me/withdrawal`, and the answer to a `POST` that failed.
#[derive(Clone, Debug, Default, Serialize)]
pub struct MeWithdrawal {
    /// Whose outcome is not known yet; while there are any, there is no form.
    pub unsettled: Vec<TransferRow>,
    /// The bank is being asked about an account just now.
    pub link_in_hand: bool,
    /// Fields: `password`.
    pub errors: FieldErrors,
    /// After too many wrong passwords: until the next try.
    pub wait: Option<Wait>,
}

impl Page for MeWithdrawal {
    const TEMPLATE: &'static str = "web/me_withdrawal.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let blocked = Self {
            unsettled: vec![
                example::row(TransferKind::Payment, TransferState::Unknown),
                example::row(TransferKind::Refund, TransferState::Queued),
            ],
            ..Self::default()
        };
        let linking = Self {
            link_in_hand: true,
            ..Self::default()
        };
        let wrong = Self {
            errors: FieldErrors::from([("password", FieldProblem::PasswordWrong)]),
            ..Self::default()
        };
        let early = Self {
            wait: Some(Wait::of(8)),
            ..Self::default()
        };
        vec![
            ("ready", Self::default()),
            ("money unsettled", blocked),
            ("a link in hand", linking),
            ("wrong password", wrong),
            ("too many attempts", early),
        ]
    }
}
