//! The pace of the bank: budgets, fairness, maintenance, the breaker, back-pressure, over real HTTP to the simulator.

mod backlog;
mod breaker;
mod budget;
mod calendar;
mod desk;
mod desk_windows;
mod fair;
mod shares;
mod windows;

use naru::models::kinds::TransferState;
use serde_json::Value;

use crate::api::payments::payment;
use crate::support::app::TestApp;
use crate::support::people::Shop;

/// Moments at which the bank received calls, in milliseconds.
async fn arrivals(app: &TestApp) -> Vec<i64> {
    let calls = app.bank_get("/_sim/calls").await;
    let at = |call: &Value| {
        let at = call["at"].as_str().expect("a moment");
        chrono::DateTime::parse_from_rfc3339(at)
            .expect("RFC 3339")
            .timestamp_millis()
    };
    let mut all: Vec<i64> = calls["data"].as_array().expect("calls").iter().map(at).collect();
    all.sort_unstable();
    all
}

/// The most calls in any second.
fn most_in_a_second(arrivals: &[i64]) -> usize {
    let within = |first: i64| {
        arrivals
            .iter()
            .filter(|at| (first..first + 1_000).contains(*at))
            .count()
    };
    arrivals.iter().map(|first| within(*first)).max().unwrap_or_default()
}

/// Has so many payments accepted.
async fn pay(shop: &Shop, mandate: &str, orders: impl IntoIterator<Item = usize>) {
    for order in orders {
        let order = format!("order-{order}");
        shop.api
            .post("/payments", &order, &payment(mandate, &order, 1_000))
            .await
            .expect(202);
    }
}

async fn succeeded(app: &TestApp) -> u64 {
    app.in_state(&[TransferState::Succeeded]).await
}
