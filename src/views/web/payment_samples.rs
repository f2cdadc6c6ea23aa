//! A payment's moving part in every state that looks different.

use super::payment_detail::{Now, Progress, RefundStory, SOON_SECS, Step, look_again_secs};
use crate::{
    models::kinds::{EventType, FailureCode, TransferKind, TransferState},
    money::Won,
    views::{example, transfer::TransferRow},
};

pub(in crate::views) fn all() -> Vec<(&'static str, Progress)> {
    let mut samples: Vec<(&'static str, Progress)> = example::rows()
        .into_iter()
        .map(|row| (row.status.as_str(), sample(row)))
        .collect();
    for code in FailureCode::ALL {
        let failed = sample(example::row(TransferKind::Payment, TransferState::Failed));
        samples.push((
            code.as_str(),
            Progress {
                failure: Some(*code),
                ..failed
            },
        ));
    }
    let mut waiting = sample(example::row(TransferKind::Payment, TransferState::Queued));
    if let Some(now) = waiting.now.as_mut() {
        now.maintenance_until = Some(example::at(1_800));
    }
    samples.push(("waiting for the end of maintenance", waiting));
    let mut refunded = sample(example::row(TransferKind::Payment, TransferState::Succeeded));
    refunded.refunds = TransferState::ALL
        .iter()
        .map(|state| RefundStory {
            transfer: example::row(TransferKind::Refund, *state),
            sent_at: (*state != TransferState::Queued).then(|| example::at(4)),
            settled_at: state.is_final().then(|| example::at(9)),
        })
        .collect();
    refunded.refunded = Won::new(2_300);
    refunded.refundable = Some(Won::new(7_700));
    refunded.look_again_secs = Some(SOON_SECS);
    samples.push(("refunds in every state", refunded));
    samples
}

fn sample(transfer: TransferRow) -> Progress {
    let is_refund = transfer.kind == TransferKind::Refund;
    let status = transfer.status;
    let has_ended = status.is_final();
    Progress {
        account: example::account_label(),
        mandate_id: (!is_refund).then(|| "man_019ac1f05d7a7b3e8c41f2a90b6d7e10".to_owned()),
        failure: (status == TransferState::Failed).then_some(FailureCode::InsufficientBalance),
        settled_at: has_ended.then(|| example::at(2)),
        refunded: Won::ZERO,
        refundable: (!is_refund && status == TransferState::Succeeded).then_some(transfer.amount),
        refunds: Vec::new(),
        payment_id: is_refund.then(|| example::PAYMENT_ID.to_owned()),
        timeline: example::events(status)
            .into_iter()
            .filter(|(_, event, _)| EventType::TOLD_TO_MEMBERS.contains(event))
            .map(|(seconds, event, status)| Step {
                at: example::at(seconds),
                event,
                status,
            })
            .collect(),
        now: (!has_ended).then(|| Now {
            checks: 2,
            next_check_at: (status == TransferState::Unknown).then(|| example::at(120)),
            maintenance_until: None,
            expires_at: (status == TransferState::Queued).then(|| example::at(86_400)),
        }),
        look_again_secs: look_again_secs([status]),
        mark: "3".to_owned(),
        transfer,
    }
}
