//! The answer to enrolling a second factor, and to asking for new recovery codes: the one time that the codes are shown.

use serde::Serialize;

use crate::views::page::Page;

/// It is not written down anywhere, so it has no `Debug`.
#[derive(Clone, Serialize)]
pub struct FactorCodes {
    pub codes: Vec<String>,
    /// Where to go on to.
    pub next: String,
}

impl Page for FactorCodes {
    const TEMPLATE: &'static str = "cs/factor_codes.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let codes = (0..10).map(|number| format!("abcd{number}-efgh{number}")).collect();
        let next = "/cs/payments".to_owned();
        vec![("ten codes", Self { codes, next })]
    }
}
