//! Whether the bank's address answers at all. It is asked for a page that it does not have: no operation, no money.

use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::header::DATE;
use reqwest::{Client, Response, redirect};

use super::Patient;
use super::finding::Finding;

const PATIENCE: Duration = Duration::from_secs(5);

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

/// Any answer is one: what it says does not matter.
async fn ask(url: &str) -> reqwest::Result<Response> {
    // Another part of the process may have chosen a provider already; any will do.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut client = Client::builder()
        .redirect(redirect::Policy::none())
        .no_proxy()
        .timeout(PATIENCE);
    if url.starts_with("http://") {
        // A machine without any certificate can still reach the simulator.
        client = client.tls_certs_only(std::iter::empty());
    }
    client.build()?.get(url).send().await
}

fn date(answer: &Response) -> Option<DateTime<Utc>> {
    let text = answer.headers().get(DATE)?.to_str().ok()?;
    DateTime::parse_from_rfc2822(text)
        .ok()
        .map(|date| date.with_timezone(&Utc))
}

/// The first cause: the outer sentences repeat the address.
fn reason(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}
