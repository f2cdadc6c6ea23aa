//! The desk: who may come in, and how a payment is found while a caller is on the line.

mod correction;
mod detail;
mod factor;
mod factor_recovery;
mod factor_reset;
mod me;
mod members;
mod notices;
mod people;
mod search;
mod session_times;

use naru::models::kinds::Role;

use crate::support::app::TestApp;
use crate::support::visitor::Browser;

/// A browser with staff signed in.
async fn desk(app: &TestApp) -> Browser {
    desk_of(app, "cs@example.test", Role::Cs).await
}

/// A browser of somebody of a role.
async fn desk_of(app: &TestApp, email: &str, role: Role) -> Browser {
    app.staff(email, role).await;
    let browser = app.browser();
    browser.sign_in(email).await.expect(303);
    browser
}
