//! A refund in a real browser: the button is pressed twice, with scripts and without.

use super::{agent, deposits, paid, refunds};
use crate::support::app;
use crate::support::browser::run_browser_script;
use crate::support::people::PASSWORD;

#[tokio::test]
async fn a_double_click_in_a_browser_refunds_once_and_shows_the_refund() {
    let app = app::start().await;
    let (api, id) = paid(&app, 12_300).await;
    drop(agent(&app, "cs").await);
    let env = [
        ("EMAIL", "cs@example.test"),
        ("PASSWORD", PASSWORD),
        ("PAYMENT", id.as_str()),
    ];
    run_browser_script("desk_refund", &app.base, &env).await;
    app.settled().await;
    let made = refunds(&api, &id).await;
    let amounts: Vec<_> = made.iter().map(|refund| refund["amount"].as_i64().unwrap()).collect();
    assert_eq!(amounts, [1_000, 2_000]);
    assert_eq!(deposits(&app).await, 2);
}
