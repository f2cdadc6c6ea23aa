//! The list of accounts, balances that load after the page, names, and letting an account go.

use std::time::{Duration, Instant};

use futures::future::join_all;
use naru::ids::{AccountId, Prefix};
use serde_json::json;

use crate::support::app::{self, TestApp};
use crate::support::people::ACCOUNT;
use crate::support::visitor::Browser;

fn path(account: AccountId) -> String {
    format!("/accounts/{}", Prefix::Account.show(account.0))
}

async fn balance_calls(app: &TestApp) -> usize {
    let calls = app.bank_get("/_sim/calls").await;
    calls["data"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|call| call["api"] == "InquireBalance")
        .count()
}

/// The block of one balance on a page.
fn block(page: &str, account: AccountId) -> String {
    let id = format!("id=\"balance-{}\"", Prefix::Account.show(account.0));
    let (_, rest) = page.split_once(&id).unwrap_or_else(|| panic!("no {id} in {page}"));
    rest.split_once("</div>").map_or(rest, |(block, _)| block).to_owned()
}

async fn member_with_account(app: &TestApp) -> (AccountId, Browser) {
    let (member, browser) = app.member_browser("minji@example.test").await;
    (app.account(member, ACCOUNT).await, browser)
}

#[tokio::test]
async fn a_page_shows_what_is_known_and_the_fragment_asks_the_bank_and_remembers() {
    let app = app::start().await;
    let (account, browser) = member_with_account(&app).await;
    let at_bank = app.balance_at_bank(ACCOUNT).await;
    let asked_before = balance_calls(&app).await;

    let first = block(&browser.get("/accounts").await.expect(200).text, account);
    assert!(
        first.contains("????") && first.contains("data-balance=\"loading\""),
        "{first}"
    );
    assert_eq!(balance_calls(&app).await, asked_before, "the page asked the bank");

    let fragment = browser.get(&format!("{}/balance", path(account))).await.expect(200);
    assert!(!fragment.text.contains("<html"));
    let fresh = block(&fragment.text, account);
    assert!(fresh.contains("data-balance=\"fresh\""), "{fresh}");
    assert!(fresh.contains(&format!("data-won=\"{at_bank}\"")), "{fresh}");

    let again = block(&browser.get("/accounts").await.expect(200).text, account);
    assert!(again.contains("data-balance=\"loading\""), "{again}");
    assert!(again.contains(&format!("data-won=\"{at_bank}\"")), "{again}");
}

#[tokio::test]
async fn a_dead_bank_leaves_the_last_known_value_with_its_time_or_says_that_there_is_none() {
    let mut app = app::start().await;
    let (member, browser) = app.member_browser("minji@example.test").await;
    let known = app.account(member, ACCOUNT).await;
    let unknown = app.account(member, "3020007654321").await;
    browser.get(&format!("{}/balance", path(known))).await.expect(200);
    app.stop_bank().await;

    browser.get("/accounts").await.expect(200);
    let stale = browser.get(&format!("{}/balance", path(known))).await.expect(200);
    let stale = block(&stale.text, known);
    assert!(
        stale.contains("data-balance=\"stale\"") && stale.contains("data-won"),
        "{stale}"
    );
    assert!(stale.contains("<time"), "{stale}");
    let never = browser.get(&format!("{}/balance", path(unknown))).await.expect(200);
    let never = block(&never.text, unknown);
    assert!(
        never.contains("data-balance=\"never\"") && never.contains("????"),
        "{never}"
    );
}

#[tokio::test]
async fn all_who_wait_for_one_balance_share_one_call() {
    let app = app::start().await;
    let (account, browser) = member_with_account(&app).await;
    let asked_before = balance_calls(&app).await;
    app.bank_post(
        "/_sim/mode",
        json!({ "operation": "balance", "mode": "slow", "ms": 300 }),
    )
    .await;
    let fragment = format!("{}/balance", path(account));
    let answers = join_all((0..12).map(|_| browser.get(&fragment))).await;
    for answer in answers {
        let fresh = block(&answer.expect(200).text, account);
        assert!(fresh.contains("data-balance=\"fresh\""), "{fresh}");
    }
    assert_eq!(balance_calls(&app).await, asked_before + 1);
}

#[tokio::test]
async fn one_hanging_account_does_not_hold_up_the_others() {
    let app = app::start().await;
    let (member, browser) = app.member_browser("minji@example.test").await;
    let mut accounts = Vec::new();
    for n in 0..5 {
        accounts.push(app.account(member, &format!("302000111222{n}")).await);
    }
    let hang = json!({ "operation": "balance", "mode": "hang", "account": "3020001112220" });
    app.bank_post("/_sim/mode", hang).await;
    let begun = Instant::now();
    let page = browser.get("/accounts?wait=1").await.expect(200).text;
    // One deadline for all five, not one after the other.
    assert!(begun.elapsed() < Duration::from_secs(4), "{:?}", begun.elapsed());
    let states: Vec<bool> = accounts
        .iter()
        .map(|account| block(&page, *account).contains("data-balance=\"fresh\""))
        .collect();
    assert_eq!(states, [false, true, true, true, true]);
}

#[tokio::test]
async fn a_young_balance_is_not_asked_for_again() {
    let app = app::wish()
        .settings(json!({ "balance": { "fresh_secs": 30 } }))
        .start()
        .await;
    let (account, browser) = member_with_account(&app).await;
    let fragment = format!("{}/balance", path(account));
    browser.get(&fragment).await.expect(200);
    let asked = balance_calls(&app).await;
    browser.get(&fragment).await.expect(200);
    assert_eq!(balance_calls(&app).await, asked);
    app.clock.advance(chrono::TimeDelta::seconds(31));
    browser.get(&fragment).await.expect(200);
    assert_eq!(balance_calls(&app).await, asked + 1);
}

#[tokio::test]
async fn an_account_is_renamed_and_a_long_name_comes_back_as_typed() {
    let app = app::start().await;
    let (account, browser) = member_with_account(&app).await;
    let rename = format!("{}/nickname", path(account));
    let long = "가".repeat(21);
    let refused = browser.post(&rename, &[("nickname", &long)]).await.expect(422);
    assert!(refused.text.contains(&long));
    browser
        .post(&rename, &[("nickname", " <b>월급</b> ")])
        .await
        .expect(303);
    let page = browser.get(&path(account)).await.expect(200).text;
    assert!(page.contains("&lt;b&gt;월급") && !page.contains("<b>월급"));
}
