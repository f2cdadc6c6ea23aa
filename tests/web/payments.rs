//! The list of payments: narrowed by what stands in the address, told what cannot be read, kept while paging.

use chrono::TimeDelta;
use naru::clock::kst_date;
use naru::models::kinds::TransferKind;
use serde_json::json;

use super::{charged, consent, id_of};
use crate::support::app::{self, TestApp};
use crate::support::people::Shop;
use crate::support::visitor::Browser;

/// What a list shows, by the ids of its rows.
async fn found(browser: &Browser, query: &str) -> Vec<String> {
    let html = browser.get(&format!("/payments{query}")).await.expect(200).text;
    let rows = html.split("class=\"row\" href=\"/payments/").skip(1);
    rows.filter_map(|part| part.split('"').next())
        .map(str::to_owned)
        .collect()
}

/// One payment that succeeded with a refund of it, one that failed, one that is not known, one that waits.
async fn history(app: &TestApp) -> (Shop, Browser, [String; 5]) {
    let (shop, mandate, browser) = consent(app).await;
    let paid = charged(&shop, &mandate, "order-1", 12_300).await;
    app.settled().await;
    let failed = charged(&shop, &mandate, "order-2", 19_001).await;
    app.settled().await;
    let unknown = charged(&shop, &mandate, "order-3", 19_099).await;
    app.settled().await;
    let made = shop
        .api
        .post(
            &format!("/payments/{paid}/refunds"),
            "r",
            &json!({ "amount": 2_300, "reason": "환불" }),
        )
        .await;
    let refund = id_of(&made.expect(202).json());
    app.settled().await;
    (shop, browser, [paid, failed, unknown, refund, mandate])
}

#[tokio::test]
async fn each_filter_shows_what_it_says_and_all_of_them_together() {
    let app = app::wish()
        .settings(json!({ "bank": { "money_timeout_ms": 2_000 } }))
        .start()
        .await;
    let (shop, browser, [paid, failed, unknown, refund, _]) = history(&app).await;
    let shop = shop.id.0.simple().to_string();
    let today = kst_date(app.services.clock.now());
    let (day, next) = (today.to_string(), (today + TimeDelta::days(1)).to_string());
    let all = [&refund, &unknown, &failed, &paid].map(String::as_str);
    for (query, right) in [
        (String::new(), all.to_vec()),
        ("?group=done".to_owned(), vec![&refund, &paid]),
        ("?group=ended".to_owned(), vec![&failed]),
        ("?group=checking".to_owned(), vec![&unknown]),
        ("?group=moving".to_owned(), vec![]),
        ("?kind=refund".to_owned(), vec![&refund]),
        ("?kind=payment".to_owned(), vec![&unknown, &failed, &paid]),
        ("?kind=payment&group=done".to_owned(), vec![&paid]),
        (format!("?shop={shop}"), all.to_vec()),
        (format!("?shop={shop}&group=ended&kind=payment"), vec![&failed]),
        ("?shop=00000000000000000000000000000001".to_owned(), vec![]),
        ("?period=7d".to_owned(), all.to_vec()),
        (format!("?from={next}"), vec![]),
        (format!("?to={}", today - TimeDelta::days(1)), vec![]),
        (
            format!("?from={}&to={next}&group=ended", today - TimeDelta::days(1)),
            vec![&failed],
        ),
        (
            format!("?period=7d&from={day}&to={next}&group=checking"),
            vec![&unknown],
        ),
    ] {
        assert_eq!(found(&browser, &query).await, right, "{query}");
    }
}

#[tokio::test]
async fn a_period_ends_today_and_what_is_older_is_one_link_away() {
    let app = app::wish().without_workers().start().await;
    let (shop, mandate, _) = consent(&app).await;
    let old = charged(&shop, &mandate, "order-1", 12_300).await;
    app.advance(TimeDelta::days(7)).await;
    let browser = app.browser();
    browser.sign_in("minji@example.test").await.expect(303);
    let page = browser.get("/payments?period=7d&group=moving").await.expect(200).text;
    assert!(
        page.contains("조건에 맞는 내역이 없어요") && !page.contains(&old),
        "{page}"
    );
    assert!(
        page.contains("href=\"/payments?group=moving\">전체 기간에서 찾기"),
        "{page}"
    );
    assert_eq!(found(&browser, "?period=1m").await, [old]);
}

#[tokio::test]
async fn a_filter_that_cannot_be_read_is_told_shows_nothing_and_is_kept() {
    let app = app::wish().without_workers().start().await;
    let (shop, mandate, browser) = consent(&app).await;
    let id = charged(&shop, &mandate, "order-1", 12_300).await;
    for query in [
        "group=lost",
        "kind=gift",
        "shop=1",
        "period=9y",
        "from=2026-02-30",
        "to=0000-01-01",
        "from=2026-11-02&to=2026-11-01",
        "cursor=xx",
        "group=%3Cscript%3Ealert(1)%3C%2Fscript%3E",
    ] {
        let page = browser.get(&format!("/payments?{query}")).await.expect(200).text;
        assert!(
            page.contains("조건을 이해하지 못해 내역을 보여드리지 않았어요"),
            "{query}: {page}"
        );
        assert!(!page.contains(&id) && !page.contains("<script>alert"), "{query}");
    }
    let kept = browser
        .get("/payments?from=30.11.2026&group=done")
        .await
        .expect(200)
        .text;
    assert!(
        kept.contains("value=\"30.11.2026\"") && kept.contains("name=\"group\" value=\"done\""),
        "{kept}"
    );
    browser.get("/payments?group=done&group=ended").await.expect(400);
}

#[tokio::test]
async fn pages_keep_the_filters_show_each_payment_once_and_name_each_day() {
    let app = app::wish().with_a_stopped_clock().without_workers().start().await;
    let (shop, mandate, browser) = consent(&app).await;
    let mut ids = Vec::new();
    for number in 0..23 {
        ids.push(charged(&shop, &mandate, &format!("order-{number}"), 1_000).await);
    }
    ids.reverse();
    let query = "?group=moving&kind=payment&period=7d";
    let page = browser.get(&format!("/payments{query}")).await.expect(200).text;
    let next = page.split("rel=\"next\" href=\"/payments").nth(1).unwrap();
    let next = next.split('"').next().unwrap().replace("&amp;", "&");
    assert!(next.starts_with(query) && next.contains("&cursor="), "{next}");
    let mut seen = found(&browser, query).await;
    assert_eq!(seen.len(), 20);
    seen.extend(found(&browser, &next).await);
    assert_eq!(seen, ids);
    let today = kst_date(app.services.clock.now());
    assert!(page.contains(&format!("<time datetime=\"{today}\">")), "{page}");
    assert_eq!(page.matches("class=\"day\"").count(), 1);
}

#[tokio::test]
async fn the_filter_finds_among_many_states_what_is_newest_whatever_its_state() {
    let app = app::wish().without_workers().start().await;
    let (shop, mandate, browser) = consent(&app).await;
    let mut ids = Vec::new();
    for (number, state) in ["failed", "canceled", "expired", "failed", "expired", "canceled"]
        .into_iter()
        .enumerate()
    {
        let id = charged(&shop, &mandate, &format!("order-{number}"), 1_000).await;
        app.sql(&format!(
            "UPDATE transfers SET state = '{state}', open_order_key = NULL WHERE order_id = 'order-{number}'"
        ))
        .await;
        ids.push(id);
    }
    ids.reverse();
    assert_eq!(found(&browser, "?group=ended").await, ids);
    assert_eq!(
        found(&browser, &format!("?kind={}", TransferKind::Payment.as_str())).await,
        ids
    );
}
