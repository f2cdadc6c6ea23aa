//! Two devices of one member, in two browsers.

use crate::support::app;
use crate::support::browser::run_browser_script;
use crate::support::people::PASSWORD;

#[tokio::test]
async fn two_devices_see_each_other_and_signing_out_everywhere_ends_both_and_says_so() {
    let app = app::start().await;
    app.member("minji@example.test").await;
    let env = [("EMAIL", "minji@example.test"), ("PASSWORD", PASSWORD)];
    run_browser_script("devices", &app.base, &env).await;
}
