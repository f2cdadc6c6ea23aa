//! One transfer against its own events.

use std::collections::BTreeSet;

use super::finding::{Finding, Flaw};
use crate::models::kinds::{EventType, TransferState};
use crate::models::{transfer_events, transfers};
use crate::transfers::{chain, state};

/// Everything that is wrong between the row and its events, which are in the order of their versions.
pub fn check(transfer: &transfers::Model, events: &[transfer_events::Model], found: &mut Vec<Finding>) {
    let mut flaws = Vec::new();
    events_follow(transfer, events, &mut flaws);
    row_follows(transfer, events.last(), &mut flaws);
    row_fits_its_state(transfer, &mut flaws);
    found.extend(flaws.into_iter().map(|flaw| Finding::new(transfer, flaw)));
}

fn events_follow(transfer: &transfers::Model, events: &[transfer_events::Model], flaws: &mut Vec<Flaw>) {
    let mut hash = chain::root(transfer);
    let mut before: Option<&transfer_events::Model> = None;
    for (event, expected) in events.iter().zip(1..) {
        let version = event.version;
        if version != expected {
            flaws.push(Flaw::VersionGap {
                expected,
                found: Some(version),
            });
            return;
        }
        if chain::next(&hash, event) != event.hash {
            flaws.push(Flaw::HashDiffers { version });
        }
        // Each link is judged by the one before as it stands: a change shows once.
        hash.clone_from(&event.hash);
        let from = before.map(|event| event.state);
        if event.previous_state.is_some() && event.previous_state != from {
            flaws.push(Flaw::PreviousStateDiffers { version });
        }
        if before.is_some_and(|before| event.at < before.at) {
            flaws.push(Flaw::TimeGoesBack { version });
        }
        if let Some(from) = from
            && !way_is_allowed(from, event)
        {
            flaws.push(Flaw::WayNotAllowed {
                version,
                from,
                to: event.state,
            });
        }
        before = Some(event);
    }
}

fn way_is_allowed(from: TransferState, event: &transfer_events::Model) -> bool {
    match event.event_type {
        EventType::Corrected => state::may_be_corrected(from, event.state),
        _ => from == event.state || state::may_follow(from, event.state),
    }
}

fn row_follows(transfer: &transfers::Model, last: Option<&transfer_events::Model>, flaws: &mut Vec<Flaw>) {
    let Some(last) = last else {
        flaws.push(Flaw::VersionGap {
            expected: 1,
            found: None,
        });
        return;
    };
    if last.version != transfer.version {
        flaws.push(Flaw::VersionDiffers {
            row: transfer.version,
            event: last.version,
        });
    } else if last.hash != transfer.history_hash {
        flaws.push(Flaw::HeadDiffers);
    }
    if last.state != transfer.state {
        flaws.push(Flaw::RowDiffers {
            row: transfer.state,
            event: last.state,
        });
    }
}

/// What each state demands of the row's other columns.
fn row_fits_its_state(transfer: &transfers::Model, flaws: &mut Vec<Flaw>) {
    use TransferState::{Canceled, Executing, Expired, Failed, Queued, Unknown};
    let state = transfer.state;
    let was_claimed = !matches!(state, Queued | Canceled | Expired);
    let rules = [
        ("settled_at", transfer.settled_at.is_some() == state.is_final()),
        ("open_order_key", !state.is_final() || transfer.open_order_key.is_none()),
        ("lease_until", transfer.lease_until.is_some() == (state == Executing)),
        ("next_check_at", transfer.next_check_at.is_some() == (state == Unknown)),
        ("failure_code", transfer.failure_code.is_some() == (state == Failed)),
        ("executed_at", transfer.executed_at.is_some() == was_claimed),
        ("trace_number", transfer.trace_number.is_some() == was_claimed),
        ("trace_at", transfer.trace_at.is_some() == was_claimed),
    ];
    let broken: BTreeSet<_> = rules
        .iter()
        .filter(|(_, holds)| !holds)
        .map(|(column, _)| *column)
        .collect();
    flaws.extend(broken.into_iter().map(|column| Flaw::RowIncomplete { column }));
}
