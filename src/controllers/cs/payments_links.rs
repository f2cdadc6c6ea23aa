//! The links of the desk's list: each changes one part of the filter and keeps the rest in the address.

use super::payments::PATH;
use super::payments_filter::Wanted;
use super::payments_parts::PERIODS;
use crate::models::kinds::TransferState;
use crate::models::partners;
use crate::money::Won;
use crate::transfers::search::{Sort, Sum, Tally};
use crate::views::cs::payment_filter::{CsChip, CsFilter, FilterLink, PartnerChoice, StateTab};
use crate::views::cs::payments::{CsSums, FilterLinks, STATES};
use crate::views::paging::address;

/// All links of a filter. Nothing is counted where it cannot be read.
pub(super) fn links(wanted: &Wanted, tally: Option<&Tally>, partners: &[partners::Model]) -> FilterLinks {
    FilterLinks {
        tabs: tabs(wanted, tally),
        periods: periods(&wanted.shown),
        sorts: sorts(&wanted.shown, wanted.search.sort),
        chips: chips(wanted, partners),
        here: here(&wanted.shown),
    }
}

/// The address of a filter, from its first row on.
pub(super) fn here(filter: &CsFilter) -> String {
    address(PATH, &filter.pairs(), None)
}

fn with(filter: &CsFilter, change: impl Fn(&mut CsFilter)) -> String {
    let mut changed = filter.clone();
    change(&mut changed);
    here(&changed)
}

fn tabs(wanted: &Wanted, tally: Option<&Tally>) -> Vec<StateTab> {
    let kind = wanted.search.kind;
    let counted = |states: Option<&[TransferState]>| tally.map(|tally| count(tally.of(kind, states)));
    let all = StateTab {
        word: "all",
        href: with(&wanted.shown, |filter| filter.state.clear()),
        is_chosen: wanted.shown.state.is_empty(),
        count: counted(None).unwrap_or_default(),
    };
    let of_state = |state: TransferState| StateTab {
        word: state.as_str(),
        href: with(&wanted.shown, |filter| state.as_str().clone_into(&mut filter.state)),
        is_chosen: wanted.search.states.as_deref() == Some(&[state]),
        count: counted(Some(&[state])).unwrap_or_default(),
    };
    std::iter::once(all).chain(STATES.map(of_state)).collect()
}

/// `12,300`, with a `+` where there may be more.
pub(super) fn count(sum: Sum) -> String {
    let more = if sum.is_capped { "+" } else { "" };
    format!("{}{more}", Won::new(sum.count))
}

/// What the filter finds, over all its pages.
pub(super) fn sums(wanted: &Wanted, tally: &Tally) -> CsSums {
    use crate::models::kinds::TransferKind::{Payment, Refund};
    let (kind, states) = (wanted.search.kind, wanted.search.states.as_deref());
    let of = |one| {
        let is_asked = kind.is_none_or(|kind| kind == one);
        if is_asked {
            Won::new(tally.of(Some(one), states).won)
        } else {
            Won::default()
        }
    };
    let all = tally.of(kind, states);
    CsSums {
        count: count(all),
        payments: of(Payment),
        refunds: of(Refund),
        is_capped: all.is_capped,
    }
}

fn periods(filter: &CsFilter) -> Vec<FilterLink> {
    let has_days = !filter.from.is_empty() || !filter.to.is_empty();
    let link = |word: &'static str, period: &str| FilterLink {
        word,
        href: in_period(filter, period),
        is_chosen: !has_days && filter.period == period,
    };
    let all = link("all", "");
    std::iter::once(all)
        .chain(PERIODS.map(|word| link(word, word)))
        .collect()
}

/// The address of the filter in another period, or in all time.
pub(super) fn in_period(filter: &CsFilter, period: &str) -> String {
    with(filter, |filter| {
        period.clone_into(&mut filter.period);
        filter.from.clear();
        filter.to.clear();
    })
}

fn sorts(filter: &CsFilter, chosen: Sort) -> Vec<FilterLink> {
    let link = |sort: Sort| FilterLink {
        word: sort.as_str(),
        href: with(filter, |filter| {
            let word = if sort == Sort::default() { "" } else { sort.as_str() };
            word.clone_into(&mut filter.sort);
        }),
        is_chosen: sort == chosen,
    };
    Sort::ALL.map(link).to_vec()
}

fn chips(wanted: &Wanted, partners: &[partners::Model]) -> Vec<CsChip> {
    let filter = &wanted.shown;
    let chip = |field: &'static str, value: &str| {
        let is_wrong = wanted.errors.contains_key(field);
        let (value, is_negated) = match value.strip_prefix('-') {
            Some(rest) if !is_wrong => (rest, true),
            _ => (value, false),
        };
        let values = match field {
            "state" | "failure" if !is_wrong => value.split(',').map(str::to_owned).collect(),
            "partner" => vec![name_of(value, partners)],
            _ => vec![value.to_owned()],
        };
        CsChip {
            field,
            values,
            is_negated,
            is_wrong,
            without: with(filter, |filter| *part(filter, field) = String::new()),
        }
    };
    let narrowing = filter
        .pairs()
        .into_iter()
        .filter(|(field, _)| !matches!(*field, "q" | "sort"));
    narrowing
        .filter(|(_, value)| !value.is_empty())
        .map(|(field, value)| chip(field, value))
        .collect()
}

fn part<'a>(filter: &'a mut CsFilter, field: &str) -> &'a mut String {
    match field {
        "state" => &mut filter.state,
        "failure" => &mut filter.failure,
        "kind" => &mut filter.kind,
        "partner" => &mut filter.partner,
        "bank" => &mut filter.bank,
        "tag" => &mut filter.tag,
        "amount" => &mut filter.amount,
        "period" => &mut filter.period,
        "from" => &mut filter.from,
        _ => &mut filter.to,
    }
}

fn name_of(value: &str, partners: &[partners::Model]) -> String {
    let found = partners
        .iter()
        .find(|partner| partner.id.0.simple().to_string() == value);
    found.map_or_else(|| value.to_owned(), |partner| partner.name.clone())
}

pub(super) fn choice(partner: &partners::Model) -> PartnerChoice {
    PartnerChoice {
        value: partner.id.0.simple().to_string(),
        name: partner.name.clone(),
    }
}
