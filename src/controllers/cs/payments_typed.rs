//! Filters that were typed into the box, brought to where the form's controls keep theirs.

use chrono::NaiveDate;

use super::payments_filter::{bank_code, partner_of, states};
use crate::models::partners;
use crate::transfers::search::{
    AmountsFault, Days, DaysFault, Key, Typed, TypedFilter, amounts, days, kind_word, states_word,
};
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
    let sign = if typed.is_negated { "-" } else { "" };
    match typed.key {
        Key::State => {
            states(value).ok_or(TypedProblem::State)?;
            let words = value.split(',').filter_map(states_word).flatten();
            let words: Vec<&str> = words.map(crate::models::kinds::TransferState::as_str).collect();
            filter.state = format!("{sign}{}", words.join(","));
        }
        Key::Kind => {
            let kind = kind_word(value).ok_or(TypedProblem::Kind)?;
            filter.kind = format!("{sign}{}", kind.as_str());
        }
        Key::Partner => {
            let partner = partner_of(value, partners).ok_or(TypedProblem::Partner)?;
            filter.partner = format!("{sign}{}", partner.0.simple());
        }
        Key::Bank => {
            let code = bank_code(value).ok_or(TypedProblem::Bank)?;
            filter.bank = format!("{sign}{code}");
        }
        Key::Amount | Key::Date if typed.is_negated => return Err(TypedProblem::Negated),
        Key::Amount => {
            let range = amounts(value).map_err(|fault| match fault {
                AmountsFault::Format => TypedProblem::Amount,
                AmountsFault::Reversed => TypedProblem::AmountReversed,
            })?;
            filter.amount = range.to_string();
        }
        Key::Date => {
            let Days { from, to } = days(value, today).map_err(|fault| match fault {
                DaysFault::Format => TypedProblem::Date,
                DaysFault::Reversed => TypedProblem::DateReversed,
            })?;
            // Days and not words: an address that is passed on tomorrow must show the same.
            let shown = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
            (filter.from, filter.to) = (shown(from), shown(to));
            filter.period = String::new();
        }
    }
    Ok(())
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
        let (filter, faults) = folded("김민지 상태:실패 종류:환불 금액:>10000 날짜:어제 bank:088");
        assert_eq!(faults, []);
        let yesterday = "2026-11-25".to_owned();
        let expected = CsFilter {
            q: "김민지".to_owned(),
            state: "failed".to_owned(),
            kind: "refund".to_owned(),
            bank: "088".to_owned(),
            amount: "10001..".to_owned(),
            from: yesterday.clone(),
            to: yesterday,
            ..CsFilter::default()
        };
        assert_eq!(filter, expected);
        assert_eq!(folded("-status:succeeded").0.state, "-succeeded");
        assert_eq!(folded("status:failed,검토").0.state, "failed,needs_review");
        assert_eq!(folded("\"a:b\"").0.q, "\"a:b\"");
    }

    #[test]
    fn each_filter_that_cannot_be_read_is_told_with_its_reason() {
        let why = |typed: &str| folded(typed).1.into_iter().map(|fault| fault.why).collect::<Vec<_>>();
        for (typed, expected) in [
            ("stauts:failed", TypedProblem::Key),
            ("status:", TypedProblem::Empty),
            ("status:lost", TypedProblem::State),
            ("kind:gift", TypedProblem::Kind),
            ("partner:아무개", TypedProblem::Partner),
            ("bank:농", TypedProblem::Bank),
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
