//! A transfer's row against its last event, and against what its state and its events demand of each column.

use super::flaw::Flaw;
use super::history::History;
use crate::models::kinds::{FailureCode, TransferState};
use crate::models::transfers;
use crate::transfers::policy::open_order_key;

/// Everything that is wrong with the row.
pub fn check(row: &transfers::Model, history: &History) -> Vec<Flaw> {
    let mut flaws = Vec::new();
    let Some(last) = history.last() else { return flaws };
    if last.version != row.version {
        flaws.push(Flaw::VersionDiffers {
            row: row.version,
            event: last.version,
        });
    } else if last.hash != row.history_hash {
        flaws.push(Flaw::HeadDiffers);
    }
    if last.state == row.state {
        let columns = of_its_state(row).into_iter().chain(of_its_events(row, history));
        let broken = columns.filter(|(_, holds)| !holds);
        flaws.extend(broken.map(|(column, _)| Flaw::ColumnDiffers { column }));
    } else {
        flaws.push(Flaw::RowDiffers {
            row: row.state,
            event: last.state,
        });
    }
    flaws
}

/// Each column with whether it is as the state demands.
fn of_its_state(row: &transfers::Model) -> Vec<(&'static str, bool)> {
    use TransferState::{Executing, Failed, Unknown};
    let state = row.state;
    let order = row.order_id.as_deref().filter(|_| row.payment_id.is_none());
    let open_order = order
        .filter(|_| !state.is_final())
        .map(|order| open_order_key(row.partner_id, order));
    vec![
        ("open_order_key", row.open_order_key == open_order),
        ("lease_until", row.lease_until.is_some() == (state == Executing)),
        ("next_check_at", row.next_check_at.is_some() == (state == Unknown)),
        ("failure_code", row.failure_code.is_some() == (state == Failed)),
    ]
}

/// Each column with whether it is as the events say. Where one is missing, nothing is said.
fn of_its_events(row: &transfers::Model, history: &History) -> Vec<(&'static str, bool)> {
    if !history.is_whole() {
        return Vec::new();
    }
    let settled_at = history.entered_at().filter(|_| row.state.is_final());
    let (claimed_at, trace_number) = history.claim().unzip();
    let failure = history.failure().filter(|_| row.state == TransferState::Failed);
    let failure_code = row.failure_code.map(FailureCode::as_str);
    vec![
        (
            "updated_at",
            history.last().is_some_and(|last| last.at == row.updated_at),
        ),
        ("settled_at", row.settled_at == settled_at),
        ("executed_at", row.executed_at == claimed_at),
        ("trace_at", row.trace_at == claimed_at),
        ("trace_number", row.trace_number == trace_number.flatten()),
        ("failure_code", failure.is_none() || failure.as_deref() == failure_code),
    ]
}
