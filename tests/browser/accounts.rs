//! Linking accounts and their balances in a real browser.

use naru::ids::Prefix;
use serde_json::json;

use crate::api::payments::payment;
use crate::support::app::{self, TestApp};
use crate::support::browser::run_browser_script;
use crate::support::people::{ACCOUNT, PASSWORD};

const EMAIL: &str = "minji@example.test";
/// The third of five accounts.
const HANGS: &str = "3020001234503";

#[tokio::test]
async fn every_failure_of_linking_is_told_in_plain_words_with_a_way_on() {
    let app = app::start().await;
    let member = app.member(EMAIL).await;
    app.account(member, ACCOUNT).await;
    let namesake = app.member("namesake@example.test").await;
    app.account(namesake, "3020007654321").await;
    let bank_url = app.bank_url();
    let env = [
        ("EMAIL", EMAIL),
        ("PASSWORD", PASSWORD),
        ("BANK_URL", &bank_url),
        ("OWN", ACCOUNT),
        ("TAKEN", "3020007654321"),
    ];
    run_browser_script("linking", &app.base, &env).await;
}

#[tokio::test]
async fn an_account_is_linked_and_unlinked_by_the_keyboard_alone() {
    let app = app::start().await;
    app.member(EMAIL).await;
    let env = [("EMAIL", EMAIL), ("PASSWORD", PASSWORD)];
    run_browser_script("keyboard", &app.base, &env).await;
}

#[tokio::test]
async fn the_back_button_never_shows_money_of_another_time_as_of_now() {
    let app = app::start().await;
    let member = app.member(EMAIL).await;
    app.account(member, ACCOUNT).await;
    let bank_url = app.bank_url();
    let env = [
        ("EMAIL", EMAIL),
        ("PASSWORD", PASSWORD),
        ("BANK_URL", &bank_url),
        ("ACCOUNT", ACCOUNT),
    ];
    run_browser_script("back", &app.base, &env).await;
}

/// A member with five accounts, in an app that waits so long for a balance.
async fn with_five_accounts(patience_ms: u64) -> TestApp {
    let app = app::wish()
        .settings(json!({ "bank": { "balance_timeout_ms": patience_ms } }))
        .start()
        .await;
    let member = app.member(EMAIL).await;
    for number in 1..=5 {
        app.account(member, &format!("30200012345{number:02}")).await;
    }
    app
}

#[tokio::test]
async fn while_the_bank_holds_one_of_five_balances_the_page_is_painted_and_the_other_four_arrive() {
    // Longer than the script waits for anything: what comes meanwhile does not come because this ended.
    let app = with_five_accounts(45_000).await;
    let bank_url = app.bank_url();
    let env = [
        ("EMAIL", EMAIL),
        ("PASSWORD", PASSWORD),
        ("BANK_URL", &bank_url),
        ("HANGS", HANGS),
    ];
    run_browser_script("balances", &app.base, &env).await;
}

#[tokio::test]
async fn a_balance_that_the_bank_holds_is_shown_as_it_last_was_when_patience_ends_and_nothing_moves() {
    const PATIENCE_MS: u64 = 4_000;
    let app = with_five_accounts(PATIENCE_MS).await;
    let (bank_url, patience) = (app.bank_url(), PATIENCE_MS.to_string());
    let env = [
        ("EMAIL", EMAIL),
        ("PASSWORD", PASSWORD),
        ("BANK_URL", &bank_url),
        ("HANGS", HANGS),
        ("PATIENCE_MS", &patience),
    ];
    run_browser_script("stale", &app.base, &env).await;
}

#[tokio::test]
async fn the_banks_statement_is_told_in_place_and_has_an_address_of_its_own() {
    let app = app::start().await;
    let member = app.member(EMAIL).await;
    let account = app.account(member, ACCOUNT).await;
    let shop = app.shop("나루상점").await;
    let mandate = app.mandate(&shop, member, account).await;
    for (order, amount_won) in [("order-1", 12_300), ("order-2", 345_600)] {
        let body = payment(&mandate, order, amount_won);
        shop.api.post("/payments", order, &body).await.expect(202);
    }
    app.settled().await;
    let path = format!("/accounts/{}", Prefix::Account.show(account.0));
    let env = [
        ("EMAIL", EMAIL),
        ("PASSWORD", PASSWORD),
        ("ACCOUNT_PATH", path.as_str()),
    ];
    run_browser_script("statement", &app.base, &env).await;
}

#[tokio::test]
async fn a_link_that_takes_long_is_followed_to_its_end_with_scripts_and_without() {
    let app = app::wish()
        .settings(json!({ "bank": { "link_patience_ms": 50, "link_timeout_ms": 5_000 } }))
        .start()
        .await;
    app.member(EMAIL).await;
    let slow = json!({ "operation": "link", "mode": "slow", "ms": 1_200 });
    app.bank_post("/_sim/mode", slow).await;
    let env = [("EMAIL", EMAIL), ("PASSWORD", PASSWORD)];
    run_browser_script("progress", &app.base, &env).await;
}
