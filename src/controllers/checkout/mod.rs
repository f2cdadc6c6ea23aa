//! The hosted pages that a shop's link opens: `/checkout/{id}` for one payment, `/checkout/mandates/{id}` for a consent.
//!
//! Who has the link sees what is asked for; everything of a person is shown to its member alone.

mod choices;
mod mandate;
mod outcome;
mod pay;
mod shop;

use loco_rs::controller::Routes;

use super::pages::pages;

/// All routes of the hosted pages.
#[must_use]
pub fn routes() -> Routes {
    pages(pay::routes().merge(outcome::routes()).merge(mandate::routes()))
}
