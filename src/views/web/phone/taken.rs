//! Told to who has shown the number's code: it has an account already.

use serde::Serialize;

use super::Flow;
use crate::views::page::Page;

#[derive(Clone, Debug, Serialize)]
pub struct PhoneTaken {
    pub flow: Flow,
    /// Masked.
    pub phone: String,
    /// Of the account, masked.
    pub email: String,
}

impl Page for PhoneTaken {
    const TEMPLATE: &'static str = "web/phone_taken.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let of = |flow| Self {
            flow,
            phone: "010-1234-****".to_owned(),
            email: "mi***@naru.test".to_owned(),
        };
        vec![
            ("signing up", of(Flow::SignUp)),
            ("another number", of(Flow::NewNumber)),
        ]
    }
}
