//! The bank's own statement of an account, asked for while the member waits.

use std::fmt::Display;

use chrono::{Days, Months, NaiveDate, NaiveTime, TimeDelta};
use naru::bank::maintenance::in_korea;
use naru::clock::{Clock, kst_date};
use naru::ids::{AccountId, Prefix};
use naru::models::bank_accounts;
use sea_orm::{ConnectOptions, ConnectionTrait, Database, EntityTrait};
use serde_json::json;

use crate::api::payments::payment;
use crate::support::app::{self, TestApp};
use crate::support::line::Line;
use crate::support::people::ACCOUNT;
use crate::support::visitor::Browser;

async fn member_with_account(app: &TestApp, number: &str) -> (AccountId, Browser) {
    let (member, browser) = app.member_browser("minji@example.test").await;
    (app.account(member, number).await, browser)
}

async fn row(app: &TestApp, account: AccountId) -> bank_accounts::Model {
    let query = bank_accounts::Entity::find_by_id(account);
    query.one(app.services.db.read()).await.unwrap().unwrap()
}

fn path(account: AccountId, from: &impl Display, to: &impl Display) -> String {
    let id = Prefix::Account.show(account.0);
    format!("/accounts/{id}/statement?from={from}&to={to}")
}

fn today(app: &TestApp) -> NaiveDate {
    kst_date(app.services.clock.now())
}

async fn asked(app: &TestApp) -> usize {
    let calls = app.bank_get("/_sim/calls").await;
    let calls = calls["data"].as_array().unwrap();
    calls
        .iter()
        .filter(|call| call["api"] == "InquireTransactionHistory")
        .count()
}

/// So many withdrawals of today in the bank's books, of 1, 2, 3 … won.
async fn book(app: &TestApp, count: u32) {
    let mut books = ConnectOptions::new(format!("sqlite://{}", app.ledger().display()));
    books.sqlx_logging(false);
    let books = Database::connect(books).await.unwrap();
    let day = today(app).format("%Y%m%d");
    let now_ms = app.services.clock.now().timestamp_millis();
    let insert = format!(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})
         INSERT INTO transactions (account_id, institution, date, trace, api, direction, asked_won, moved_won,
           balance_after, memo, code, at_ms, day)
         SELECT (SELECT min(id) FROM accounts), '900001-001', '{day}', 'BOOKED' || i, 'DrawingTransfer',
           'out', i, i, 1000000 - i, 'memo ' || i, '00000', {now_ms}, '{day}' FROM n"
    );
    books.execute_unprepared(&insert).await.unwrap();
}

#[tokio::test]
async fn what_the_bank_booked_is_shown_with_what_came_in_and_went_out() {
    let app = app::start().await;
    let (account, browser) = member_with_account(&app, ACCOUNT).await;
    let shop = app.shop("나루상점").await;
    let mandate = app.mandate(&shop, row(&app, account).await.member_id, account).await;
    let paid = shop
        .api
        .post("/payments", "key-1", &payment(&mandate, "order-1", 12_300))
        .await
        .expect(202)
        .json();
    app.settled().await;
    let refunds = format!("/payments/{}/refunds", paid["id"].as_str().unwrap());
    shop.api
        .post(&refunds, "key-2", &json!({ "reason": "환불", "amount": 2_300 }))
        .await
        .expect(202);
    app.settled().await;

    let before = asked(&app).await;
    let page = browser
        .get(&path(account, &today(&app), &today(&app)))
        .await
        .expect(200)
        .text;
    for text in [
        "-12,300원",
        "+2,300원",
        "data-way=\"in\"",
        "data-way=\"out\"",
        "은행이 알려준 내역이에요",
    ] {
        assert!(page.contains(text), "{text}: {page}");
    }
    assert_eq!(asked(&app).await, before + 1, "one page, one call");
    assert!(!page.contains(ACCOUNT));
}

#[tokio::test]
async fn an_empty_period_and_an_account_without_days_are_told() {
    let app = app::start().await;
    let (account, browser) = member_with_account(&app, ACCOUNT).await;
    let id = Prefix::Account.show(account.0);
    let page = browser.get(&format!("/accounts/{id}/statement")).await.expect(200).text;
    assert!(page.contains("이 기간에는 거래가 없어요"), "{page}");
    // Without days it is the last month.
    let month_ago = today(&app).checked_sub_months(Months::new(1)).unwrap();
    assert!(
        page.contains(&format!("name=\"from\" type=\"date\" value=\"{month_ago}\"")),
        "{page}"
    );
}

#[tokio::test]
async fn days_that_the_bank_has_no_statement_for_ask_it_nothing() {
    let app = app::start().await;
    let (account, browser) = member_with_account(&app, ACCOUNT).await;
    let now = today(&app);
    let before = |months| now.checked_sub_months(Months::new(months)).unwrap().to_string();
    let tomorrow = now.checked_add_days(Days::new(1)).unwrap().to_string();
    let asked_before = asked(&app).await;
    for (from, to, text) in [
        (now.to_string(), before(1), "종료일이 시작일보다 빨라요"),
        (now.to_string(), tomorrow, "오늘까지 고를 수 있어요"),
        (before(13), before(12), "1년 전까지의 거래만"),
        (before(4), now.to_string(), "한 번에 3개월까지"),
        ("2026-13-01".to_owned(), now.to_string(), "형식으로 입력해"),
        ("<b>".to_owned(), String::new(), "형식으로 입력해"),
    ] {
        let page = browser.get(&path(account, &from, &to)).await.expect(200).text;
        assert!(page.contains(text) && !page.contains("<b>\""), "{from} {to}: {page}");
    }
    assert_eq!(asked(&app).await, asked_before);
}

#[tokio::test]
async fn a_long_statement_is_read_in_pages_of_a_hundred_and_cut_at_five_hundred_and_says_so() {
    let app = app::start().await;
    let (account, browser) = member_with_account(&app, ACCOUNT).await;
    for (rows, calls, is_cut) in [(100, 1, false), (101, 2, false), (501, 5, true)] {
        app.bank_post("/_sim/reset", json!({})).await;
        book(&app, rows).await;
        let page = browser
            .get(&path(account, &today(&app), &today(&app)))
            .await
            .expect(200)
            .text;
        assert_eq!(asked(&app).await, calls, "{rows}");
        assert_eq!(
            page.matches("class=\"row still").count(),
            usize::min(rows as usize, 500)
        );
        assert_eq!(page.contains("최근 500건만 보여드려요"), is_cut, "{rows}");
        // The newest first, so what is cut off is the oldest.
        assert!(page.contains(&format!("memo {rows}<")) && page.contains("memo 1<") != is_cut);
    }
}

#[tokio::test]
async fn a_bank_that_stops_on_the_way_leaves_the_newest_rows_and_says_so() {
    let line = Line::lay().await;
    let app = app::wish()
        .settings(json!({ "bank": { "url": line.url } }))
        .start()
        .await;
    line.leads_to(&app.bank_url());
    let (account, browser) = member_with_account(&app, ACCOUNT).await;
    book(&app, 150).await;
    line.cut(2);
    let page = browser
        .get(&path(account, &today(&app), &today(&app)))
        .await
        .expect(200)
        .text;
    assert!(page.contains("중간에 답을 멈춰서"), "{page}");
    assert_eq!(page.matches("class=\"row still").count(), 100);
    assert_eq!(line.calls(), 2, "a statement is not asked for again on our own");
}

#[tokio::test]
async fn every_failure_of_the_bank_is_told_with_a_way_to_ask_again() {
    let app = app::start().await;
    let (account, browser) = member_with_account(&app, ACCOUNT).await;
    let (now, path) = (today(&app), path(account, &today(&app), &today(&app)));
    for (mode, text) in [
        ("hang", "제때 답하지 않았어요"),
        ("down", "제때 답하지 않았어요"),
        ("refuse", "알려주지 않았어요"),
    ] {
        app.bank_mode("statement", mode).await;
        let page = browser.get(&path).await.expect(200).text;
        assert!(
            page.contains("거래내역을 가져오지 못했어요") && page.contains(text),
            "{mode}: {page}"
        );
        assert!(page.contains(&format!("statement?from={now}&amp;to={now}")), "{page}");
    }
}

#[tokio::test]
async fn an_ended_consent_is_told_beside_the_balance_with_the_way_to_the_bank_and_with_the_statement() {
    let app = app::start().await;
    let (account, browser) = member_with_account(&app, "3020000009003").await;
    let id = Prefix::Account.show(account.0);
    let card = browser.get(&format!("/accounts/{id}/balance")).await.expect(200).text;
    assert!(
        card.contains("href=\"https://consent.invalid/web\" rel=\"noreferrer\""),
        "{card}"
    );
    let page = browser
        .get(&path(account, &today(&app), &today(&app)))
        .await
        .expect(200)
        .text;
    // The simulated bank knows no moves of it, and says first that the consent ended.
    assert!(page.contains("다시 동의해야 거래내역을 볼 수 있어요"), "{page}");
}

#[tokio::test]
async fn a_closed_bank_is_not_asked_and_its_hour_is_told_beside_balance_and_statement() {
    // Closed all day but for the second in which the account is linked.
    let at = in_korea(
        kst_date(Clock::system().now()).checked_add_days(Days::new(1)).unwrap(),
        NaiveTime::MIN,
    );
    let app = app::wish()
        .settings(json!({ "bank": { "maintenance": [{ "from": "00:00:10", "to": "23:59:59" }] } }))
        .with_a_stopped_clock()
        .start()
        .await;
    app.clock.advance(at - app.services.clock.now());
    let (account, browser) = member_with_account(&app, ACCOUNT).await;
    app.clock.advance(TimeDelta::minutes(1));
    let id = Prefix::Account.show(account.0);
    let asked_before = app.bank_get("/_sim/calls").await["data"].as_array().unwrap().len();
    let card = browser.get(&format!("/accounts/{id}/balance")).await.expect(200).text;
    let page = browser
        .get(&path(account, &today(&app), &today(&app)))
        .await
        .expect(200)
        .text;
    for text in [card, page] {
        assert!(
            text.contains("점검 시간이에요") && text.contains("점검은 23:59에 끝나요"),
            "{text}"
        );
    }
    let asked = app.bank_get("/_sim/calls").await["data"].as_array().unwrap().len();
    assert_eq!(asked, asked_before);
}

#[tokio::test]
async fn another_members_statement_is_not_there_and_nobody_asks_without_end() {
    let app = app::wish().with_a_stopped_clock().start().await;
    let (account, browser) = member_with_account(&app, ACCOUNT).await;
    let path = path(account, &today(&app), &today(&app));
    let (_, stranger) = app.member_browser("stranger@example.test").await;
    stranger.get(&path).await.expect(404);
    for _ in 0..30 {
        browser.get(&path).await.expect(200);
    }
    let asked_before = asked(&app).await;
    let page = browser.get(&path).await.expect(200).text;
    assert!(page.contains("너무 여러 번 조회했어요"), "{page}");
    assert_eq!(asked(&app).await, asked_before);
}
