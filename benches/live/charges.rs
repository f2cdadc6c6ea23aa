//! The shop: payments of one member after another, which a maintenance of the bank holds back until all are promised. Then the
//! bank takes so many a second.

use std::time::Duration;

use naru::desk::audit::By;
use naru::desk::bank_windows::{self, End, NewWindow};
use naru::ids::DialogId;
use naru::models::bank_windows as windows;
use naru::models::kinds::WindowKind;
use naru::services::Services;
use sea_orm::EntityTrait;
use serde_json::json;
use tokio::time::MissedTickBehavior;

use crate::Failed;
use crate::arguments::Arguments;
use crate::people::People;
use crate::program::Program;

/// Holds all of them back from now on.
pub async fn hold(services: &Services) -> Result<(), Failed> {
    let now = services.clock.now();
    let window = NewWindow {
        by: By::TERMINAL,
        dialog: DialogId::new(),
        kind: WindowKind::Once,
        starts_at: now,
        ends_at: now + chrono::TimeDelta::hours(1),
        reason: "payments queue up".to_owned(),
    };
    bank_windows::enter(services, window).await?;
    // Read by the program within half a second.
    tokio::time::sleep(Duration::from_secs(1)).await;
    Ok(())
}

/// Lets them go.
pub async fn let_go(services: &Services) -> Result<(), Failed> {
    let held = windows::Entity::find().one(services.db.read()).await?;
    let held = held.ok_or("nothing is held back")?;
    let end = End {
        by: By::TERMINAL,
        dialog: DialogId::new(),
        window: held.id,
        version: held.version,
        reason: "all are there".to_owned(),
    };
    Ok(bank_windows::end(services, end).await?)
}

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
