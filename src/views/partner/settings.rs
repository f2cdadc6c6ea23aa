//! `/partner/settings`: where members may return to, and what holds for this partner here.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::deeds::DeedRow;
use crate::{
    models::kinds::Mode,
    money::Won,
    views::{
        example,
        form::{FieldErrors, FieldProblem},
        page::Page,
    },
};

/// `GET /partner/settings`, and the answer to its forms when they were refused. Its forms: `POST
/// /partner/settings/return-urls` (`url`), `POST /partner/settings/return-urls/{id}/removal`.
#[derive(Clone, Debug, Serialize)]
pub struct PartnerSettings {
    pub mode: Mode,
    /// `None`: no limit of the partner's own.
    pub per_payment: Option<Won>,
    pub daily: Option<Won>,
    /// The day of the API that new keys are answered in.
    pub api_version: &'static str,
    pub return_urls: Vec<ReturnUrlRow>,
    pub most: u64,
    /// As typed.
    pub url: String,
    /// Fields: `url`.
    pub errors: FieldErrors,
    pub is_full: bool,
    /// What was done last.
    pub history: Vec<DeedRow>,
}

#[derive(Clone, Debug, Serialize)]
pub struct ReturnUrlRow {
    /// `url_…`.
    pub id: String,
    pub url: String,
    pub at: DateTime<Utc>,
}

impl Page for PartnerSettings {
    const TEMPLATE: &'static str = "partner/settings.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let none = Self {
            mode: Mode::Test,
            per_payment: None,
            daily: None,
            api_version: "2026-11-01",
            return_urls: Vec::new(),
            most: 50,
            url: String::new(),
            errors: FieldErrors::new(),
            is_full: false,
            history: Vec::new(),
        };
        let row = |number: u8, url: &str| ReturnUrlRow {
            id: format!("url_019ac1f05d7a7b3e8c41f2a90b6d7e1{number}"),
            url: url.to_owned(),
            at: example::at(0),
        };
        let some = Self {
            mode: Mode::Live,
            per_payment: Some(Won::new(1_000_000)),
            daily: Some(Won::new(1_234_567_890)),
            return_urls: vec![
                row(1, "https://shop.example/done"),
                row(2, &format!("https://shop.example/{}", "a-long-way/".repeat(12))),
            ],
            history: DeedRow::examples(),
            ..none.clone()
        };
        let refused = Self {
            url: example::HOSTILE.to_owned(),
            errors: FieldErrors::from([("url", FieldProblem::UrlFormat)]),
            ..some.clone()
        };
        let full = Self {
            is_full: true,
            ..some.clone()
        };
        vec![("none", none), ("some", some), ("refused", refused), ("full", full)]
    }
}
