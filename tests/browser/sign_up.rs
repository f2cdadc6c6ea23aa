//! Signing up, another number and a forgotten password in a real browser, with and without scripts.

use chrono::TimeDelta;

use super::opened::expect_opened;
use crate::support::app;
use crate::support::browser::run_browser_script;
use crate::support::people::PASSWORD;

#[tokio::test]
async fn from_signing_up_with_the_code_of_the_outbox_to_a_new_password_with_scripts_and_without() {
    let app = app::start().await;
    let opened = run_browser_script("sign_up", &app.base, &[("PASSWORD", PASSWORD)]).await;
    expect_opened("sign_up", &opened);
    app.clock.advance(TimeDelta::seconds(31));
    let opened = run_browser_script("forgotten", &app.base, &[("PASSWORD", "another-good-password")]).await;
    expect_opened("forgotten", &opened);
}
