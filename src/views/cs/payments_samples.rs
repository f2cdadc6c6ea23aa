//! The list of the desk in every state that looks different.

use super::payment_filter::{CsChip, CsFilter, FilterLink, PartnerChoice, StateTab, TypedFault, TypedProblem};
use super::payments::{CsSums, CsTransferList, FilterLinks, STATES};
use crate::models::kinds::{FailureCode, TransferKind, TransferState};
use crate::money::Won;
use crate::transfers::search::MeaningKind;
use crate::views::example;
use crate::views::form::{FieldErrors, FieldProblem};
use crate::views::paging::Paging;

pub(super) fn samples() -> Vec<(&'static str, CsTransferList)> {
    let rows = || example::rows().into_iter().map(example::cs_row).collect::<Vec<_>>();
    let all = CsTransferList {
        rows: rows(),
        sums: Some(sums()),
        newer: "/cs/payments/newer?since=b&seen=c".to_owned(),
        ..list(CsFilter::default())
    };
    let middle = CsTransferList {
        rows: rows(),
        sums: Some(CsSums {
            count: "10,000+".to_owned(),
            is_capped: true,
            ..sums()
        }),
        paging: Paging::new("/cs/payments", &asked().pairs(), Some("b"), Some("c")),
        understood: vec![MeaningKind::PhoneTail, MeaningKind::Amount, MeaningKind::Order],
        is_crowded: true,
        ..list(asked())
    };
    let nothing = CsTransferList {
        shortcuts_on: false,
        understood: MeaningKind::ALL.to_vec(),
        wider: Some(link("30d", false)),
        ..list(asked())
    };
    let misread = CsTransferList {
        errors: problems(),
        faults: TypedProblem::ALL.map(fault).to_vec(),
        ..list(unreadable())
    };
    vec![
        ("no transfers yet", list(CsFilter::default())),
        ("every state", all),
        ("filtered, in the middle", middle),
        ("nothing found", nothing),
        ("filter unreadable", misread),
    ]
}

fn problems() -> FieldErrors {
    FieldErrors::from([
        ("state", FieldProblem::ChoiceUnknown),
        ("failure", FieldProblem::ChoiceUnknown),
        ("kind", FieldProblem::ChoiceUnknown),
        ("partner", FieldProblem::ChoiceUnknown),
        ("bank", FieldProblem::ChoiceUnknown),
        ("tag", FieldProblem::TagFormat),
        ("amount", FieldProblem::AmountFormat),
        ("from", FieldProblem::DateFormat),
        ("to", FieldProblem::DatesReversed),
        ("cursor", FieldProblem::CursorUnknown),
    ])
}

fn unreadable() -> CsFilter {
    CsFilter {
        state: "lost".to_owned(),
        failure: "bad_luck".to_owned(),
        kind: "gift".to_owned(),
        bank: "x".to_owned(),
        tag: "two words".to_owned(),
        amount: "많이".to_owned(),
        from: "25.11.2026".to_owned(),
        to: "2026-02-30".to_owned(),
        ..asked()
    }
}

fn list(filter: CsFilter) -> CsTransferList {
    let links = FilterLinks {
        tabs: std::iter::once("all")
            .chain(STATES.map(TransferState::as_str))
            .map(tab)
            .collect(),
        periods: ["all", "today", "yesterday", "7d", "30d", "month", "last_month"]
            .map(|word| link(word, word == "all"))
            .to_vec(),
        sorts: ["newest", "oldest", "largest", "smallest"]
            .map(|word| link(word, word == "newest"))
            .to_vec(),
        chips: if filter.is_narrowed() { chips() } else { Vec::new() },
        here: "/cs/payments".to_owned(),
    };
    let choice = |value: &str, name: &str| PartnerChoice {
        value: value.to_owned(),
        name: name.to_owned(),
    };
    CsTransferList {
        partners: vec![
            choice("019ac1f0", example::PARTNER),
            choice("019ac1f1", example::HOSTILE),
        ],
        tags: vec!["이중결제".to_owned(), "vip".to_owned()],
        ..CsTransferList::new(filter, links, example::at(90))
    }
}

fn asked() -> CsFilter {
    CsFilter {
        q: example::HOSTILE.to_owned(),
        state: TransferState::Failed.as_str().to_owned(),
        failure: FailureCode::NotSent.as_str().to_owned(),
        kind: TransferKind::Payment.as_str().to_owned(),
        partner: "019ac1f0".to_owned(),
        bank: "011".to_owned(),
        tag: "vip".to_owned(),
        amount: "10000..20000".to_owned(),
        from: "2026-11-01".to_owned(),
        to: "2026-11-25".to_owned(),
        sort: "largest".to_owned(),
        ..CsFilter::default()
    }
}

fn sums() -> CsSums {
    CsSums {
        count: "11".to_owned(),
        payments: Won::new(1_234_567_890),
        refunds: Won::new(2_300),
        is_capped: false,
    }
}

fn chips() -> Vec<CsChip> {
    let chip = |field, value: &str, is_negated, is_wrong| CsChip {
        field,
        values: vec![value.to_owned()],
        is_negated,
        is_wrong,
        without: "/cs/payments".to_owned(),
    };
    vec![
        chip("state", "failed", true, false),
        chip("failure", "not_sent", true, false),
        chip("kind", "refund", false, false),
        chip("partner", example::HOSTILE, false, false),
        chip("bank", "011", true, false),
        chip("tag", "이중결제", false, false),
        chip("amount", "10000..20000", false, false),
        chip("period", "7d", false, false),
        chip("from", "2026-11-01", false, false),
        chip("to", "2026-02-30", false, true),
    ]
}

fn fault(why: TypedProblem) -> TypedFault {
    TypedFault {
        token: "stauts:failed".to_owned(),
        why,
    }
}

fn tab(word: &'static str) -> StateTab {
    StateTab {
        word,
        href: "/cs/payments".to_owned(),
        is_chosen: word == "all",
        count: "10,000+".to_owned(),
    }
}

fn link(word: &'static str, is_chosen: bool) -> FilterLink {
    FilterLink {
        word,
        href: "/cs/payments".to_owned(),
        is_chosen,
    }
}
