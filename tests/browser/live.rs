//! Pages in a real browser that hear what happens, and go on where they cannot.

use naru::ids::Prefix;
use naru::models::kinds::Role;

use crate::live::ear::Home;
use crate::support::app;
use crate::support::browser::run_browser_script;
use crate::support::people::{ACCOUNT, PASSWORD};

const EMAIL: &str = "minji@example.test";
const DESK_EMAIL: &str = "cs@example.test";

#[tokio::test]
async fn open_pages_follow_what_happens_and_go_by_their_timers_where_no_stream_stands() {
    // What is remembered is good for longer than this takes, but for where money moved.
    let remembered = serde_json::json!({ "balance": { "fresh_secs": 600 } });
    let app = app::wish().settings(remembered).start().await;
    let Home {
        member, shop, mandate, ..
    } = app.home(EMAIL).await;
    let accounts = naru::models::bank_accounts::Model::list_owned_by(app.services.db.read(), member).await;
    let account = Prefix::Account.show(accounts.expect("the database answers")[0].id.0);
    // Long enough for a page to be opened meanwhile.
    let slow = serde_json::json!({ "operation": "withdraw", "mode": "slow", "ms": 300 });
    app.bank_post("/_sim/mode", slow).await;
    app.staff(DESK_EMAIL, Role::Cs).await;
    let env = [
        ("EMAIL", EMAIL),
        ("DESK_EMAIL", DESK_EMAIL),
        ("PASSWORD", PASSWORD),
        ("KEY", shop.api.key.as_str()),
        ("MANDATE", mandate.as_str()),
        ("ACCOUNT", account.as_str()),
        ("NUMBER", ACCOUNT),
    ];
    run_browser_script("live", &app.base, &env).await;
}

#[tokio::test]
async fn a_page_that_has_no_stream_any_more_comes_back_only_where_that_helps() {
    let app = app::start().await;
    app.member_browser(EMAIL).await;
    let env = [("EMAIL", EMAIL), ("PASSWORD", PASSWORD)];
    run_browser_script("live_refused", &app.base, &env).await;
}
