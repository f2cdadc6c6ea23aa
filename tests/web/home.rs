//! A member's first page: from our own data alone.

use serde_json::json;

use super::{charged, consent};
use crate::support::app;
use crate::support::people::ACCOUNT;

#[tokio::test]
async fn a_new_member_is_shown_where_to_begin() {
    let app = app::wish().without_workers().start().await;
    let (_, browser) = app.member_browser("minji@example.test").await;
    let page = browser.get("/").await.expect(200).text;
    for part in ["계좌를 연결하고 시작해요", "/accounts/new", "아직 내역이 없어요"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(!page.contains("????") && !page.contains("확인이 필요해요"), "{page}");
}

#[tokio::test]
async fn the_sum_is_of_what_is_known_says_what_is_not_and_asks_no_bank() {
    let app = app::wish().without_workers().start().await;
    let (member, browser) = app.member_browser("minji@example.test").await;
    let known = app.account(member, ACCOUNT).await;
    app.account(member, "3020007654321").await;
    let before = browser.get("/").await.expect(200).text;
    assert!(
        before.contains("????") && before.contains("잔액을 모르는 계좌 2개"),
        "{before}"
    );
    let path = naru::ids::Prefix::Account.show(known.0);
    browser.get(&format!("/accounts/{path}/balance")).await.expect(200);
    app.bank_post("/_sim/mode", json!({ "operation": "balance", "mode": "hang" }))
        .await;
    let page = browser.get("/").await.expect(200).text;
    let won = app.balance_at_bank(ACCOUNT).await;
    let shown = naru::money::Won::new(won).to_string();
    assert!(
        page.contains(&format!("{shown}원")) && page.contains("잔액을 모르는 계좌 1개"),
        "{page}"
    );
}

#[tokio::test]
async fn what_is_unfinished_and_the_latest_payments_lead_on() {
    let app = app::wish().without_workers().start().await;
    let (shop, mandate, browser) = consent(&app).await;
    for number in 0..6 {
        charged(&shop, &mandate, &format!("order-{number}"), 1_000 + number).await;
    }
    let member = app.only_member().await;
    app.account(member, "3020007654321").await;
    app.sql("UPDATE bank_accounts SET state = 'pending', nickname = '여행 계좌' WHERE number_masked = '30200076*****'")
        .await;
    let page = browser.get("/").await.expect(200).text;
    assert!(
        page.contains("계좌 연결을 마쳐 주세요") && page.contains("여행 계좌"),
        "{page}"
    );
    assert_eq!(page.matches("class=\"row\" href=\"/payments/").count(), 5, "{page}");
    assert!(page.contains("1,005원") && !page.contains("1,000원"), "{page}");
    for path in ["/mandates", "/payments?period=1m", "/notices", "/me"] {
        assert!(page.contains(&format!("href=\"{path}\"")), "{path}: {page}");
    }
    let elsewhere = browser.get("/?lang=en").await.expect(200).text;
    assert!(elsewhere.contains("Needs your attention"));
}
