//! Whether the bank's address answers at all. No operation, no money.

use chrono::{DateTime, Utc};
use reqwest::Response;
use reqwest::header::DATE;

use super::Patient;
use super::finding::Finding;
use super::reach::{ask, reason};

pub(super) async fn examine(patient: &mut Patient) -> Vec<Finding> {
    let url = patient.settings.bank_url();
    let finding = match ask(&url).await {
        Ok(answer) => {
            if let Some(date) = date(&answer) {
                patient.clocks.note("bank", date);
            }
            Finding::ok("bank", "doctor-bank-ok").with("status", answer.status().as_u16())
        }
        Err(error) if patient.settings.runs_simulator() => {
            Finding::warn("bank", "doctor-bank-simulator").with("why", reason(&error))
        }
        Err(error) => Finding::fail("bank", "doctor-bank-silent").with("why", reason(&error)),
    };
    vec![finding.with("url", url)]
}

fn date(answer: &Response) -> Option<DateTime<Utc>> {
    let text = answer.headers().get(DATE)?.to_str().ok()?;
    DateTime::parse_from_rfc2822(text)
        .ok()
        .map(|date| date.with_timezone(&Utc))
}
