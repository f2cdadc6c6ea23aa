//! `/partner`: how the day goes, what wants attention, and how far the integration has come.

use axum::response::Response;
use loco_rs::controller::Routes;

use super::{PartnerVisit, keys, payments, rows, settings, webhooks};
use crate::clock::{kst, kst_midnight};
use crate::controllers::extractors::session::CONSOLE_HOME;
use crate::controllers::pages::PageError;
use crate::controllers::routing::get;
use crate::ids::Prefix;
use crate::models::kinds::{TransferKind, TransferState};
use crate::models::webhook_endpoints;
use crate::money::Won;
use crate::partners::overview::{self, Sum};
use crate::transfers::find::{self, PartnerFilter};
use crate::views::partner::home::{Attention, EndpointLine, PartnerHome, StartStep, StateSum, StepWord, Today};

const LATEST: u64 = 5;
const START_GUIDE: &str = "/docs";
const MANDATES_GUIDE: &str = "/docs/guides/mandates-guide";
/// The states of payments, the most telling first.
const STATES: [TransferState; 8] = [
    TransferState::Succeeded,
    TransferState::Failed,
    TransferState::Unknown,
    TransferState::NeedsReview,
    TransferState::Executing,
    TransferState::Queued,
    TransferState::Canceled,
    TransferState::Expired,
];

pub fn routes() -> Routes {
    Routes::new().add(CONSOLE_HOME, get(show))
}

async fn show(visit: PartnerVisit) -> Result<Response, PageError> {
    let (db, owner, now) = (visit.db(), visit.owner(), visit.services.clock.now());
    let today = kst_midnight(now.with_timezone(&kst()).date_naive());
    let sums = overview::sums_since(db, owner, today).await?;
    let mut latest = find::payments_of_partner(db, owner, PartnerFilter::default(), LATEST)
        .await
        .map_err(payments::failed)?;
    find::cut(&mut latest, LATEST, find::Place::of);
    let steps = overview::steps(db, owner, now).await?;
    visit.show(&PartnerHome {
        partner_name: visit.partner.name.clone(),
        mode: visit.mode,
        stopped_at: visit.partner.stopped_at,
        today: today_of(&sums),
        latest: latest.into_iter().map(rows::payment_row).collect(),
        attention: attention_of(overview::attention(db, owner, now).await?, now),
        steps: (!steps.all_done()).then(|| start_steps(steps)),
        as_of: now,
    })
}

pub(in crate::controllers) fn today_of(sums: &[Sum]) -> Today {
    let find = |kind, state| sums.iter().find(|sum| sum.kind == kind && sum.state == state);
    let succeeded = |kind| {
        let sum = find(kind, TransferState::Succeeded);
        sum.map_or((0, Won::ZERO), |sum| (sum.count, Won::new(sum.won)))
    };
    let (paid_count, paid) = succeeded(TransferKind::Payment);
    let (refunded_count, refunded) = succeeded(TransferKind::Refund);
    let states = STATES.into_iter().filter_map(|state| {
        let sum = find(TransferKind::Payment, state)?;
        Some(StateSum {
            state,
            count: sum.count,
            sum: Won::new(sum.won),
        })
    });
    Today {
        paid_count,
        paid,
        refunded_count,
        refunded,
        states: states.collect(),
    }
}

fn attention_of(found: overview::Attention, now: chrono::DateTime<chrono::Utc>) -> Attention {
    let keys = |keys: Vec<_>| keys.into_iter().map(|key| rows::key_row(key, now)).collect();
    let endpoints = |endpoints: Vec<_>| endpoints.into_iter().map(endpoint_line).collect();
    Attention {
        never_used: keys(found.never_used),
        ending: keys(found.ending),
        failing: endpoints(found.failing),
        paused: endpoints(found.paused),
        unknown: found.unknown,
        needs_review: found.needs_review,
    }
}

fn endpoint_line(endpoint: webhook_endpoints::Model) -> EndpointLine {
    EndpointLine {
        id: Prefix::Endpoint.show(endpoint.id.0),
        url: endpoint.url,
        failures: endpoint.failures,
        paused_reason: endpoint.paused_reason,
    }
}

/// A step leads to where it is done: what is done by the API, to the guide that shows how.
fn start_steps(steps: overview::Steps) -> Vec<StartStep> {
    let step = |word, done, href| StartStep { word, done, href };
    let called = |word, done, guide, seen| step(word, done, if done { seen } else { guide });
    vec![
        step(StepWord::Key, steps.has_key, keys::PATH),
        called(StepWord::FirstCall, steps.has_used_key, START_GUIDE, keys::PATH),
        step(StepWord::ReturnUrl, steps.has_return_url, settings::PATH),
        step(StepWord::Endpoint, steps.has_endpoint, webhooks::PATH),
        called(
            StepWord::Mandate,
            steps.has_mandate,
            MANDATES_GUIDE,
            super::events::PATH,
        ),
        called(StepWord::Payment, steps.has_payment, START_GUIDE, payments::PATH),
    ]
}
