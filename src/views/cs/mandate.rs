//! `/cs/mandates/{id}`: one consent of a member's.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::members::CsMemberRow;
use super::reason_form::ReasonForm;
use crate::{
    models::kinds::Mode,
    views::{
        example,
        page::Page,
        web::mandates::{MandateCard, samples_of_cards},
    },
};

/// `GET /cs/mandates/{id}`, and the answer to its form when it was refused: `POST …/revocation`.
#[derive(Clone, Debug, Serialize)]
pub struct CsMandate {
    pub mandate: MandateCard,
    pub member: CsMemberRow,
    pub partner_path: String,
    pub mode: Mode,
    /// The partner's own name for the member.
    pub reference: Option<String>,
    pub version: i64,
    /// While it holds, for those who may end it.
    pub revocation: Option<ReasonForm>,
    pub as_of: DateTime<Utc>,
}

impl Page for CsMandate {
    const TEMPLATE: &'static str = "cs/mandate.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let of = |mandate, revocation| Self {
            mandate,
            member: CsMemberRow::example(),
            partner_path: "/cs/partners/par_019ac1f05d7a7b3e8c41f2a90b6d7e10".to_owned(),
            mode: Mode::Test,
            reference: Some(example::HOSTILE.to_owned()),
            version: 3,
            revocation,
            as_of: example::at(90),
        };
        let mut cards = samples_of_cards().into_iter();
        let active = cards.next();
        let mut samples = Vec::new();
        samples.extend(
            active
                .clone()
                .map(|card| ("holds", of(card, Some(ReasonForm::example())))),
        );
        samples.extend(active.map(|card| ("refused", of(card, Some(ReasonForm::refused_example())))));
        samples.extend(cards.map(|card| ("another", of(card, None))));
        samples
    }
}
