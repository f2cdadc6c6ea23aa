//! What the address of the desk's list asks for, in our types: the list, its timer and its file all read it here.

use chrono::{Datelike, Months, NaiveDate, TimeDelta};
use serde::Deserialize;
use uuid::Uuid;

use super::{payments_cursor, payments_typed};
use crate::clock::kst_midnight;
use crate::controllers::web::payment_filter::read_day;
use crate::ids::PartnerId;
use crate::models::kinds::{TransferKind, TransferState};
use crate::models::partners;
use crate::security::sealed::{SealError, Sealer};
use crate::transfers::search::{self, Amounts, Pick, Search, Sort, kind_word, split, states_word};
use crate::views::cs::payment_filter::{CsFilter, TypedFault};
use crate::views::form::{FieldErrors, FieldProblem};

/// The periods that are offered, by their words.
pub(super) const PERIODS: [&str; 6] = ["today", "yesterday", "7d", "30d", "month", "last_month"];

/// The query as it came.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    q: String,
    state: String,
    kind: String,
    partner: String,
    bank: String,
    amount: String,
    period: String,
    from: String,
    to: String,
    sort: String,
    cursor: String,
    /// For the timer alone: the first row of the list that asks.
    pub since: String,
}

/// What was asked for.
pub(super) struct Wanted {
    /// As typed, where anything cannot be read; else what the box and the controls say together.
    pub shown: CsFilter,
    pub search: Search,
    /// Where these or `faults` are not empty nothing is to be shown: everything would look like an answer.
    pub errors: FieldErrors,
    pub faults: Vec<TypedFault>,
    /// The cursor as it came, where it is one.
    pub cursor: Option<String>,
    /// Whether the address says what is shown: a filter in the box belongs to where the controls are.
    pub is_canonical: bool,
}

impl Wanted {
    /// Reads an address on a day in Korea, over these partners.
    ///
    /// # Errors
    /// When a blind index cannot be computed.
    pub fn read(
        asked: Asked,
        partners: &[partners::Model],
        today: NaiveDate,
        sealer: &Sealer,
    ) -> Result<Self, SealError> {
        let trimmed = |text: &str| text.trim().to_owned();
        let given = CsFilter {
            q: trimmed(&asked.q),
            state: trimmed(&asked.state),
            kind: trimmed(&asked.kind),
            partner: trimmed(&asked.partner),
            bank: trimmed(&asked.bank),
            amount: trimmed(&asked.amount),
            period: trimmed(&asked.period),
            from: trimmed(&asked.from),
            to: trimmed(&asked.to),
            sort: trimmed(&asked.sort),
        };
        let typed = split(&given.q);
        let (folded, faults) = payments_typed::fold(&given, &typed, partners, today);
        let mut reading = Reading {
            partners,
            today,
            errors: FieldErrors::new(),
        };
        let mut search = reading.search(&folded);
        search.after = reading.value(
            "cursor",
            &asked.cursor,
            payments_cursor::parse,
            FieldProblem::CursorUnknown,
        );
        search.text = search::understand(&typed.text, today, sealer)?;
        let is_readable = faults.is_empty() && reading.errors.is_empty();
        Ok(Self {
            cursor: search.after.map(|_| asked.cursor),
            search,
            errors: reading.errors,
            faults,
            is_canonical: typed.filters.is_empty() || !is_readable,
            shown: if is_readable { folded } else { given },
        })
    }

    pub fn is_readable(&self) -> bool {
        self.errors.is_empty() && self.faults.is_empty()
    }
}

struct Reading<'a> {
    partners: &'a [partners::Model],
    today: NaiveDate,
    errors: FieldErrors,
}

impl Reading<'_> {
    fn value<T>(
        &mut self,
        field: &'static str,
        text: &str,
        parse: impl Fn(&str) -> Option<T>,
        problem: FieldProblem,
    ) -> Option<T> {
        let value = parse(text);
        if value.is_none() && !text.is_empty() {
            self.errors.insert(field, problem);
        }
        value
    }

    fn search(&mut self, shown: &CsFilter) -> Search {
        let (unknown, partners, today) = (FieldProblem::ChoiceUnknown, self.partners, self.today);
        let partner = |text: &str| pick(text, |text| partner_of(text, partners));
        let days = |period: &str| days_of(period, today);
        let amounts = |text: &str| search::amounts(text).ok();
        let period = self.value("period", &shown.period, days, unknown);
        let from = self.value("from", &shown.from, read_day, FieldProblem::DateFormat);
        let to = self.value("to", &shown.to, read_day, FieldProblem::DateFormat);
        if from.zip(to).is_some_and(|(from, to)| from > to) {
            self.errors.insert("to", FieldProblem::DatesReversed);
        }
        // Dates that were typed count more than a period that was chosen before.
        let period = period.filter(|_| shown.from.is_empty() && shown.to.is_empty());
        let from = from.or(period.map(|(from, _)| from));
        let to = to.or(period.and_then(|(_, to)| to));
        let amount: Option<Amounts> = self.value("amount", &shown.amount, amounts, FieldProblem::AmountFormat);
        Search {
            states: self.value("state", &shown.state, states, unknown),
            kind: self.value("kind", &shown.kind, kind, unknown),
            partner: self.value("partner", &shown.partner, partner, unknown),
            bank: self.value("bank", &shown.bank, |text| pick(text, bank_code), unknown),
            amount,
            from: from.map(kst_midnight),
            before: to.map(|day| kst_midnight(day) + TimeDelta::days(1)),
            sort: self
                .value("sort", &shown.sort, Sort::parse, unknown)
                .unwrap_or_default(),
            ..Search::default()
        }
    }
}

fn pick<T>(text: &str, parse: impl Fn(&str) -> Option<T>) -> Option<Pick<T>> {
    match text.strip_prefix('-') {
        Some(rest) => parse(rest).map(Pick::Not),
        None => parse(text).map(Pick::Is),
    }
}

/// `failed`, `failed,unknown`, `-succeeded`: at least one state, each once.
pub(super) fn states(text: &str) -> Option<Vec<TransferState>> {
    let (words, is_negated) = match text.strip_prefix('-') {
        Some(rest) => (rest, true),
        None => (text, false),
    };
    let words: Option<Vec<Vec<TransferState>>> = words.split(',').map(states_word).collect();
    let named = words?.concat();
    let asked = TransferState::ALL.iter().copied();
    let states: Vec<_> = asked.filter(|state| named.contains(state) != is_negated).collect();
    Some(states).filter(|states| !states.is_empty())
}

fn kind(text: &str) -> Option<TransferKind> {
    match pick(text, kind_word)? {
        Pick::Is(kind) => Some(kind),
        Pick::Not(TransferKind::Payment) => Some(TransferKind::Refund),
        Pick::Not(TransferKind::Refund) => Some(TransferKind::Payment),
    }
}

/// A partner by its id or its name; a part of a name is enough where one partner alone has it.
pub(super) fn partner_of(text: &str, partners: &[partners::Model]) -> Option<PartnerId> {
    let by_id = Uuid::try_parse(text).ok();
    let name = text.to_lowercase();
    let exact = partners
        .iter()
        .find(|partner| by_id == Some(partner.id.0) || partner.name.to_lowercase() == name);
    let mut parts = partners
        .iter()
        .filter(|partner| partner.name.to_lowercase().contains(&name));
    let alone = parts.next().filter(|_| parts.next().is_none());
    exact.or(alone).map(|partner| partner.id)
}

/// A bank's code, or the name of one that is linked here.
pub(super) fn bank_code(text: &str) -> Option<String> {
    let is_code = text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_digit());
    match text.to_lowercase().as_str() {
        "농협" | "농협은행" | "nh" | "nh농협은행" => Some("011".to_owned()),
        "축협" | "지역농협" | "지역농축협" => Some("012".to_owned()),
        code => is_code.then(|| code.to_owned()),
    }
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
    use super::*;

    fn read(asked: Asked) -> Wanted {
        let sealer = Sealer::new(&"1".repeat(64).into(), &"2".repeat(64).into()).unwrap();
        let today = NaiveDate::from_ymd_opt(2026, 11, 26).unwrap();
        Wanted::read(asked, &[], today, &sealer).unwrap()
    }

    #[test]
    fn a_filter_that_cannot_be_read_is_told_kept_and_not_applied() {
        let wanted = read(Asked {
            q: "김민지 stauts:failed".to_owned(),
            state: "lost".to_owned(),
            kind: "gift".to_owned(),
            partner: PartnerId::new().0.simple().to_string(),
            bank: "x".to_owned(),
            amount: "많이".to_owned(),
            period: "9y".to_owned(),
            from: "2026-02-30".to_owned(),
            to: "25.11.2026".to_owned(),
            sort: "best".to_owned(),
            cursor: "!!".to_owned(),
            ..Asked::default()
        });
        let fields: Vec<_> = wanted.errors.keys().copied().collect();
        assert_eq!(
            fields,
            [
                "amount", "bank", "cursor", "from", "kind", "partner", "period", "sort", "state", "to"
            ]
        );
        assert_eq!(
            (wanted.faults.len(), wanted.shown.q.as_str()),
            (1, "김민지 stauts:failed")
        );
        assert!(wanted.is_canonical && !wanted.is_readable() && wanted.search.states.is_none());
    }

    #[test]
    fn a_day_of_the_filter_is_a_korean_day_to_its_end_and_goes_before_a_period() {
        let wanted = read(Asked {
            period: "7d".to_owned(),
            from: "2026-11-25".to_owned(),
            to: "2026-11-25".to_owned(),
            ..Asked::default()
        });
        assert_eq!(wanted.search.from.unwrap().to_rfc3339(), "2026-11-24T15:00:00+00:00");
        assert_eq!(wanted.search.before.unwrap().to_rfc3339(), "2026-11-25T15:00:00+00:00");
        let reversed = read(Asked {
            from: "2026-11-25".to_owned(),
            to: "2026-11-24".to_owned(),
            ..Asked::default()
        });
        assert_eq!(reversed.errors.get("to"), Some(&FieldProblem::DatesReversed));
    }

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
        assert_eq!(kind("-refund"), Some(TransferKind::Payment));
        assert_eq!(pick("-088", bank_code), Some(Pick::Not("088".to_owned())));
    }
}
