//! Each state that the desk's page of a transfer can be in.

use super::{
    actions::Actions,
    correction::{CsCorrection, DecisionWord},
    payment::{CsFacts, CsMore, CsPeople, CsTransfer, Freshness},
    told::CsTold,
    unmask::UnmaskForm,
    verdict_samples as verdicts,
};
use crate::{
    desk::verdict::{
        back::Giving,
        next::{Next, Step},
        story::Story,
        twice::{Likeness, Pair},
    },
    models::kinds::{FailureCode, Mode, TransferKind, TransferState},
    money::Won,
    views::{
        example,
        form::{FieldErrors, FieldProblem},
        transfer::TransferRow,
        web::payment_detail::look_again_secs,
        words::UnknownWord,
    },
};

type Samples = Vec<(&'static str, CsTransfer)>;

pub(super) fn all() -> Samples {
    let mut samples: Samples = example::rows()
        .into_iter()
        .map(|row| (row.status.as_str(), sample(row, None, None)))
        .collect();
    for code in FailureCode::ALL {
        let row = example::row(TransferKind::Payment, TransferState::Failed);
        samples.push((code.as_str(), sample(row, Some(*code), None)));
    }
    for kind in [TransferKind::Payment, TransferKind::Refund] {
        for reason in UnknownWord::ALL {
            let row = example::row(kind, TransferState::Unknown);
            samples.push((reason.as_str(), sample(row, None, Some(*reason))));
        }
    }
    samples.extend(refunded());
    samples.extend(asked());
    samples.extend(corrections());
    samples
}

fn paid() -> CsTransfer {
    sample(
        example::row(TransferKind::Payment, TransferState::Succeeded),
        None,
        None,
    )
}

/// Given back in part, and how giving back stands in each way.
fn refunded() -> Samples {
    let mut refunded = paid();
    refunded.refunds = vec![
        example::row(TransferKind::Refund, TransferState::Queued),
        example::row(TransferKind::Refund, TransferState::Succeeded),
    ];
    refunded.facts.refunded = Won::new(2_300);
    refunded.facts.refund_reserved = Won::new(1_000);
    refunded.facts.refundable = Won::new(9_000);
    refunded.facts.mode = Mode::Live;
    let mut samples = vec![("refunded in part", refunded)];
    for giving in [
        Giving::Asked,
        Giving::Reviewed,
        Giving::UnderWay,
        Giving::JustTaken,
        Giving::Taken,
        Giving::Failed,
    ] {
        let mut page = paid();
        page.verdict.back = Some(verdicts::back(giving));
        if giving == Giving::UnderWay {
            page.verdict.next = vec![Next {
                step: Step::RefundGoesOn,
                at: None,
            }];
        }
        samples.push(("giving back", page));
    }
    samples
}

/// What callers ask about twice, much of everything, and the stories that a state alone does not tell.
fn asked() -> Samples {
    let mut samples = Vec::new();
    for likeness in [Likeness::Order, Likeness::Amount] {
        for pair in [
            Pair::Charged,
            Pair::GoingBack,
            Pair::GivenBack,
            Pair::MayBe,
            Pair::ThisAlone,
            Pair::OtherAlone,
        ] {
            let mut page = paid();
            page.verdict.twice = Some(verdicts::twice(pair, likeness));
            page.related = vec![example::row(TransferKind::Payment, TransferState::Succeeded)];
            page.alike = vec![example::row(TransferKind::Payment, TransferState::Failed)];
            samples.push(("twice", page));
        }
    }
    for story in [Story::MovedLate, Story::CorrectedMoved] {
        let mut page = paid();
        page.verdict.story = story;
        samples.push(("another story", page));
    }
    let mut waits = sample(example::row(TransferKind::Payment, TransferState::Queued), None, None);
    waits.verdict.story = Story::Maintenance;
    waits.verdict.until = Some(example::at(1_800));
    samples.push(("bank in maintenance", waits));
    let mut left = paid();
    left.people.member_email_masked = None;
    samples.push(("of a member who left", left));
    let mut much = paid();
    much.told = CsTold::examples();
    much.more = CsMore {
        story: true,
        refunds: true,
        related: true,
    };
    much.has_more_told = true;
    much.refunds = vec![example::row(TransferKind::Refund, TransferState::Succeeded)];
    much.related = vec![example::row(TransferKind::Payment, TransferState::Canceled)];
    samples.push(("much of everything", much.clone()));
    much.more = CsMore::default();
    much.has_more_told = false;
    much.shows_all = true;
    samples.push(("all of it", much));
    samples
}

/// A form that came back, and what a person decided.
fn corrections() -> Samples {
    let review = |kind| sample(example::row(kind, TransferState::NeedsReview), None, None);
    let refused = review(TransferKind::Payment).with_correction(|form| CsCorrection {
        decision: "lost".to_owned(),
        reason: "통장 확인".to_owned(),
        errors: FieldErrors::from([
            ("decision", FieldProblem::Required),
            ("evidence", FieldProblem::Required),
        ]),
        is_open: true,
        ..form
    });
    let mut corrected = paid();
    corrected.verdict.story = Story::CorrectedMoved;
    corrected.verdict.evidence = verdicts::by_staff();
    vec![
        ("correction refused", refused),
        ("correction of a refund", review(TransferKind::Refund)),
        ("corrected", corrected),
    ]
}

const fn correctable(status: TransferState) -> bool {
    matches!(
        status,
        TransferState::Unknown | TransferState::NeedsReview | TransferState::Succeeded | TransferState::Failed
    )
}

fn sample(transfer: TransferRow, failure: Option<FailureCode>, unknown_reason: Option<UnknownWord>) -> CsTransfer {
    let (kind, status) = (transfer.kind, transfer.status);
    let failure = failure.or((status == TransferState::Failed).then_some(FailureCode::InsufficientBalance));
    let untouched = matches!(
        status,
        TransferState::Queued | TransferState::Canceled | TransferState::Expired
    );
    CsTransfer {
        verdict: verdicts::of(status, failure),
        facts: CsFacts {
            version: 3,
            mode: Mode::Test,
            short_code: "NR7K2M9QX4".to_owned(),
            trace_number: (!untouched).then(|| example::TRACE.to_owned()),
            request_id: (status != TransferState::Expired).then(|| "req-0123456789abcdef".to_owned()),
            failure,
            unknown_reason,
            bank_code: failure.map(|_| "00133".to_owned()),
            refunded: Won::ZERO,
            refund_reserved: Won::ZERO,
            refundable: transfer.amount,
            executed_at: (!untouched).then(|| example::at(1)),
            settled_at: matches!(status, TransferState::Succeeded | TransferState::Failed).then(|| example::at(3)),
            next_check_at: (status == TransferState::Unknown).then(|| example::at(120)),
            expires_at: (status == TransferState::Queued).then(|| example::at(3_600)),
        },
        people: CsPeople {
            member_id: "mem_019ac1f05d7a7b3e8c41f2a90b6d7e10".to_owned(),
            member_name_masked: "김*지".to_owned(),
            member_email_masked: Some("mi***@naru.test".to_owned()),
            partner_id: "par_019ac1f05d7a7b3e8c41f2a90b6d7e10".to_owned(),
        },
        account: example::account_label(),
        story: example::story(kind, status),
        refunds: Vec::new(),
        payment: (kind == TransferKind::Refund).then(|| example::row(TransferKind::Payment, TransferState::Succeeded)),
        related: Vec::new(),
        alike: Vec::new(),
        told: Vec::new(),
        has_more_told: false,
        more: CsMore::default(),
        shows_all: false,
        unmask: (kind == TransferKind::Payment).then(UnmaskForm::example_on_a_payment),
        correction: correctable(status).then(|| CsCorrection::new(3, DecisionWord::ALL.to_vec())),
        actions: Actions::sample(),
        as_of: example::at(90),
        fresh: Freshness {
            mark: "9f3c21ab".to_owned(),
            look_again_secs: look_again_secs([status]),
        },
        transfer,
    }
}
