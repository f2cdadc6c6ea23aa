//! The shop: so many payments a second, of one member after another, whatever became of those before.

use std::time::Duration;

use serde_json::json;
use tokio::time::MissedTickBehavior;

use crate::Failed;
use crate::arguments::Arguments;
use crate::people::People;
use crate::program::Program;

/// Offers them, and answers with how many were taken.
pub async fn offer(arguments: &Arguments, program: &Program, people: &People) -> Result<u64, Failed> {
    let client = reqwest::Client::new();
    let url = format!("{}/api/v1/payments", program.base());
    let mut tick = tokio::time::interval(Duration::from_secs(1) / arguments.rate);
    tick.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let mut asked = Vec::new();
    let all = u64::from(arguments.rate) * u64::from(arguments.seconds);
    for (number, mandate) in (0..all).zip(people.mandates.iter().cycle()) {
        tick.tick().await;
        let body = json!({ "mandate_id": mandate, "order_id": format!("order-{number}"), "amount": 1_000, "description": "원두" });
        let request = client
            .post(&url)
            .bearer_auth(&people.key)
            .header("idempotency-key", format!("key-{number}"))
            .json(&body);
        asked.push(tokio::spawn(request.send()));
    }
    let mut taken = 0;
    for asked in asked {
        let answer = asked.await??;
        if answer.status().as_u16() == 202 {
            taken += 1;
        } else if taken == 0 {
            return Err(answer.text().await?.into());
        }
    }
    Ok(taken)
}
