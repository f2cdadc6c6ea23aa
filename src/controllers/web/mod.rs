//! The pages of members, and of visitors who are about to become one.

mod account_link;
mod account_manage;
mod accounts;
pub mod context;
mod forgotten;
mod home;
mod me;
mod me_password;
mod me_withdrawal;
mod outbox;
mod payments;
mod phone_steps;
mod profile;
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
            .merge(forgotten::routes())
            .merge(profile::routes())
            .merge(outbox::routes())
            .merge(accounts::routes())
            .merge(account_link::routes())
            .merge(account_manage::routes())
            .merge(payments::routes())
            .merge(me::routes())
            .merge(me_password::routes())
            .merge(me_withdrawal::routes()),
    )
}
