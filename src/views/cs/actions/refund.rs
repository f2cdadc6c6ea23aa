//! `/cs/payments/{id}/refund`: give a part or all of a payment back.

use serde::Serialize;

use super::{ActionHead, Trouble, sample_head, sample_paid};
use crate::{
    models::kinds::{TransferKind, TransferState},
    money::Won,
    views::{
        example,
        form::{FieldErrors, FieldProblem},
        page::Page,
    },
};

/// Characters of what the member and the partner read.
pub const LONGEST_TOLD: usize = 200;

/// Its form: `POST` to its own address (`amount`, `told`, `reason`, `version`, `dialog`).
#[derive(Clone, Debug, Serialize)]
pub struct RefundDialog {
    pub head: ActionHead,
    pub trouble: Option<Trouble>,
    /// Also where it cannot be done, when something was typed: nothing that was typed is lost.
    pub shows_form: bool,
    pub amount: String,
    /// What the member and the partner will read.
    pub told: String,
    pub reason: String,
    /// Fields: `amount`, `told`, `reason`.
    pub errors: FieldErrors,
    /// Beyond it a second person decides.
    pub limit: Won,
    pub longest_told: usize,
    pub longest_reason: usize,
}

impl Page for RefundDialog {
    const TEMPLATE: &'static str = "cs/action_refund.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let open = Self {
            head: sample_paid(),
            trouble: None,
            shows_form: true,
            amount: "9,000".to_owned(),
            told: "고객센터 환불".to_owned(),
            reason: String::new(),
            errors: FieldErrors::new(),
            limit: Won::new(1_000_000),
            longest_told: LONGEST_TOLD,
            longest_reason: 500,
        };
        let refused = Self {
            amount: "많이".to_owned(),
            told: String::new(),
            reason: example::HOSTILE.to_owned(),
            errors: FieldErrors::from([
                ("amount", FieldProblem::AmountFormat),
                ("told", FieldProblem::Required),
                ("reason", FieldProblem::TooLong),
            ]),
            ..open.clone()
        };
        let closed = Self {
            head: sample_head(TransferKind::Payment, TransferState::Unknown),
            trouble: Some(Trouble::NotRefundable),
            shows_form: false,
            ..open.clone()
        };
        let mut samples = vec![("open", open), ("refused", refused.clone()), ("closed", closed)];
        samples.extend(Trouble::ALL.map(|trouble| {
            let trouble = Some(trouble);
            (
                "in trouble",
                Self {
                    trouble,
                    ..refused.clone()
                },
            )
        }));
        samples
    }
}
