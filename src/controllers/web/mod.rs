//! The pages of members, and of visitors who are about to become one.

mod account_link;
mod account_manage;
mod account_statement;
mod accounts;
pub mod context;
mod home;
mod link_pages;
mod payments;
pub mod rows;
mod sign_in;
mod sign_up;

use loco_rs::controller::Routes;

use super::pages::pages;

/// All routes of the pages.
#[must_use]
pub fn routes() -> Routes {
    pages(
        home::routes()
            .merge(sign_up::routes())
            .merge(sign_in::routes())
            .merge(accounts::routes())
            .merge(account_link::routes())
            .merge(account_manage::routes())
            .merge(account_statement::routes())
            .merge(payments::routes()),
    )
}
