//! The desk: who may come in, and how a payment is found while a caller is on the line.

mod correction;
mod detail;
mod search;

use naru::models::kinds::Role;

use crate::support::app::TestApp;
use crate::support::visitor::Browser;

/// A browser with staff signed in.
async fn desk(app: &TestApp) -> Browser {
    app.staff("cs@example.test", Role::Cs).await;
    let browser = app.browser();
    browser.sign_in("cs@example.test").await.expect(303);
    browser
}
