//! What the page of a transfer shows of its deeds: those that this reader may do to it as it is, and what staff left on it.

use super::super::StaffVisit;
use super::{approval, cancellation, notes};
use crate::controllers::pages::PageError;
use crate::desk::roles::Permission;
use crate::desk::{approvals, tags};
use crate::models::kinds::{Role, TransferKind, TransferState};
use crate::models::transfers;
use crate::transfers::refund;
use crate::views::cs::actions::{ActionWord, Actions};

/// Notes that stand on the page itself.
const LATEST: u64 = 3;

pub async fn offered(visit: &StaffVisit, transfer: &transfers::Model) -> Result<Actions, PageError> {
    let waiting = match transfer.kind {
        TransferKind::Payment => approvals::waiting_for(visit.db(), transfer.id).await?,
        TransferKind::Refund => None,
    };
    let waiting = match waiting {
        Some(asked) => Some(approval::card(visit, asked).await?),
        None => None,
    };
    let (latest, older) = crate::desk::notes::page(visit.db(), transfer.id.0, None, LATEST).await?;
    let tags = tags::of(visit.db(), transfer.id).await?;
    Ok(Actions {
        links: links(visit.staff.role, transfer, waiting.is_some()),
        waiting,
        tags: tags.into_iter().map(|tag| tag.word).collect(),
        notes: latest.into_iter().map(notes::line).collect(),
        has_more_notes: older.is_some(),
    })
}

/// In the order of their buttons. While a refund waits for a second person, there is no other one to ask for.
fn links(role: Role, transfer: &transfers::Model, is_one_waiting: bool) -> Vec<ActionWord> {
    let is_refundable = refund::remaining(transfer).is_positive() && transfer.kind == TransferKind::Payment;
    let offers = [
        (ActionWord::Refund, Permission::Refund, is_refundable && !is_one_waiting),
        (
            ActionWord::Cancellation,
            Permission::Cancel,
            cancellation::is_possible(transfer),
        ),
        (
            ActionWord::Inquiry,
            Permission::AskBank,
            transfer.state == TransferState::Unknown,
        ),
        (ActionWord::Resend, Permission::ResendWebhooks, was_told(transfer.state)),
        (ActionWord::Notes, Permission::SeePayments, true),
        (ActionWord::Tags, Permission::SeePayments, true),
    ];
    let offered = offers
        .into_iter()
        .filter(|(_, permission, makes_sense)| *makes_sense && role.may(*permission));
    offered.map(|(word, ..)| word).collect()
}

/// Whether a partner is told of what led here.
const fn was_told(state: TransferState) -> bool {
    !matches!(state, TransferState::Queued | TransferState::Executing)
}
