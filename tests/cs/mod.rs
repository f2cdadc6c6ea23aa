//! The desk: who may come in, and how a payment is found while a caller is on the line.

mod correction;
mod detail;
mod members;
mod mismatches;
mod notices;
mod overview;
mod overview_hours;
pub mod reviews;
mod reviews_taken;
pub mod rows;
mod search;

use naru::models::kinds::Role;

use crate::support::app::TestApp;
use crate::support::visitor::Browser;

/// A browser with staff signed in.
async fn desk(app: &TestApp) -> Browser {
    desk_of(app, "cs@example.test", Role::Cs).await
}

/// A browser of somebody of a role.
pub async fn desk_of(app: &TestApp, email: &str, role: Role) -> Browser {
    app.staff(email, role).await;
    let browser = app.browser();
    browser.sign_in(email).await.expect(303);
    browser
}
