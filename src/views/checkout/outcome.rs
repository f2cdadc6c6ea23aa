//! `/checkout/{id}` once its member confirmed it: the payment live, and then how it ended, with the way back to the shop.

use serde::Serialize;

use super::{Asked, CHECKOUT_PATH, hostile, sample};
use crate::views::example;
use crate::views::page::Page;
use crate::views::web::payment_detail::Progress;
use crate::views::web::payment_samples;

/// The whole page.
#[derive(Clone, Debug, Serialize)]
pub struct Outcome {
    pub asked: Asked,
    pub progress: Progress,
}

/// `GET /checkout/{id}/progress`: the fragment that takes the place of the page's moving part.
#[derive(Clone, Debug, Serialize)]
pub struct OutcomeProgress {
    pub asked: Asked,
    pub progress: Progress,
}

fn samples() -> impl Iterator<Item = (&'static str, Asked, Progress)> {
    let payments = payment_samples::all().into_iter();
    let payments = payments.filter(|(_, progress)| progress.payment_id.is_none());
    payments.map(|(state, progress)| {
        let is_hostile = progress.transfer.partner_name == example::HOSTILE;
        let asked = if is_hostile { hostile } else { sample };
        (state, asked(CHECKOUT_PATH), progress)
    })
}

impl Page for Outcome {
    const TEMPLATE: &'static str = "checkout/outcome.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let page = |(state, asked, progress)| (state, Self { asked, progress });
        samples().map(page).collect()
    }
}

impl Page for OutcomeProgress {
    const TEMPLATE: &'static str = "checkout/_outcome.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let page = |(state, asked, progress)| (state, Self { asked, progress });
        samples().map(page).collect()
    }
}
