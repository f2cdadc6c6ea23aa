//! Two who want the same transfer at the same moment: one has it, and what the other is told is true.

use chrono::TimeDelta;
use futures::future::join_all;
use naru::models::kinds::TransferState;
use naru::models::transfers;
use naru::transfers::{execute, expiry};
use serde_json::json;

use crate::api::payments::payment;
use crate::support::app::{self, TestApp};
use crate::support::http::Answer;

const RACES: usize = 50;

/// Queued payments, with the way of each.
async fn queued(
    app: &TestApp,
    expires: Option<TimeDelta>,
) -> (crate::support::http::Api, Vec<(transfers::Model, String)>) {
    let (shop, mandate) = app.shop_with_mandate().await;
    for number in 0..RACES {
        let order = format!("order-{number}");
        let mut body = payment(&mandate, &order, 1_000);
        if let Some(expires) = expires {
            body["expires_at"] = json!((app.services.clock.now() + expires).to_rfc3339());
        }
        shop.api.post("/payments", &order, &body).await.expect(202);
    }
    let rows = app.every_transfer().await;
    let paths = rows
        .iter()
        .map(|row| format!("/payments/pay_{}", row.id.0.simple()))
        .collect::<Vec<_>>();
    (shop.api, rows.into_iter().zip(paths).collect())
}

#[tokio::test]
async fn a_cancellation_and_a_claim_at_once_end_in_one_of_the_two_and_the_bank_saw_the_others_alone() {
    let app = app::wish().without_workers().start().await;
    let (api, payments) = queued(&app, None).await;
    let races = payments.iter().enumerate().map(async |(number, (row, path))| {
        let cancel = async || Answer::of(api.request(reqwest::Method::POST, &format!("{path}/cancellation"))).await;
        let work = || execute::execute(&app.services, row.id);
        // Who is asked first differs, so that both win some.
        let (canceled, worked) = if number % 2 == 0 {
            tokio::join!(cancel(), work())
        } else {
            let (worked, canceled) = tokio::join!(work(), cancel());
            (canceled, worked)
        };
        worked.unwrap();
        let now = api.get(path).await.expect(200).json();
        if canceled.status.as_u16() == 200 {
            assert_eq!(
                (&now["status"], &now["money_moved"]),
                (&json!("canceled"), &json!("no"))
            );
            return 0;
        }
        assert_eq!(
            (&now["status"], &now["money_moved"]),
            (&json!("succeeded"), &json!("yes"))
        );
        let told = canceled.problem(409, "not_cancelable");
        // It may have been in the worker's hands, or done.
        assert!(
            ["yes", "unknown"].contains(&told["money_moved"].as_str().unwrap()),
            "{told}"
        );
        1
    });
    let sent: usize = join_all(races).await.into_iter().sum();
    let summary = app.bank_get("/_sim/summary").await;
    assert_eq!(
        (&summary["withdrawals"], &summary["duplicates"]),
        (&json!(sent), &json!(0)),
        "{summary}"
    );
    println!("{sent} of {RACES} were sent");
    assert_eq!(app.verify().await.findings, []);
}

#[tokio::test]
async fn c21_a_deadline_and_a_claim_at_once_end_in_one_of_the_two() {
    let app = app::wish().without_workers().start().await;
    let (_, payments) = queued(&app, Some(TimeDelta::minutes(1))).await;
    app.clock.advance(TimeDelta::minutes(2));
    let races = payments.iter().map(async |(row, _)| {
        let (expired, worked) = tokio::join!(
            expiry::expire_if_due(&app.services, row),
            execute::execute(&app.services, row.id)
        );
        worked.unwrap();
        expired.unwrap();
    });
    join_all(races).await;
    assert_eq!(app.in_state(&[TransferState::Expired]).await, RACES as u64);
    assert_eq!(app.bank_get("/_sim/summary").await["withdrawals"], 0);
    // One whose worker was faster keeps what the worker made of it.
    let (row, _) = &payments[0];
    assert!(
        !expiry::expire_if_due(&app.services, row).await.unwrap(),
        "it expired twice"
    );
    assert_eq!(app.verify().await.findings, []);
}
