//! The address at which this process is watched.

use std::time::Duration;

use tokio::net::TcpListener;

use super::Patient;
use super::finding::{Finding, Level};

const PATIENCE: Duration = Duration::from_secs(2);

pub(super) async fn examine(patient: &Patient) -> Vec<Finding> {
    let address = &patient.settings.ops.listen;
    if address.is_empty() {
        return vec![Finding::warn("metrics", "doctor-metrics-none")];
    }
    let finding = match TcpListener::bind(address).await {
        Ok(_) => Finding::ok("metrics", "doctor-metrics-free"),
        Err(_) if is_ours(address).await => Finding::ok("metrics", "doctor-metrics-ours"),
        Err(error) => {
            // Development starts without it.
            let level = if patient.is_production {
                Level::Fail
            } else {
                Level::Warn
            };
            Finding::new(level, "metrics", "doctor-metrics-taken").with("why", error)
        }
    };
    vec![finding.with("address", address)]
}

/// Whether a Naru that runs has the address.
async fn is_ours(address: &str) -> bool {
    let client = reqwest::Client::builder()
        .no_proxy()
        .tls_certs_only(std::iter::empty())
        .timeout(PATIENCE)
        .build();
    let Ok(client) = client else { return false };
    let Ok(answer) = client.get(format!("http://{address}/metrics")).send().await else {
        return false;
    };
    answer.text().await.is_ok_and(|text| text.contains("naru_build_info"))
}
