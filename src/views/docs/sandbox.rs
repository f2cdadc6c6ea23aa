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
    /// How to control the bank, where it is a part of this Naru.
    control: Option<String>,
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

impl Sandbox {
    /// With the address of the simulated bank whose controls the reader can reach.
    #[must_use]
    pub fn new(bank: Option<&str>) -> Self {
        Self {
            toc: Contents::new(),
            amounts: AMOUNTS.map(|(digits, ends)| Amount { digits, ends }).to_vec(),
            accounts: ACCOUNTS,
            control: bank.map(control),
        }
    }
}

fn control(bank: &str) -> String {
    format!(
        "export BANK={bank}\ncurl -s $BANK/_sim/summary\ncurl -s \"$BANK/_sim/calls?memo=NARU\"\ncurl -s $BANK/_sim/mode -H \"Content-Type: application/json\" \\\n  -d '{{\"operation\":\"withdraw\",\"mode\":\"hang\"}}'\ncurl -s $BANK/_sim/clock -H \"Content-Type: application/json\" -d '{{\"advance_seconds\":600}}'"
    )
}

impl Page for Sandbox {
    const TEMPLATE: &'static str = "docs/sandbox.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let bank = Some("http://127.0.0.1:5151");
        vec![("all", Self::new(bank)), ("another-bank", Self::new(None))]
    }
}
