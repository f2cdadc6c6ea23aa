//! Back-pressure: refused before anything is written, by what the partner itself would wait.

use naru::ids::Prefix;
use naru::models::kinds::TransferState;
use naru::transfers::execute;
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::json;

use super::pay;
use crate::api::checkouts::checkout;
use crate::api::payments::payment;
use crate::support::app::{self, Wish, eventually};

fn wish() -> Wish {
    // Three quarters of twelve a second are nine payments; two seconds of it are eighteen.
    app::wish().settings(json!({ "bank": { "calls_per_sec": 12 }, "limits": { "backlog_secs": 2 } }))
}

#[tokio::test]
async fn who_floods_gets_503_before_anything_is_written_and_a_quiet_partner_is_accepted() {
    let app = wish().without_workers().start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    let (mut accepted, mut refused) = (0, None);
    for order in 0..60 {
        let order = format!("order-{order}");
        let answer = shop
            .api
            .post("/payments", &order, &payment(&mandate, &order, 1_000))
            .await;
        if answer.status.as_u16() == 202 {
            accepted += 1;
            assert!(
                answer.header("naru-expected-delay").parse::<u64>().is_ok(),
                "{answer:?}"
            );
        } else {
            refused = Some((order, answer));
            break;
        }
    }
    let (order, answer) = refused.expect("it ends");
    assert!((18..=20).contains(&accepted), "{accepted}");
    let wait: u64 = answer.header("retry-after").parse().unwrap();
    assert!((1..=60).contains(&wait));
    let problem = answer.problem(503, "unavailable");
    assert_eq!(
        (&problem["money_moved"], &problem["retryable"]),
        (&json!("no"), &json!(true))
    );
    assert!(problem["expected_delay_secs"].as_u64().unwrap() > 2, "{problem}");
    assert_eq!(app.transfers().await, accepted);

    // A key that was accepted has its answer still, and the refused one is free.
    let again = shop
        .api
        .post("/payments", "order-0", &payment(&mandate, "order-0", 1_000))
        .await
        .expect(202);
    assert_eq!(again.header("idempotent-replayed"), "true");
    let quiet = app.shop("조용한 상점").await;
    let member = app.member("quiet@example.test").await;
    let account = app.account(member, "3020001234568").await;
    let quiet_mandate = app.mandate(&quiet, member, account).await;
    let one = quiet
        .api
        .post("/payments", "one", &payment(&quiet_mandate, "one", 1_000))
        .await
        .expect(202);
    assert_eq!(one.header("naru-expected-delay"), "1");

    app.sql("UPDATE transfers SET state = 'canceled'").await;
    eventually(
        "what waits is counted again, and the same request is accepted",
        || async {
            let body = payment(&mandate, &order, 1_000);
            shop.api.post("/payments", &order, &body).await.status.as_u16() == 202
        },
    )
    .await;
}

#[tokio::test]
async fn refunds_and_checkouts_of_who_floods_are_refused_as_well_and_nothing_is_written() {
    let app = wish().without_workers().start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    pay(&shop, &mandate, 0..1).await;
    let paid = app.only_transfer().await.id;
    execute::execute(&app.services, paid).await.unwrap();
    let mut orders = 1..;
    let flooded = async |order: usize| {
        let order = format!("order-{order}");
        let body = payment(&mandate, &order, 1_000);
        shop.api.post("/payments", &order, &body).await.status.as_u16() == 503
    };
    while !flooded(orders.next().expect("no end")).await {}

    let refunds = format!("/payments/{}/refunds", Prefix::Payment.show(paid.0));
    let refund = async || {
        let body = json!({ "amount": 1_000, "reason": "환불" });
        shop.api.post(&refunds, "refund", &body).await
    };
    let open = async || {
        let body = checkout("order-of-checkout", 1_000);
        shop.api.post("/checkouts", "checkout", &body).await
    };
    let before = app.transfers().await;
    for answer in [refund().await, open().await] {
        let wait: u64 = answer.header("retry-after").parse().unwrap();
        assert!((1..=60).contains(&wait));
        assert_eq!(answer.problem(503, "unavailable")["money_moved"], "no");
    }
    let checkouts = naru::models::checkouts::Entity::find();
    assert_eq!(checkouts.count(app.services.db.read()).await.unwrap(), 0);
    assert_eq!(app.transfers().await, before);

    // The same requests are accepted when less waits.
    app.sql("UPDATE transfers SET state = 'canceled' WHERE state = 'queued'")
        .await;
    eventually("the checkout is opened", || async {
        open().await.status.as_u16() == 201
    })
    .await;
    refund().await.expect(202);
}

#[tokio::test]
async fn a_database_that_does_not_tell_what_waits_refuses_nobody_and_is_asked_once_a_second() {
    let app = wish().without_workers().start().await;
    let other = app.services_of_a_new_process().await;
    other.db.read().clone().close().await.unwrap();
    let partner = naru::ids::PartnerId::new();
    let first = other.backlog.expected(&other, partner).await.unwrap_err();
    let second = other.backlog.expected(&other, partner).await.unwrap_err();
    assert_ne!(first, second, "who comes next waits for no answer of the database");
    assert_eq!(other.backlog.overfull(&other, partner).await, None);
}

#[tokio::test]
async fn all_that_was_accepted_settles_whatever_was_offered() {
    let app = wish().start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    let offers = (0..120).map(|order| {
        let (shop, mandate) = (&shop, &mandate);
        async move {
            let order = format!("order-{order}");
            shop.api
                .post("/payments", &order, &payment(mandate, &order, 1_000))
                .await
                .status
                .as_u16()
        }
    });
    let answers = futures::future::join_all(offers).await;
    let accepted = answers.iter().filter(|status| **status == 202).count();
    // All at once, and no more of them than fit; a few go while the others come.
    assert!((18..=40).contains(&accepted), "{accepted}");
    assert!(answers.iter().all(|status| matches!(status, 202 | 503)), "{answers:?}");
    app.settled().await;
    let settled = app.in_state(&[TransferState::Succeeded]).await;
    assert_eq!(usize::try_from(settled).unwrap(), accepted);
}
