//! The verdict in the words of the page: rows and names in the place of ids.

use std::collections::HashMap;

use uuid::Uuid;

use crate::controllers::web::rows::shown_id;
use crate::desk::verdict::Verdict;
use crate::desk::verdict::back::Back;
use crate::desk::verdict::case::Case;
use crate::desk::verdict::evidence::Evidence;
use crate::desk::verdict::twice::Twice;
use crate::models::transfers;
use crate::views::cs::verdict::{BackAnswer, CsVerdict, EvidenceLine, TwiceAnswer};
use crate::views::transfer::TransferRow;

/// The verdict as it is shown. `row` makes a row of a transfer of this partner's.
pub fn shown(
    verdict: Verdict,
    case: &Case,
    staff: &HashMap<Uuid, String>,
    row: impl Fn(transfers::Model) -> TransferRow,
) -> CsVerdict {
    CsVerdict {
        moved: verdict.moved,
        story: verdict.story,
        when: verdict.when,
        until: verdict.until,
        evidence: verdict.evidence.into_iter().map(|piece| line(piece, staff)).collect(),
        next: verdict.next,
        twice: verdict.twice.and_then(|twice| answer(&twice, case, row)),
        back: verdict.back.and_then(|back| given_back(&back, case)),
    }
}

fn line(piece: Evidence, staff: &HashMap<Uuid, String>) -> EvidenceLine {
    let name = piece.staff.as_ref().and_then(|word| staff.get(&word.id?).cloned());
    let (reason, grounds) = piece.staff.map(|word| (word.reason, word.grounds)).unwrap_or_default();
    EvidenceLine {
        said: piece.said,
        source: piece.said.source(),
        at: piece.at,
        times: piece.times,
        proves: piece.proves,
        decides: piece.decides,
        staff_name: name.unwrap_or_default(),
        reason,
        grounds,
    }
}

fn answer(twice: &Twice, case: &Case, row: impl Fn(transfers::Model) -> TransferRow) -> Option<TwiceAnswer> {
    let mut others = case.of_order.iter().chain(&case.alike);
    let other = others.find(|other| other.id == twice.other)?;
    Some(TwiceAnswer {
        pair: twice.pair,
        likeness: twice.likeness,
        moved: twice.moved,
        other: row(other.clone()),
    })
}

fn given_back(back: &Back, case: &Case) -> Option<BackAnswer> {
    let mut all = std::iter::once(&case.transfer).chain(&case.refunds);
    let refund = all.find(|transfer| transfer.id == back.refund)?;
    Some(BackAnswer {
        giving: back.giving,
        amount: back.amount,
        is_all: back.is_all,
        at: back.at,
        by: back.by,
        refund_id: shown_id(refund),
        short_code: refund.short_code.clone(),
    })
}
