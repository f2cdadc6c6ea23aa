//! What a partner sees: its day, its payments, its events; and nothing of another's, nor of who paid.

use naru::ids::{Prefix, TransferId};
use naru::transfers::execute;
use serde_json::json;

use crate::api::payments::payment;
use crate::support::app::{self, TestApp};
use crate::support::people::Shop;

/// A payment of the shop that succeeded, by its shown id.
async fn paid(app: &TestApp, shop: &Shop, mandate: &str, order: &str, amount: i64) -> String {
    let body = payment(mandate, order, amount);
    let made = shop.api.post("/payments", order, &body).await.expect(202).json();
    let id = made["id"].as_str().unwrap().to_owned();
    execute::execute(&app.services, TransferId(Prefix::Payment.parse(&id).unwrap()))
        .await
        .unwrap();
    id
}

#[tokio::test]
async fn a_new_partner_is_shown_the_way_and_its_first_payment_is_counted() {
    let app = app::wish().without_workers().start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    let console = app.console(&shop, "dev@example.test").await;
    let page = console.get("/partner").await.expect(200).text;
    assert!(page.contains("연동 시작하기") && page.contains("첫 결제"), "{page}");
    paid(&app, &shop, &mandate, "order-1", 12_300).await;
    let page = console.get("/partner").await.expect(200).text;
    assert!(
        page.contains("12,300원") && page.contains("1건") && page.contains("order-1"),
        "{page}"
    );
    let english = console.get("/partner?lang=en").await.expect(200).text;
    assert!(
        english.contains("₩12,300") && english.contains("Getting started"),
        "{english}"
    );
}

#[tokio::test]
async fn what_the_bank_is_asked_about_and_what_a_person_looks_into_are_told_apart() {
    let app = app::wish()
        .without_workers()
        .settings(json!({ "bank": { "money_timeout_ms": 2_000 } }))
        .start()
        .await;
    let (shop, mandate) = app.shop_with_mandate().await;
    let console = app.console(&shop, "dev@example.test").await;
    let attention = || async {
        let page = console.get("/partner").await.expect(200).text;
        let [unknown, needs_review] = ["은행에 결과를 확인 중인 거래", "담당자가 확인 중인 거래"].map(|line| {
            let rest = page.split(line).nth(1)?;
            rest.split('건').next().map(|count| count.trim().to_owned())
        });
        (unknown, needs_review)
    };
    assert_eq!(attention().await, (None, None));
    paid(&app, &shop, &mandate, "order-1", 19_091).await;
    assert_eq!(attention().await, (None, Some("1".to_owned())));
    for (order, amount) in [("order-2", 19_041), ("order-3", 29_042)] {
        paid(&app, &shop, &mandate, order, amount).await;
    }
    assert_eq!(attention().await, (Some("2".to_owned()), Some("1".to_owned())));
    for (state, order) in [("unknown", "order-2"), ("needs_review", "order-1")] {
        let list = console.get(&format!("/partner/payments?state={state}")).await;
        assert!(list.expect(200).text.contains(order), "{state}");
    }
}

#[tokio::test]
async fn payments_are_found_by_order_state_day_and_amount_and_a_filter_that_cannot_be_read_shows_none() {
    let app = app::wish().without_workers().start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    let console = app.console(&shop, "dev@example.test").await;
    let one = paid(&app, &shop, &mandate, "order-1", 12_300).await;
    paid(&app, &shop, &mandate, "order-2", 9_001).await;
    let list = |query: &'static str| {
        let console = console.clone();
        async move { console.get(&format!("/partner/payments{query}")).await.expect(200).text }
    };
    let all = list("").await;
    assert!(all.contains("order-1") && all.contains("order-2"), "{all}");
    for (query, seen, unseen) in [
        ("?q=order-1", "12,300원", "9,001원"),
        ("?state=failed", "9,001원", "12,300원"),
        ("?least=10,000", "12,300원", "9,001원"),
        ("?most=10000", "9,001원", "12,300원"),
    ] {
        let page = list(query).await;
        assert!(page.contains(seen) && !page.contains(unseen), "{query}: {page}");
    }
    for query in [
        "?state=lost",
        "?from=x",
        "?least=-1",
        "?cursor=x",
        "?from=2026-12-01&to=2026-01-01",
    ] {
        let page = list(query).await;
        assert!(!page.contains("12,300원"), "{query}: {page}");
    }
    let found = console.get(&format!("/partner/payments?q={one}")).await.expect(303);
    assert_eq!(found.header("location"), format!("/partner/payments/{one}"));
}

#[tokio::test]
async fn a_payment_tells_whether_money_moved_with_its_refunds_and_events_and_nothing_of_who_paid() {
    let app = app::wish().without_workers().start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    let console = app.console(&shop, "dev@example.test").await;
    let id = paid(&app, &shop, &mandate, "order-1", 12_300).await;
    let refund = json!({ "amount": 2_300, "reason": "한 개 반품" });
    let refund = shop
        .api
        .post(&format!("/payments/{id}/refunds"), "key-9", &refund)
        .await;
    let refund = refund.expect(202).json()["id"].as_str().unwrap().to_owned();
    let page = console.get(&format!("/partner/payments/{id}")).await.expect(200).text;
    for part in [
        "출금됐어요",
        "한 개 반품",
        "payment.succeeded",
        &refund,
        "order-1",
        "이 이벤트를 받을 웹훅이 없었어요",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    for personal in ["김민지", "김*지", "minji", "3020001234567"] {
        assert!(!page.contains(personal), "{personal}: {page}");
    }
    let sent = console.get(&format!("/partner/payments/{refund}")).await.expect(303);
    assert_eq!(sent.header("location"), format!("/partner/payments/{id}"));
    let unread = console.get("/partner/events?type=payment.lost").await.expect(200).text;
    assert!(unread.contains("목록에 없는 값"), "{unread}");
    let events = console
        .get("/partner/events?type=payment.succeeded")
        .await
        .expect(200)
        .text;
    let event = events
        .split("/partner/events/evt_")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    let page = console
        .get(&format!("/partner/events/evt_{event}"))
        .await
        .expect(200)
        .text;
    assert!(
        page.contains("&quot;order_id&quot;") || page.contains("\"order_id\"") || page.contains("&#34;order_id"),
        "{page}"
    );
}

#[tokio::test]
async fn what_is_another_partners_is_not_there() {
    let app = app::wish().without_workers().start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    let id = paid(&app, &shop, &mandate, "order-1", 12_300).await;
    let own = app.console(&shop, "dev@example.test").await;
    let events = own.get("/partner/events").await.expect(200).text;
    let event = events
        .split("/partner/events/evt_")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    let other = app.shop("다른상점").await;
    let stranger = app.console(&other, "dev@other.test").await;
    for path in [
        format!("/partner/payments/{id}"),
        format!("/partner/events/evt_{event}"),
    ] {
        own.get(&path).await.expect(200);
        stranger.get(&path).await.expect(404);
    }
    for path in [
        "/partner",
        "/partner/payments",
        "/partner/payments?q=order-1",
        "/partner/events",
    ] {
        let page = stranger.get(path).await.expect(200).text;
        assert!(
            !page.contains("12,300원") && !page.contains(&id) && !page.contains(event),
            "{path}: {page}"
        );
    }
}
