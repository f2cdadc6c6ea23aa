//! Two who want the same transfer at the same moment: one has it, and what the other is told is true.

use chrono::TimeDelta;
use futures::future::join_all;
use naru::clock::Clock;
use naru::models::kinds::TransferState;
use naru::models::transfers;
use naru::services::Services;
use naru::transfers::{TransferError, cancel, execute, expiry, state};
use serde_json::json;

use crate::api::payments::payment;
use crate::support::app::{self, TestApp, eventually};
use crate::support::http::Answer;

use TransferState::{Canceled, Executing, Expired, Succeeded};

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

/// A process whose clock is two minutes behind.
async fn process_behind(app: &TestApp) -> Services {
    let clock = app.services.clock.clone();
    app.services_of_another_process(Clock::from_fn(move || clock.now() - TimeDelta::minutes(2)))
        .await
}

#[tokio::test]
async fn c21_a_deadline_and_a_claim_in_another_process_at_once_end_in_one_of_the_two() {
    let app = app::wish().without_workers().start().await;
    let (_, payments) = queued(&app, Some(TimeDelta::minutes(1))).await;
    // For one process all of them are over, for the other none is.
    let behind = process_behind(&app).await;
    app.clock.advance(TimeDelta::seconds(90));
    let races = payments.iter().enumerate().map(async |(number, (row, _))| {
        let expire = async {
            // Half of them come when the other process has begun.
            if number % 2 == 0 {
                let begun = async || app.in_state(&[Executing, Succeeded]).await > 0;
                eventually("one is claimed", begun).await;
            }
            expiry::expire_if_due(&app.services, row).await
        };
        let (expired, worked) = tokio::join!(expire, execute::execute(&behind, row.id));
        worked.unwrap();
        let ended = state::load(app.services.db.read(), row.id).await.unwrap().state;
        let right = if expired.unwrap() { Expired } else { Succeeded };
        assert_eq!(ended, right);
        u64::from(ended == Succeeded)
    });
    let sent: u64 = join_all(races).await.into_iter().sum();
    println!("{sent} of {RACES} were sent");
    assert_eq!(app.in_state(&[Expired]).await, RACES as u64 - sent);
    let summary = app.bank_get("/_sim/summary").await;
    assert_eq!(
        (&summary["withdrawals"], &summary["duplicates"]),
        (&json!(sent), &json!(0)),
        "{summary}"
    );
    assert_eq!(app.verify().await.findings, []);
}

#[tokio::test]
async fn c21_a_deadline_and_a_cancellation_at_once_end_in_one_of_the_two() {
    let app = app::wish().without_workers().start().await;
    let (api, payments) = queued(&app, Some(TimeDelta::minutes(1))).await;
    app.clock.advance(TimeDelta::minutes(2));
    let races = payments.iter().map(async |(row, path)| {
        let cancel = Answer::of(api.request(reqwest::Method::POST, &format!("{path}/cancellation")));
        let (canceled, expired) = tokio::join!(cancel, expiry::expire_if_due(&app.services, row));
        let ended = state::load(app.services.db.read(), row.id).await.unwrap();
        assert_eq!(ended.version, 2);
        if expired.unwrap() {
            assert_eq!(ended.state, Expired);
            let told = canceled.problem(409, "not_cancelable");
            assert_eq!(
                (&told["current_status"], &told["money_moved"]),
                (&json!("expired"), &json!("no"))
            );
        } else {
            assert_eq!(ended.state, Canceled);
            assert_eq!(canceled.expect(200).json()["status"], "canceled");
        }
    });
    join_all(races).await;
    assert_eq!(app.bank_get("/_sim/summary").await["max_calls_per_trace"], 0);
    assert_eq!(app.verify().await.findings, []);
}

/// The payments as a process knows them that does not hear what others made of them meanwhile.
async fn overtaken(app: &TestApp) -> Vec<(transfers::Model, TransferState)> {
    let (api, payments) = queued(app, Some(TimeDelta::minutes(1))).await;
    let mut known = payments.into_iter();
    let mut next = || known.next().unwrap();
    let (executed, _) = next();
    execute::execute(&app.services, executed.id).await.unwrap();
    let (canceled, path) = next();
    api.post(&format!("{path}/cancellation"), "", &json!({}))
        .await
        .expect(200);
    app.clock.advance(TimeDelta::minutes(2));
    let (expired, _) = next();
    assert!(expiry::expire_if_due(&app.services, &expired).await.unwrap());
    vec![(executed, Succeeded), (canceled, Canceled), (expired, Expired)]
}

#[tokio::test]
async fn rule_1_who_cancels_what_was_overtaken_is_told_what_it_is_by_now() {
    let app = app::wish().without_workers().start().await;
    for (known, by_now) in overtaken(&app).await {
        let now = app.services.clock.now();
        let stale = known.clone();
        let answer = app
            .services
            .db
            .write(move |tx| Box::pin(async move { cancel::cancel_known(tx, stale, now).await }))
            .await;
        match answer {
            Ok(canceled) => assert_eq!((canceled.state, by_now), (Canceled, Canceled)),
            Err(TransferError::NotCancelable { state }) => assert_eq!(state, by_now),
            Err(error) => panic!("{error}"),
        }
        assert_eq!(
            state::load(app.services.db.read(), known.id).await.unwrap().state,
            by_now
        );
    }
    assert_eq!(app.verify().await.findings, []);
}

#[tokio::test]
async fn c21_the_clock_takes_nothing_from_whoever_was_faster() {
    let app = app::wish().without_workers().start().await;
    for (known, by_now) in overtaken(&app).await {
        assert!(
            !expiry::expire_if_due(&app.services, &known).await.unwrap(),
            "{known:?}"
        );
        assert_eq!(
            state::load(app.services.db.read(), known.id).await.unwrap().state,
            by_now
        );
    }
}
