//! `/partner`: how the day goes, what wants attention, and how far the integration has come.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::keys::{KeyRow, KeyState};
use crate::{
    models::kinds::{Mode, PausedReason, TransferKind, TransferState},
    money::Won,
    views::{example, page::Page, transfer::TransferRow},
};

/// `GET /partner`.
#[derive(Clone, Debug, Serialize)]
pub struct PartnerHome {
    pub partner_name: String,
    pub mode: Mode,
    /// We have stopped it: nothing new is taken.
    pub stopped_at: Option<DateTime<Utc>>,
    pub today: Today,
    /// Newest first.
    pub latest: Vec<TransferRow>,
    pub attention: Attention,
    /// Until all is done.
    pub steps: Option<Vec<StartStep>>,
    pub as_of: DateTime<Utc>,
}

/// What was accepted since midnight in Korea.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Today {
    pub paid_count: i64,
    pub paid: Won,
    pub refunded_count: i64,
    pub refunded: Won,
    /// Payments by state, the most telling first; those without any are left out.
    pub states: Vec<StateSum>,
}

#[derive(Clone, Copy, Debug, Serialize)]
pub struct StateSum {
    pub state: TransferState,
    pub count: i64,
    pub sum: Won,
}

/// What a person should look at.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Attention {
    pub never_used: Vec<KeyRow>,
    pub ending: Vec<KeyRow>,
    pub failing: Vec<EndpointLine>,
    pub paused: Vec<EndpointLine>,
    pub unknown: i64,
    pub needs_review: i64,
}

#[derive(Clone, Debug, Serialize)]
pub struct EndpointLine {
    /// `whe_…`.
    pub id: String,
    pub url: String,
    pub failures: i64,
    pub paused_reason: Option<PausedReason>,
}

/// One step of an integration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct StartStep {
    pub word: StepWord,
    pub done: bool,
    pub href: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StepWord {
    Key,
    FirstCall,
    ReturnUrl,
    Endpoint,
    Mandate,
    Payment,
}

impl Page for PartnerHome {
    const TEMPLATE: &'static str = "partner/home.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let new = Self {
            partner_name: example::HOSTILE.to_owned(),
            mode: Mode::Test,
            stopped_at: None,
            today: Today::default(),
            latest: Vec::new(),
            attention: Attention::default(),
            steps: Some(first_steps()),
            as_of: example::at(90),
        };
        let sum = |state, count| StateSum {
            state,
            count,
            sum: Won::new(1_234_500 * count),
        };
        let endpoint = |paused_reason| EndpointLine {
            id: "whe_019ac1f05d7a7b3e8c41f2a90b6d7e10".to_owned(),
            url: "https://shop.example/hooks/naru".to_owned(),
            failures: 7,
            paused_reason,
        };
        let payments = example::rows()
            .into_iter()
            .filter(|row| row.kind == TransferKind::Payment);
        let busy = Self {
            partner_name: example::PARTNER.to_owned(),
            mode: Mode::Live,
            today: Today {
                paid_count: 1_204,
                paid: Won::new(1_234_567_890),
                refunded_count: 3,
                refunded: Won::new(45_000),
                states: [
                    TransferState::Succeeded,
                    TransferState::Failed,
                    TransferState::Unknown,
                    TransferState::Queued,
                ]
                .map(|state| sum(state, 12))
                .to_vec(),
            },
            latest: payments.take(5).collect(),
            attention: Attention {
                never_used: vec![KeyRow::example(KeyState::Active)],
                ending: vec![KeyRow::example(KeyState::Ending)],
                failing: vec![endpoint(None)],
                paused: vec![
                    endpoint(Some(PausedReason::ByPartner)),
                    endpoint(Some(PausedReason::Gone)),
                ],
                unknown: 2,
                needs_review: 1,
            },
            steps: None,
            ..new.clone()
        };
        let calm = Self {
            attention: Attention::default(),
            ..busy.clone()
        };
        let stopped = Self {
            stopped_at: Some(example::at(60)),
            ..calm.clone()
        };
        vec![("new", new), ("busy", busy), ("calm", calm), ("stopped", stopped)]
    }
}

/// The steps of a partner that has begun.
fn first_steps() -> Vec<StartStep> {
    let step = |word, done, href| StartStep { word, done, href };
    vec![
        step(StepWord::Key, true, "/partner/keys"),
        step(StepWord::FirstCall, false, "/docs"),
        step(StepWord::ReturnUrl, false, "/partner/settings"),
        step(StepWord::Endpoint, false, "/partner/webhooks"),
        step(StepWord::Mandate, true, "/partner/events"),
        step(StepWord::Payment, false, "/partner/payments"),
    ]
}
