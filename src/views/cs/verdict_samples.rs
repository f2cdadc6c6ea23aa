//! Verdicts on transfers that do not exist, for the samples of the desk's page.

use super::verdict::{BackAnswer, CsVerdict, EvidenceLine, TwiceAnswer};
use crate::{
    desk::verdict::{
        back::Giving,
        next::{Next, Step},
        said::Said,
        story::Story,
        twice::{Likeness, Pair},
    },
    models::kinds::{FailureCode, TransferKind, TransferState},
    money::Won,
    views::example,
};

/// The verdict of a state, with what it usually rests on.
pub(super) fn of(status: TransferState, failure: Option<FailureCode>) -> CsVerdict {
    let (story, said, steps) = usual(status, failure);
    let next: Vec<Next> = steps
        .iter()
        .zip(1..)
        .map(|(step, place)| Next {
            step: *step,
            at: is_timed(*step).then(|| example::at(120 * place)),
        })
        .collect();
    let evidence = said.iter().zip(0..).map(|(said, place)| line(*said, place));
    let mut evidence: Vec<EvidenceLine> = evidence.collect();
    if let Some(first) = evidence.first_mut() {
        first.decides = true;
    }
    CsVerdict {
        moved: status.money_moved(),
        story,
        when: example::at(3),
        until: next.first().and_then(|next| next.at),
        evidence,
        next,
        twice: None,
        back: None,
    }
}

type Usual = (Story, &'static [Said], &'static [Step]);

fn usual(status: TransferState, failure: Option<FailureCode>) -> Usual {
    match (status, failure) {
        (TransferState::Queued, _) => (Story::Waiting, &[Said::NeverAsked], &[Step::IsSent, Step::Expires]),
        (TransferState::Executing, _) => (Story::Asking, &[Said::BankAwaited], &[Step::AnswerIsDue]),
        (TransferState::Succeeded, _) => (Story::Moved, &[Said::BankDone], &[Step::Nothing]),
        (TransferState::Failed, Some(FailureCode::NotSent)) => (Story::NotSent, &[Said::NotSent], &[Step::Nothing]),
        (TransferState::Failed, Some(FailureCode::BankNeverReceived)) => (
            Story::NeverReceived,
            &[Said::InquiryNothing, Said::BankSilent],
            &[Step::Nothing],
        ),
        (TransferState::Failed, _) => (Story::Refused, &[Said::BankRefused], &[Step::Nothing]),
        (TransferState::Unknown, _) => (
            Story::Unknown,
            &[Said::InquiryProcessing, Said::BankSilent],
            &[Step::IsAsked, Step::IsHandedOver],
        ),
        (TransferState::NeedsReview, _) => (
            Story::Review,
            &[Said::LateDone, Said::StatementDiffers, Said::BankUnclear],
            &[Step::PersonDecides],
        ),
        (TransferState::Canceled, _) => (Story::Canceled, &[Said::Canceled, Said::NeverAsked], &[Step::Nothing]),
        (TransferState::Expired, _) => (Story::Expired, &[Said::Expired, Said::NeverAsked], &[Step::Nothing]),
    }
}

const fn is_timed(step: Step) -> bool {
    matches!(
        step,
        Step::Expires | Step::AnswerIsDue | Step::IsAsked | Step::IsHandedOver
    )
}

fn line(said: Said, place: i64) -> EvidenceLine {
    EvidenceLine {
        said,
        source: said.source(),
        at: example::at(60 - 20 * place),
        times: if said == Said::InquiryNothing { 3 } else { 1 },
        proves: said.proves(),
        decides: false,
        staff_name: String::new(),
        reason: String::new(),
        grounds: String::new(),
    }
}

/// What a person decided, in words of their own.
pub(super) fn by_staff() -> Vec<EvidenceLine> {
    let decision = EvidenceLine {
        decides: true,
        staff_name: "박현우".to_owned(),
        reason: "고객이 두 번 문의".to_owned(),
        grounds: format!("거래내역 14:03 {}", example::HOSTILE),
        ..line(Said::StaffMoved, 0)
    };
    vec![decision, line(Said::BankSilent, 1)]
}

pub(super) fn twice(pair: Pair, likeness: Likeness) -> TwiceAnswer {
    TwiceAnswer {
        pair,
        likeness,
        moved: 2,
        other: example::row(TransferKind::Payment, TransferState::Succeeded),
    }
}

pub(super) fn back(giving: Giving) -> BackAnswer {
    BackAnswer {
        giving,
        amount: Won::new(2_300),
        is_all: false,
        at: example::at(30),
        by: (giving == Giving::JustTaken).then(|| example::at(630)),
        refund_id: "ref_019ac1f7b1c27d3e9f40a5b6c7d8e9fa".to_owned(),
        short_code: "NR7K2M9QX5".to_owned(),
    }
}
