//! `/me/factor/new`: a secret to put into an authenticator app, as a picture and in letters, and its first code.

use serde::Serialize;

use crate::security::totp::{DIGITS, STEP_SECS};
use crate::views::filters::query_value;
use crate::views::form::{FieldErrors, FieldProblem};
use crate::views::page::Page;
use crate::views::qr::Qr;

/// As whose code the app shows it.
const ISSUER: &str = "Naru";

/// `GET /me/factor/new`, and the answer to a `POST` that failed. The secret is in it, so it has no `Debug`.
#[derive(Clone, Serialize)]
pub struct FactorNew {
    /// Where to go afterwards, already checked to be a path of ours; empty for the usual page.
    pub next: String,
    /// In Base32.
    pub secret: String,
    pub qr: Qr,
    /// The desk opens with it alone.
    pub is_demanded: bool,
    /// The secret that was shown before is none any more.
    pub is_anew: bool,
    /// Field: `code`.
    pub errors: FieldErrors,
}

impl FactorNew {
    /// What the picture says, in the form that authenticator apps read.
    #[must_use]
    pub fn address(email: &str, secret: &str) -> String {
        let email = query_value(email);
        format!(
            "otpauth://totp/{ISSUER}:{email}?secret={secret}&issuer={ISSUER}&algorithm=SHA1&digits={DIGITS}&period={STEP_SECS}"
        )
    }
}

impl Page for FactorNew {
    const TEMPLATE: &'static str = "cs/factor_new.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP".to_owned();
        let Ok(qr) = Qr::of(&Self::address("cs@naru.test", &secret)) else {
            return Vec::new();
        };
        let page = Self {
            next: "/cs/payments".to_owned(),
            secret,
            qr,
            is_demanded: true,
            is_anew: false,
            errors: FieldErrors::new(),
        };
        let wrong = |problem| Self {
            errors: FieldErrors::from([("code", problem)]),
            ..page.clone()
        };
        let by_themself = Self {
            is_demanded: false,
            ..page.clone()
        };
        let anew = Self {
            is_anew: true,
            ..page.clone()
        };
        vec![
            ("wrong code", wrong(FieldProblem::FactorCodeWrong)),
            ("not six digits", wrong(FieldProblem::CodeFormat)),
            ("by themself", by_themself),
            ("anew", anew),
            ("demanded", page),
        ]
    }
}
