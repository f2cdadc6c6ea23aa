//! The parts of the desk's filter: each read from its text, and brought to the one spelling that the address has.

use chrono::{Datelike, Months, NaiveDate, TimeDelta};
use uuid::Uuid;

use crate::desk::tags::TagWord;
use crate::ids::{PartnerId, Prefix};
use crate::models::kinds::{FailureCode, TransferKind, TransferState};
use crate::models::partners;
use crate::transfers::search::{Pick, amounts, failure_word, kind_word, states_word};
use crate::views::cs::payment_filter::CsFilter;

/// The periods that are offered, by their words.
pub(super) const PERIODS: [&str; 6] = ["today", "yesterday", "7d", "30d", "month", "last_month"];

/// The filter in the one spelling of each of its parts. What cannot be read stays as it is.
pub(super) fn spelled(filter: &CsFilter, partners: &[partners::Model]) -> CsFilter {
    let or_given = |spelled: Option<String>, given: &str| spelled.unwrap_or_else(|| given.to_owned());
    CsFilter {
        state: or_given(spell_states(&filter.state), &filter.state),
        failure: or_given(spell_failures(&filter.failure), &filter.failure),
        kind: or_given(spell_kind(&filter.kind), &filter.kind),
        partner: or_given(spell_partner(&filter.partner, partners), &filter.partner),
        bank: or_given(spell_bank(&filter.bank), &filter.bank),
        tag: or_given(spell_tag(&filter.tag), &filter.tag),
        amount: or_given(
            amounts(&filter.amount).ok().map(|range| range.to_string()),
            &filter.amount,
        ),
        ..filter.clone()
    }
}

/// A text after a `-` is everything but it.
fn signed(text: &str) -> (&'static str, &str) {
    text.strip_prefix('-').map_or(("", text), |rest| ("-", rest.trim()))
}

fn pick<T>(text: &str, parse: impl Fn(&str) -> Option<T>) -> Option<Pick<T>> {
    match signed(text) {
        ("-", rest) => parse(rest).map(Pick::Not),
        (_, rest) => parse(rest).map(Pick::Is),
    }
}

/// Words with commas between them, each once.
fn listed(sign: &str, words: impl IntoIterator<Item = &'static str>) -> String {
    let mut each: Vec<&str> = Vec::new();
    for word in words {
        if !each.contains(&word) {
            each.push(word);
        }
    }
    format!("{sign}{}", each.join(","))
}

/// `failed`, `failed,unknown`, `-succeeded`: at least one state, each once.
pub(super) fn states(text: &str) -> Option<Vec<TransferState>> {
    let (sign, _) = signed(text);
    let named = named_states(text)?;
    let all = TransferState::ALL.iter().copied();
    let states: Vec<_> = all.filter(|state| named.contains(state) == sign.is_empty()).collect();
    Some(states).filter(|states| !states.is_empty())
}

fn named_states(text: &str) -> Option<Vec<TransferState>> {
    let words: Option<Vec<Vec<TransferState>>> = signed(text).1.split(',').map(states_word).collect();
    Some(words?.concat())
}

pub(super) fn spell_states(text: &str) -> Option<String> {
    states(text)?;
    let words = named_states(text)?.into_iter().map(TransferState::as_str);
    Some(listed(signed(text).0, words))
}

/// `insufficient_balance`, `not_sent,bank_refused`, `-bank_refused`: at least one reason, each once. Other reasons are those
/// of what failed as well: what did not fail has none.
pub(super) fn failures(text: &str) -> Option<Vec<FailureCode>> {
    let (sign, _) = signed(text);
    let named = named_failures(text)?;
    let all = FailureCode::ALL.iter().copied();
    let failures: Vec<_> = all
        .filter(|failure| named.contains(failure) == sign.is_empty())
        .collect();
    Some(failures).filter(|failures| !failures.is_empty())
}

fn named_failures(text: &str) -> Option<Vec<FailureCode>> {
    signed(text).1.split(',').map(failure_word).collect()
}

pub(super) fn spell_failures(text: &str) -> Option<String> {
    failures(text)?;
    let words = named_failures(text)?.into_iter().map(FailureCode::as_str);
    Some(listed(signed(text).0, words))
}

pub(super) fn kind(text: &str) -> Option<TransferKind> {
    match pick(text, kind_word)? {
        Pick::Is(kind) => Some(kind),
        Pick::Not(TransferKind::Payment) => Some(TransferKind::Refund),
        Pick::Not(TransferKind::Refund) => Some(TransferKind::Payment),
    }
}

/// There are two: all but one is the other.
pub(super) fn spell_kind(text: &str) -> Option<String> {
    kind(text).map(|kind| kind.as_str().to_owned())
}

pub(super) fn partner(text: &str, partners: &[partners::Model]) -> Option<Pick<PartnerId>> {
    pick(text, |text| partner_of(text, partners))
}

/// A partner by its id, as the address has it or as pages show it, or by its name; a part of a name is enough where one
/// partner alone has it.
fn partner_of(text: &str, partners: &[partners::Model]) -> Option<PartnerId> {
    let name = text.to_lowercase();
    let by_id = id_of_partner(text);
    let exact = partners
        .iter()
        .find(|partner| by_id == Some(partner.id) || partner.name.to_lowercase() == name);
    let mut parts = partners
        .iter()
        .filter(|partner| partner.name.to_lowercase().contains(&name));
    let alone = parts.next().filter(|_| !name.is_empty() && parts.next().is_none());
    exact.or(alone).map(|partner| partner.id)
}

/// The id of a partner, with its prefix or without it, and with a `-` before it or not.
pub(super) fn id_of_partner(text: &str) -> Option<PartnerId> {
    let lower = signed(text.trim()).1.to_lowercase();
    let id = Prefix::Partner.parse(&lower).or_else(|| Uuid::try_parse(&lower).ok());
    id.map(PartnerId)
}

pub(super) fn spell_partner(text: &str, partners: &[partners::Model]) -> Option<String> {
    let (sign, rest) = signed(text);
    Some(format!("{sign}{}", partner_of(rest, partners)?.0.simple()))
}

pub(super) fn bank(text: &str) -> Option<Pick<String>> {
    pick(text, bank_code)
}

/// A bank's code, or the name of one that is linked here.
fn bank_code(text: &str) -> Option<String> {
    let is_code = text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_digit());
    match text.to_lowercase().as_str() {
        "농협" | "농협은행" | "nh" | "nh농협은행" => Some("011".to_owned()),
        "축협" | "지역농협" | "지역농축협" => Some("012".to_owned()),
        code => is_code.then(|| code.to_owned()),
    }
}

pub(super) fn spell_bank(text: &str) -> Option<String> {
    let (sign, rest) = signed(text);
    Some(format!("{sign}{}", bank_code(rest)?))
}

pub(super) fn tag(text: &str) -> Option<Pick<String>> {
    pick(text, |text| TagWord::parse(text).map(|word| word.as_str().to_owned()))
}

pub(super) fn spell_tag(text: &str) -> Option<String> {
    let (sign, rest) = signed(text);
    Some(format!("{sign}{}", TagWord::parse(rest)?.as_str()))
}

/// The first and the last day of a period; one that goes on has no last one.
pub(super) fn days_of(period: &str, today: NaiveDate) -> Option<(NaiveDate, Option<NaiveDate>)> {
    match period {
        "today" => Some((today, Some(today))),
        "yesterday" => today.pred_opt().map(|day| (day, Some(day))),
        "7d" => Some((today - TimeDelta::days(6), None)),
        "30d" => Some((today - TimeDelta::days(29), None)),
        "month" => today.with_day(1).map(|first| (first, None)),
        "last_month" => {
            let this = today.with_day(1)?;
            Some((this.checked_sub_months(Months::new(1))?, this.pred_opt()))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_period_is_of_korean_days_and_every_one_that_is_offered_can_be_read() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 26).unwrap();
        assert!(PERIODS.iter().all(|period| days_of(period, today).is_some()));
        let (first, last) = days_of("last_month", today).unwrap();
        assert_eq!(format!("{first} {}", last.unwrap()), "2026-10-01 2026-10-31");
    }

    #[test]
    fn what_is_left_out_is_everything_else() {
        let others = states("-succeeded,failed").unwrap();
        assert_eq!(others.len(), 6);
        assert!(!others.contains(&TransferState::Succeeded));
        let all: Vec<&str> = TransferState::ALL.iter().map(|state| state.as_str()).collect();
        assert_eq!(states(&format!("-{}", all.join(","))), None);
        let all: Vec<&str> = FailureCode::ALL.iter().map(|failure| failure.as_str()).collect();
        assert_eq!(failures(&format!("-{}", all.join(","))), None);
        assert_eq!(failures("-잔액부족").unwrap().len(), all.len() - 1);
        assert_eq!(kind("-refund"), Some(TransferKind::Payment));
        assert_eq!(bank("-088"), Some(Pick::Not("088".to_owned())));
        assert_eq!(tag("-이중결제"), Some(Pick::Not("이중결제".to_owned())));
    }

    #[test]
    fn every_part_has_one_spelling_whatever_it_was_called() {
        let given = CsFilter {
            state: "진행중,unknown".to_owned(),
            failure: "-잔액 부족,잔액".to_owned(),
            kind: "-환불".to_owned(),
            bank: "-농협".to_owned(),
            tag: "#ＶＩＰ".to_owned(),
            amount: ">=１０,000원".to_owned(),
            ..CsFilter::default()
        };
        let expected = CsFilter {
            state: "queued,executing,unknown,needs_review".to_owned(),
            failure: "-insufficient_balance".to_owned(),
            kind: "payment".to_owned(),
            bank: "-011".to_owned(),
            tag: "vip".to_owned(),
            amount: "10000..".to_owned(),
            ..CsFilter::default()
        };
        assert_eq!(spelled(&given, &[]), expected);
    }

    proptest! {
        #[test]
        fn what_is_spelled_is_spelled_the_same_again(text in "[-#,~.<> ]{0,2}[a-z0-9_,. 실패농협접수잔액]{0,12}") {
            let given = CsFilter {
                state: text.clone(),
                failure: text.clone(),
                kind: text.clone(),
                partner: text.clone(),
                bank: text.clone(),
                tag: text.clone(),
                amount: text,
                ..CsFilter::default()
            };
            let once = spelled(&given, &[]);
            prop_assert_eq!(spelled(&once, &[]), once);
        }
    }
}
