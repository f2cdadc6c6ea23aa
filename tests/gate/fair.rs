//! Whose transfer is next, with one process and with two.

use std::future::{pending, ready};

use futures::future::join_all;
use naru::models::kinds::TransferState;
use naru::services::Services;
use naru::transfers::execute::{self, Begun};
use naru::workers::execute_transfer;
use sea_orm::EntityTrait;

use super::{pay, succeeded};
use crate::support::app::{self, TestApp};
use crate::support::people::Shop;

async fn second_shop(app: &TestApp, name: &str, number: &str) -> (Shop, String) {
    let member = app.member(&format!("{name}@example.test")).await;
    let account = app.account(member, number).await;
    let shop = app.shop(name).await;
    let mandate = app.mandate(&shop, member, account).await;
    (shop, mandate)
}

async fn next(services: &Services) -> Begun {
    execute::execute_next(services, services.bank.money_turn().await)
        .await
        .unwrap()
}

async fn partner_of_next(app: &TestApp) -> naru::ids::PartnerId {
    let Begun::One(id) = next(&app.services).await else {
        panic!("nothing waits")
    };
    let row = naru::models::transfers::Entity::find_by_id(id)
        .one(app.services.db.read())
        .await;
    row.unwrap().unwrap().partner_id
}

#[tokio::test]
async fn one_payment_of_a_quiet_partner_goes_before_the_second_of_one_who_floods() {
    let app = app::wish().without_workers().start().await;
    let (flood, mandate) = app.shop_with_mandate().await;
    let (quiet, quiet_mandate) = second_shop(&app, "quiet", "3020001234568").await;
    let (some, some_mandate) = second_shop(&app, "some", "3020001234569").await;
    pay(&flood, &mandate, 0..30).await;
    pay(&some, &some_mandate, 0..3).await;
    pay(&quiet, &quiet_mandate, 0..1).await;
    let mut went = Vec::new();
    for _ in 0..9 {
        went.push(partner_of_next(&app).await);
    }
    let of = |shop: &Shop| went.iter().filter(|id| **id == shop.id).count();
    assert_eq!((of(&flood), of(&some), of(&quiet)), (5, 3, 1));
    let place = went.iter().position(|id| *id == quiet.id).unwrap();
    assert!(place < 3, "it was number {place}");
    // The oldest of a partner goes first.
    let left = app
        .every_transfer()
        .await
        .into_iter()
        .filter(|row| row.state == TransferState::Queued);
    let orders: Vec<_> = left.map(|row| row.order_id.unwrap()).collect();
    assert_eq!(orders.first().map(String::as_str), Some("order-5"));
}

#[tokio::test]
async fn who_comes_beside_one_who_floods_goes_before_what_was_read_ahead_is_over() {
    let app = app::wish().without_workers().start().await;
    let (flood, mandate) = app.shop_with_mandate().await;
    let (quiet, quiet_mandate) = second_shop(&app, "quiet", "3020001234568").await;
    pay(&flood, &mandate, 0..30).await;
    for _ in 0..3 {
        assert_eq!(partner_of_next(&app).await, flood.id);
    }
    pay(&quiet, &quiet_mandate, 0..1).await;
    // Eight at once are read of one who is alone, and the next look finds both.
    let mut before = 0;
    while partner_of_next(&app).await != quiet.id {
        before += 1;
        assert!(before <= 9, "{before} of the flood went before it");
    }
    // Oldest first, all the same.
    let left = app.every_transfer().await;
    let left = left.into_iter().filter(|row| row.state == TransferState::Queued);
    let orders: Vec<_> = left.map(|row| row.order_id.unwrap()).collect();
    assert_eq!(orders.first().unwrap(), &format!("order-{}", 3 + before));
}

#[tokio::test]
async fn two_processes_do_each_transfer_once_and_every_ring_is_worth_one() {
    let app = app::wish().without_workers().start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    pay(&shop, &mandate, 0..40).await;
    let other = app.services_of_a_new_process().await;
    let rings = (0..40).map(|ring| next(if ring % 2 == 0 { &app.services } else { &other }));
    let begun = join_all(rings).await;
    assert!(begun.iter().all(|begun| matches!(begun, Begun::One(_))), "{begun:?}");
    assert_eq!(app.in_state(&[TransferState::Succeeded]).await, 40);
    let summary = app.bank_get("/_sim/summary").await;
    assert_eq!(
        (&summary["withdrawals"], &summary["duplicates"]),
        (&40.into(), &0.into()),
        "{summary}"
    );
    assert_eq!(next(&other).await, Begun::None);
}

#[tokio::test]
async fn a_turn_that_found_nothing_is_not_counted() {
    let app = app::wish()
        .without_workers()
        .settings(serde_json::json!({ "bank": { "calls_per_sec": 1 } }))
        .start()
        .await;
    // Counted, the hundredth would have its turn after a minute and a half.
    for _ in 0..100 {
        assert_eq!(next(&app.services).await, Begun::None);
    }
    assert_eq!(app.services.bank.load().running, 0);
}

#[tokio::test]
async fn one_in_hand_is_given_to_nobody_else_and_one_that_could_not_be_begun_holds_up_nobody_of_its_partner() {
    let app = app::wish().without_workers().start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    pay(&shop, &mandate, 0..3).await;
    let (services, circle) = (&app.services, &app.services.circle);
    let first = circle.next(services, 0).await.unwrap().unwrap();
    let second = circle.next(services, 0).await.unwrap().unwrap();
    assert_ne!(first.transfer.id, second.transfer.id);
    first.put_aside();
    let (aside, free) = (first.transfer.id, second.transfer.id);
    let third = circle.next(services, 0).await.unwrap().unwrap();
    drop((first, second, third));
    assert_eq!(circle.next(services, 0).await.unwrap().unwrap().transfer.id, free);
    // It is done as soon as somebody asks for it by its id.
    execute::execute(services, aside).await.unwrap();
    assert_eq!(app.in_state(&[TransferState::Succeeded]).await, 1);
}

#[tokio::test]
async fn who_lost_a_row_to_another_process_reads_none_ahead() {
    let app = app::wish().without_workers().start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    pay(&shop, &mandate, 0..30).await;
    let (services, circle) = (&app.services, &app.services.circle);
    let next = async |tries| circle.next(services, tries).await.unwrap().unwrap();
    let mut in_hand = vec![next(0).await];
    in_hand.push(next(1).await);
    // That partner alone has any, but the other process reads the same rows.
    in_hand.push(next(0).await);
    app.sql("UPDATE transfers SET state = 'canceled' WHERE state = 'queued'")
        .await;
    assert!(circle.next(services, 0).await.unwrap().is_none());
}

#[tokio::test]
async fn a_process_that_stops_begins_nothing_of_what_is_left_over() {
    let app = app::wish().without_workers().start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    pay(&shop, &mandate, 0..3).await;
    execute_transfer::perform_left_over(&app.services, || true, ready(())).await;
    assert_eq!(app.in_state(&[TransferState::Queued]).await, 3);
    execute_transfer::perform_left_over(&app.services, || true, pending()).await;
    assert_eq!(succeeded(&app).await, 3);
}
