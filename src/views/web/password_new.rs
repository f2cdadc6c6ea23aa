//! `/password/forgotten/new`: a new password in the place of a forgotten one.

use serde::Serialize;

use crate::views::{
    form::{FieldErrors, FieldProblem},
    page::Page,
};

#[derive(Clone, Debug, Serialize)]
pub struct PasswordNew {
    /// Of the account, masked: some forget that as well.
    pub email: String,
    /// Field: `password`.
    pub errors: FieldErrors,
}

impl Page for PasswordNew {
    const TEMPLATE: &'static str = "web/password_new.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let empty = Self {
            email: "mi***@naru.test".to_owned(),
            errors: FieldErrors::new(),
        };
        let refused = Self {
            errors: FieldErrors::from([("password", FieldProblem::PasswordTooShort)]),
            ..empty.clone()
        };
        vec![("empty", empty), ("refused", refused)]
    }
}
