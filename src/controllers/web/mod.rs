//! The pages of members, and of visitors who are about to become one.

mod account_link;
mod account_manage;
mod account_statement;
mod accounts;
mod bank_notice;
pub mod context;
mod field_faults;
mod forgotten;
mod home;
mod link_pages;
pub mod mandate_cards;
mod mandates;
mod me;
mod me_factor;
mod me_factor_codes;
mod me_factor_new;
mod me_password;
mod me_withdrawal;
mod new_number;
pub mod notices;
mod outbox;
pub mod payment_detail;
pub mod payment_filter;
mod payments;
mod payments_csv;
mod phone_steps;
mod profile;
pub mod rows;
mod sign_in;
mod sign_up;
mod sign_up_details;
pub(super) mod status;

use loco_rs::controller::Routes;

use super::pages::pages;

/// All routes of the pages.
#[must_use]
pub fn routes() -> Routes {
    pages(
        home::routes()
            .merge(sign_up::routes())
            .merge(sign_up_details::routes())
            .merge(sign_in::routes())
            .merge(forgotten::routes())
            .merge(profile::routes())
            .merge(new_number::routes())
            .merge(outbox::routes())
            .merge(accounts::routes())
            .merge(account_link::routes())
            .merge(account_manage::routes())
            .merge(account_statement::routes())
            .merge(payments::routes())
            .merge(me::routes())
            .merge(me_password::routes())
            .merge(me_factor::routes())
            .merge(me_factor_codes::routes())
            .merge(me_factor_new::routes())
            .merge(me_withdrawal::routes())
            .merge(payments_csv::routes())
            .merge(payment_detail::routes())
            .merge(mandates::routes())
            .merge(notices::routes())
            .merge(status::routes()),
    )
}
