//! Signing up and a forgotten password in a real browser, with and without scripts.

use chrono::TimeDelta;

use crate::support::app;
use crate::support::browser::run_browser_script;
use crate::support::people::PASSWORD;

#[tokio::test]
async fn from_signing_up_with_the_code_of_the_outbox_to_the_accounts_with_scripts_and_without() {
    let app = app::start().await;
    let clock = app.clock.clone();
    // Half a minute has to pass between two codes to one phone: here it passes with every page.
    let outbox = app.services.sms.outbox().expect("the development sender").clone();
    let passing = tokio::spawn(async move {
        let mut seen = 0;
        loop {
            let count = outbox.messages().len();
            if count != seen {
                clock.advance(TimeDelta::seconds(31));
                seen = count;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    });
    run_browser_script("sign_up", &app.base, &[("PASSWORD", PASSWORD)]).await;
    passing.abort();
}
