//! The desk: who may come in, and how a payment is found while a caller is on the line.

mod actions;
pub mod audit;
mod correction;
mod detail;
mod documented;
mod export;
mod export_reader;
mod factor;
mod factor_recovery;
mod factor_reset;
pub mod kept_plans;
mod mandates;
mod me;
mod member_notes;
mod members;
mod members_by_tail;
mod mismatches;
mod notices;
mod overview;
mod overview_hours;
mod partners;
mod people;
pub mod reviews;
mod reviews_approvals;
mod reviews_news;
mod reviews_taken;
pub mod rows;
mod search;
mod search_audit;
mod search_caller;
mod search_links;
mod search_list;
mod search_newer;
mod search_plans;
mod search_reasons;
mod session_times;
mod shortcuts;
mod timers;
mod typed_lines;
mod unmask;
mod unmask_of_payment;
mod verdict;

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
