//! What callers ask: "I was charged twice", "my refund has not arrived".

use chrono::TimeDelta;

use super::{Scene, part};
use crate::support::app;
use crate::transfers::fates::ask_until_it_ends;

#[tokio::test]
async fn an_order_that_was_charged_twice_says_so_on_both_of_its_payments_and_what_went_back() {
    let app = app::start().await;
    let scene = Scene::of(&app).await;
    let first = scene.pays(&app, "order-1", 12_300).await;
    let second = scene.pays(&app, "order-1", 12_300).await;
    for (this, other) in [(&first, &second), (&second, &first)] {
        let told = [
            "The same order was withdrawn 2 times",
            "You are right: ₩12,300 left your account 2 times for the same order.",
            "Other payments of the order",
        ];
        let page = scene.expect_told(this, &told).await;
        let link = format!("href=\"/cs/payments/{other}\"");
        assert!(part(&page, "verdict").contains(&link), "{page}");
        assert!(part(&page, "facts").contains(&link), "{page}");
    }
    scene.gives_back(&app, &second, 12_300).await;
    let told = [
        "The same order was withdrawn 2 times, and one was refunded",
        "one of them has been refunded",
    ];
    scene.expect_told(&first, &told).await;
    scene.expect_told(&second, &told).await;
}

#[tokio::test]
async fn one_success_among_several_tries_was_not_charged_twice() {
    let app = app::start().await;
    let scene = Scene::of(&app).await;
    let failed = scene.pays(&app, "order-1", 19_001).await;
    let paid = scene.pays(&app, "order-1", 12_300).await;
    let told = [
        "Of this order only the other payment was withdrawn",
        "No money left your account for this payment. It left once, for the other payment of the same order.",
    ];
    scene.expect_told(&failed, &told).await;
    let told = [
        "Of this order only this payment was withdrawn",
        "money left your account only once",
    ];
    scene.expect_told(&paid, &told).await;
}

#[tokio::test]
async fn the_same_amount_close_in_time_is_asked_about_and_not_taken_for_the_same_order() {
    let app = app::start().await;
    let scene = Scene::of(&app).await;
    let first = scene.pays(&app, "order-1", 12_300).await;
    scene.pays(&app, "order-2", 12_300).await;
    let told = [
        "The same amount was withdrawn 2 times within a short time, for different orders",
        "Please check whether you ordered more than once.",
        "Same amount, close in time",
    ];
    scene.expect_told(&first, &told).await;

    app.advance(TimeDelta::hours(2)).await;
    let later = scene.pays(&app, "order-3", 12_300).await;
    let page = scene.page(&later).await;
    assert!(!page.contains("asks-about"), "hours apart are not twice: {page}");
    let other = scene.pays(&app, "order-4", 12_301).await;
    assert!(!scene.page(&other).await.contains("asks-about"));
}

#[tokio::test]
async fn a_refund_that_the_bank_took_says_when_and_when_it_is_usually_seen() {
    let app = app::start().await;
    let scene = Scene::of(&app).await;
    let payment = scene.pays(&app, "order-1", 50_000).await;
    let refund = scene.gives_back(&app, &payment, 12_300).await;
    let just = [
        "It usually shows",
        "Your bank deposited your refund of ₩12,300",
        "Please wait a moment.",
    ];
    for id in [&payment, &refund] {
        scene.expect_told(id, &just).await;
    }
    let page = scene.page(&payment).await;
    let link = format!("href=\"/cs/payments/{refund}\"");
    assert!(
        part(&page, "verdict").contains(&link) && page.contains("a part of it"),
        "{page}"
    );

    app.advance(TimeDelta::minutes(11)).await;
    let seen = [
        "It should be visible in the account by now",
        "If you still do not see it, we will check with the bank together.",
    ];
    for id in [&payment, &refund] {
        scene.expect_told(id, &seen).await;
    }
}

#[tokio::test]
async fn a_refund_that_failed_or_is_not_known_is_told_on_its_payment() {
    let app = app::wish().with_a_stopped_clock().start().await;
    let scene = Scene::of(&app).await;
    let payment = scene.pays(&app, "order-1", 90_000).await;
    scene.gives_back(&app, &payment, 19_001).await;
    let told = [
        "The refund of ₩19,001 was not deposited",
        "has not been deposited yet. We will help right away",
    ];
    scene.expect_told(&payment, &told).await;

    let unknown = scene.gives_back(&app, &payment, 19_041).await;
    let told = [
        "The bank is being asked whether the refund of ₩19,041 arrived",
        "A refund is under way.",
        "We are asking your bank whether your refund of ₩19,041 was deposited.",
    ];
    scene.expect_told(&payment, &told).await;
    scene
        .expect_told(
            &unknown,
            &["Not known yet whether money was returned", "Original payment"],
        )
        .await;

    ask_until_it_ends(&app, &scene.api, &format!("/refunds/{unknown}")).await;
    scene
        .expect_told(&unknown, &["The result was not known at first", "had been deposited"])
        .await;
}

#[tokio::test]
async fn more_than_a_page_shows_is_told_and_shown_to_who_asks_for_all() {
    let app = app::start().await;
    let scene = Scene::of(&app).await;
    let payment = scene.pays(&app, "order-1", 50_000).await;
    for _ in 0..22 {
        scene.gives_back(&app, &payment, 100).await;
    }
    let refunds = |page: &str| part(page, "facts").matches("href=\"/cs/payments/ref_").count();
    let page = scene.page(&payment).await;
    assert_eq!(refunds(&page), 20);
    assert!(page.contains("?all=yes#refunds-title"), "{page}");
    assert!(page.contains("?all=yes#told-title"), "{page}");
    let whole = scene
        .desk
        .get(&format!("/cs/payments/{payment}?all=yes"))
        .await
        .expect(200)
        .text;
    assert_eq!(refunds(&whole), 22);
    assert!(!whole.contains("?all=yes#"), "{whole}");
}
