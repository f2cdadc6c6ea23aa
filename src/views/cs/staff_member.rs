//! `/cs/staff/{id}`: one of staff, with their second factor.

use serde::Serialize;

use super::staff::StaffRow;
use crate::models::kinds::Role;
use crate::views::example;
use crate::views::form::{FieldErrors, FieldProblem};
use crate::views::page::Page;

/// `GET /cs/staff/{id}`, and the answer to a `POST …/factor-reset` that was refused.
#[derive(Clone, Debug, Serialize)]
pub struct StaffPage {
    pub member: StaffRow,
    /// Recovery codes.
    pub codes_left: u64,
    /// Of the form: it acts once.
    pub dialog: String,
    /// Of the factor that is shown.
    pub version: i64,
    /// As typed.
    pub reason: String,
    /// Field: `reason`.
    pub errors: FieldErrors,
}

impl Page for StaffPage {
    const TEMPLATE: &'static str = "cs/staff_member.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let with = |role, enrolled_at| Self {
            member: StaffRow::example(role, enrolled_at),
            codes_left: 7,
            dialog: "019ac1f05d7a7b3e8c41f2a90b6d7e10".to_owned(),
            version: 1,
            reason: String::new(),
            errors: FieldErrors::new(),
        };
        let enrolled = with(Role::Cs, Some(example::at(60)));
        let refused = Self {
            reason: example::HOSTILE.to_owned(),
            errors: FieldErrors::from([("reason", FieldProblem::TooLong)]),
            ..enrolled.clone()
        };
        vec![
            ("enrolled", enrolled),
            ("refused", refused),
            ("no factor", with(Role::CsLead, None)),
            ("oneself", with(Role::Operator, Some(example::at(60)))),
        ]
    }
}
