//! What the simulated bank does on purpose, by the end of an amount or of an account's number.

use serde::Serialize;

use super::Contents;
use crate::views::page::Page;

/// `GET /docs/sandbox`. Its texts are `sandbox-…`.
#[derive(Clone, Debug, Serialize)]
pub struct Sandbox {
    toc: Contents,
    amounts: Vec<Amount>,
    accounts: &'static [&'static str],
    control: String,
}

/// How a payment of such an amount ends.
#[derive(Clone, Copy, Debug, Serialize)]
struct Amount {
    digits: &'static str,
    /// `succeeded`, `failed`, `unknown` at first, or `needs_review`.
    ends: &'static str,
}

const AMOUNTS: [(&str, &str); 17] = [
    ("9001", "failed"),
    ("9002", "failed"),
    ("9003", "failed"),
    ("9011", "succeeded"),
    ("9021", "unknown"),
    ("9022", "unknown"),
    ("9031", "unknown"),
    ("9032", "unknown"),
    ("9041", "unknown"),
    ("9042", "unknown"),
    ("9051", "unknown"),
    ("9052", "unknown"),
    ("9061", "unknown"),
    ("9071", "succeeded"),
    ("9081", "unknown"),
    ("9091", "needs_review"),
    ("9099", "unknown"),
];

const ACCOUNTS: &[&str] = &[
    "9001", "9002", "9003", "9004", "9005", "9006", "9007", "9011", "9012", "9021", "9022", "9031", "9041", "9042",
    "9051",
];

/// Of a Naru that its reader runs: the simulated bank listens to its own machine alone.
const CONTROL: &str = r#"curl -s http://localhost:{port}/_sim/summary
curl -s http://localhost:{port}/_sim/calls
curl -s http://localhost:{port}/_sim/mode -H "Content-Type: application/json" \
  -d '{"operation":"withdraw","mode":"hang"}'
curl -s http://localhost:{port}/_sim/clock -H "Content-Type: application/json" -d '{"advance_seconds":600}'"#;

impl Sandbox {
    /// `port` is the simulated bank's.
    #[must_use]
    pub fn new(port: u16) -> Self {
        Self {
            toc: Contents::new(),
            amounts: AMOUNTS.map(|(digits, ends)| Amount { digits, ends }).to_vec(),
            accounts: ACCOUNTS,
            control: CONTROL.replace("{port}", &port.to_string()),
        }
    }
}

impl Page for Sandbox {
    const TEMPLATE: &'static str = "docs/sandbox.html";

    fn samples() -> Vec<(&'static str, Self)> {
        vec![("all", Self::new(5151))]
    }
}
