//! Filters that were typed into the box, brought to where the form's controls keep theirs.

use chrono::NaiveDate;

use super::payments_parts::{spell_bank, spell_failures, spell_kind, spell_partner, spell_states, spell_tag};
use crate::models::partners;
use crate::transfers::search::{AmountsFault, Days, DaysFault, Key, Typed, TypedFilter, amounts, days};
use crate::views::cs::payment_filter::{CsFilter, TypedFault, TypedProblem};

/// The filter with what was typed in it, and what cannot be read.
pub(super) fn fold(
    filter: &CsFilter,
    typed: &Typed,
    partners: &[partners::Model],
    today: NaiveDate,
) -> (CsFilter, Vec<TypedFault>) {
    let mut folded = CsFilter {
        q: requoted(&typed.text),
        ..filter.clone()
    };
    let fault = |token: &str, why| TypedFault {
        token: token.to_owned(),
        why,
    };
    let unknown = typed.unknown.iter().map(|key| fault(&key.0, TypedProblem::Key));
    let mut faults: Vec<TypedFault> = unknown.collect();
    let mut seen = Vec::new();
    for one in &typed.filters {
        let is_again = seen.contains(&one.key);
        seen.push(one.key);
        let read = if is_again {
            Err(TypedProblem::Twice)
        } else {
            put(&mut folded, one, partners, today)
        };
        faults.extend(read.err().map(|why| fault(&one.token, why)));
    }
    (folded, faults)
}

/// A text that would be read as a filter is one that was in quotes.
fn requoted(text: &str) -> String {
    let again = crate::transfers::search::split(text);
    if again.text == text {
        text.to_owned()
    } else {
        format!("\"{text}\"")
    }
}

fn put(
    filter: &mut CsFilter,
    typed: &TypedFilter,
    partners: &[partners::Model],
    today: NaiveDate,
) -> Result<(), TypedProblem> {
    let value = typed.value.as_str();
    if value.is_empty() {
        return Err(TypedProblem::Empty);
    }
    let text = if typed.is_negated {
        format!("-{value}")
    } else {
        value.to_owned()
    };
    match typed.key {
        Key::State => filter.state = spell_states(&text).ok_or(TypedProblem::State)?,
        Key::Failure => filter.failure = spell_failures(&text).ok_or(TypedProblem::Failure)?,
        Key::Kind => filter.kind = spell_kind(&text).ok_or(TypedProblem::Kind)?,
        Key::Partner => filter.partner = spell_partner(&text, partners).ok_or(TypedProblem::Partner)?,
        Key::Bank => filter.bank = spell_bank(&text).ok_or(TypedProblem::Bank)?,
        Key::Tag => filter.tag = spell_tag(&text).ok_or(TypedProblem::Tag)?,
        Key::Amount | Key::Date if typed.is_negated => return Err(TypedProblem::Negated),
        Key::Amount => filter.amount = amount(value)?,
        Key::Date => {
            (filter.from, filter.to) = dates(value, today)?;
            filter.period = String::new();
        }
    }
    Ok(())
}

fn amount(value: &str) -> Result<String, TypedProblem> {
    let range = amounts(value).map_err(|fault| match fault {
        AmountsFault::Format => TypedProblem::Amount,
        AmountsFault::Reversed => TypedProblem::AmountReversed,
    })?;
    Ok(range.to_string())
}

/// Days and not words: an address that is passed on tomorrow must show the same.
fn dates(value: &str, today: NaiveDate) -> Result<(String, String), TypedProblem> {
    let Days { from, to } = days(value, today).map_err(|fault| match fault {
        DaysFault::Format => TypedProblem::Date,
        DaysFault::Reversed => TypedProblem::DateReversed,
    })?;
    let shown = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    Ok((shown(from), shown(to)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transfers::search::split;

    fn folded(typed: &str) -> (CsFilter, Vec<TypedFault>) {
        let today = NaiveDate::from_ymd_opt(2026, 11, 26).unwrap();
        fold(&CsFilter::default(), &split(typed), &[], today)
    }

    #[test]
    fn what_is_typed_comes_to_where_the_controls_are_in_either_language() {
        let (filter, faults) =
            folded("김민지 상태:실패 사유:\"잔액 부족\" 종류:환불 금액:>10000 날짜:어제 bank:088 태그:#VIP");
        assert_eq!(faults, []);
        let yesterday = "2026-11-25".to_owned();
        let expected = CsFilter {
            q: "김민지".to_owned(),
            state: "failed".to_owned(),
            failure: "insufficient_balance".to_owned(),
            kind: "refund".to_owned(),
            bank: "088".to_owned(),
            tag: "vip".to_owned(),
            amount: "10001..".to_owned(),
            from: yesterday.clone(),
            to: yesterday,
            ..CsFilter::default()
        };
        assert_eq!(filter, expected);
        assert_eq!(folded("-status:succeeded").0.state, "-succeeded");
        assert_eq!(folded("status:failed,검토").0.state, "failed,needs_review");
        assert_eq!(folded("-사유:한도,not_sent").0.failure, "-over_bank_limit,not_sent");
        assert_eq!(folded("-tag:이중결제").0.tag, "-이중결제");
        assert_eq!(folded("\"a:b\"").0.q, "\"a:b\"");
    }

    #[test]
    fn each_filter_that_cannot_be_read_is_told_with_its_reason() {
        let why = |typed: &str| folded(typed).1.into_iter().map(|fault| fault.why).collect::<Vec<_>>();
        for (typed, expected) in [
            ("stauts:failed", TypedProblem::Key),
            ("status:", TypedProblem::Empty),
            ("status:lost", TypedProblem::State),
            ("failure:bad_luck", TypedProblem::Failure),
            ("kind:gift", TypedProblem::Kind),
            ("partner:아무개", TypedProblem::Partner),
            ("bank:농", TypedProblem::Bank),
            ("tag:\"두 단어\"", TypedProblem::Tag),
            ("amount:많이", TypedProblem::Amount),
            ("amount:20000..10000", TypedProblem::AmountReversed),
            ("date:2026-02-30", TypedProblem::Date),
            ("date:11/25..11/1", TypedProblem::DateReversed),
            ("-amount:100", TypedProblem::Negated),
            ("kind:refund kind:payment", TypedProblem::Twice),
        ] {
            assert_eq!(why(typed), [expected], "{typed}");
        }
    }
}
