//! Finding: one search box and filters, all of it in the address.

use chrono::TimeDelta;
use naru::clock::kst_date;
use naru::models::kinds::Role;
use serde_json::json;

use super::desk;
use crate::api::payments::payment;
use crate::support::app::{self, TestApp};
use crate::support::visitor::Browser;

/// What a list shows, by the ids of its rows. A filter in the box leads to the address that says it.
pub(super) async fn found(desk: &Browser, query: &str) -> Vec<String> {
    let mut answer = desk.get(&format!("/cs/payments{query}")).await;
    if answer.status == 303 {
        answer = desk.get(answer.header("location")).await;
    }
    let html = answer.expect(200).text;
    let mut ids: Vec<String> = html
        .split("href=\"/cs/payments/")
        .skip(1)
        .filter_map(|part| part.split('"').next())
        .filter(|id| id.starts_with("pay_") || id.starts_with("ref_"))
        .map(str::to_owned)
        .collect();
    ids.dedup();
    ids
}

/// One succeeded payment with a refund, one failed payment; answers with their ids.
pub(super) async fn history(app: &TestApp) -> [String; 3] {
    let (shop, mandate) = app.shop_with_mandate().await;
    let mut ids = Vec::new();
    for (order, amount) in [("order-1", 12_300), ("order-2", 19_001)] {
        let made = shop
            .api
            .post("/payments", order, &payment(&mandate, order, amount))
            .await
            .expect(202)
            .json();
        ids.push(made["id"].as_str().unwrap().to_owned());
        app.settled().await;
    }
    let refunds = format!("/payments/{}/refunds", ids[0]);
    let refund = shop
        .api
        .post(&refunds, "r", &json!({ "amount": 2_300, "reason": "환불" }))
        .await
        .expect(202)
        .json();
    app.settled().await;
    let [paid, failed] = [ids.remove(0), ids.remove(0)];
    [paid, failed, refund["id"].as_str().unwrap().to_owned()]
}

#[tokio::test]
async fn a_payment_is_found_by_its_id_its_order_its_member_and_every_filter() {
    let app = app::start().await;
    let [paid, failed, refund] = history(&app).await;
    let desk = desk(&app).await;
    let today = kst_date(app.services.clock.now());
    let (day, next) = (today.to_string(), (today + TimeDelta::days(1)).to_string());
    let both = [refund.as_str(), paid.as_str()];
    let all = [refund.as_str(), failed.as_str(), paid.as_str()];
    for (query, expected) in [
        (String::new(), &all[..]),
        (format!("?q={paid}"), &both[..]),
        (format!("?q={refund}"), &[refund.as_str()][..]),
        ("?q=%20order-2%20".to_owned(), &[failed.as_str()][..]),
        ("?q=order-1".to_owned(), &both[..]),
        ("?q=MINJI%40example.test".to_owned(), &all[..]),
        ("?q=nobody%40example.test".to_owned(), &[][..]),
        ("?q=order-1&kind=payment".to_owned(), &[paid.as_str()][..]),
        ("?state=failed".to_owned(), &[failed.as_str()][..]),
        (format!("?from={day}&to={day}"), &all[..]),
        (format!("?from={next}"), &[][..]),
    ] {
        assert_eq!(found(&desk, &query).await, expected, "{query}");
    }
}

#[tokio::test]
async fn a_filter_that_cannot_be_read_is_told_kept_and_shows_nothing() {
    let app = app::start().await;
    history(&app).await;
    let desk = desk(&app).await;
    assert!(found(&desk, "?from=25.11.2026").await.is_empty());
    let html = desk.get("/cs/payments?state=lost&q=order-1").await.expect(200).text;
    assert!(
        html.contains("aria-invalid=\"true\"") && html.contains("value=\"order-1\""),
        "{html}"
    );
}

#[tokio::test]
async fn a_long_list_is_walked_by_its_next_link_and_keeps_the_filter() {
    let app = app::wish().without_workers().start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    for number in 0..60 {
        let order = format!("order-{number}");
        shop.api
            .post("/payments", &order, &payment(&mandate, &order, 1_000))
            .await
            .expect(202);
    }
    let desk = desk(&app).await;
    let first = desk.get("/cs/payments?state=queued").await.expect(200).text;
    let next = first
        .split('"')
        .find(|part| part.starts_with("/cs/payments?") && part.contains("cursor="))
        .unwrap();
    let next = next.replace("&amp;", "&").replace("&#x2F;", "/");
    assert!(next.contains("state=queued"), "{next}");
    let second = found(&desk, next.strip_prefix("/cs/payments").unwrap()).await;
    assert_eq!(second.len(), 10);
}

#[tokio::test]
async fn the_desk_is_for_staff_alone() {
    let app = app::start().await;
    let [paid, ..] = history(&app).await;
    let pages = [
        "/cs".to_owned(),
        "/cs/payments".to_owned(),
        format!("/cs/payments/{paid}"),
    ];
    let (_, member) = app.member_browser("other@example.test").await;
    let stranger = app.browser();
    for page in &pages {
        member.get(page).await.expect(403);
        let sent_away = stranger.get(page).await.expect(303);
        assert!(
            sent_away.header("location").starts_with("/sign-in"),
            "{}",
            sent_away.header("location")
        );
    }
    for (email, role) in [
        ("lead@example.test", Role::CsLead),
        ("audit@example.test", Role::Auditor),
    ] {
        app.staff(email, role).await;
        let browser = app.browser();
        browser.sign_in(email).await.expect(303);
        browser.get(&pages[2]).await.expect(200);
    }
}
