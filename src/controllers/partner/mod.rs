//! A partner's console: its keys, its settings, and all that happened in its name.

mod deliveries;
mod events;
mod history;
pub(super) mod home;
mod key;
mod key_new;
mod keys;
mod payment;
mod payments;
pub(super) mod rows;
mod settings;
mod visit;
mod webhook;
mod webhook_change;
mod webhook_form;
pub(super) mod webhook_rows;
mod webhook_secret;
mod webhooks;

use loco_rs::controller::Routes;

use super::pages::pages;
pub use visit::PartnerVisit;

/// All routes of the console.
#[must_use]
pub fn routes() -> Routes {
    pages(
        home::routes()
            .merge(keys::routes())
            .merge(key_new::routes())
            .merge(key::routes())
            .merge(settings::routes())
            .merge(history::routes())
            .merge(payments::routes())
            .merge(payment::routes())
            .merge(events::routes())
            .merge(webhooks::routes())
            .merge(webhook::routes())
            .merge(webhook_change::routes())
            .merge(webhook_secret::routes())
            .merge(deliveries::routes()),
    )
}
