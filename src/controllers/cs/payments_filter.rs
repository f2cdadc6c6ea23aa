//! What the address of the desk's list asks for, in our types: the list, its timer and its file all read it here.

use chrono::NaiveDate;
use serde::Deserialize;

use super::payments_parts::{bank, days_of, failures, id_of_partner, kind, partner, spelled, states, tag};
use super::{payments_cursor, payments_typed};
use crate::clock::{kst_day_end, kst_midnight};
use crate::controllers::fields::Fields;
use crate::ids::PartnerId;
use crate::models::partners;
use crate::security::sealed::{SealError, Sealer};
use crate::transfers::search::{self, Amounts, Search, Sort, split};
use crate::views::cs::payment_filter::{CsFilter, TypedFault};
use crate::views::form::{FieldErrors, FieldProblem};

/// The query as it came.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    q: String,
    state: String,
    failure: String,
    kind: String,
    partner: String,
    bank: String,
    tag: String,
    amount: String,
    period: String,
    from: String,
    to: String,
    sort: String,
    cursor: String,
    /// For the timer alone: the first row of the list that asks, and the mark of its rows.
    pub since: String,
    pub seen: String,
    /// For the timer alone: how many it told of before, `0` of rows that changed.
    pub known: String,
}

impl Asked {
    /// The partner whose id the filter has.
    pub fn partner(&self) -> Option<PartnerId> {
        id_of_partner(&self.partner)
    }
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
    /// Whether the address says what is shown: a filter in the box belongs to where the controls are, and each part has one
    /// spelling.
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
            failure: trimmed(&asked.failure),
            kind: trimmed(&asked.kind),
            partner: trimmed(&asked.partner),
            bank: trimmed(&asked.bank),
            tag: trimmed(&asked.tag),
            amount: trimmed(&asked.amount),
            period: trimmed(&asked.period),
            from: trimmed(&asked.from),
            to: trimmed(&asked.to),
            sort: trimmed(&asked.sort),
        };
        let typed = split(&given.q);
        let (folded, faults) = payments_typed::fold(&given, &typed, partners, today);
        let mut folded = spelled(&folded, partners);
        let mut fields = Fields::default();
        let mut search = search(&mut fields, &folded, partners, today);
        search.after = fields.value(
            "cursor",
            &asked.cursor,
            payments_cursor::parse,
            FieldProblem::CursorUnknown,
        );
        search.text = search::understand(&typed.text, today, sealer)?;
        let is_readable = faults.is_empty() && fields.errors.is_empty();
        if !folded.from.is_empty() || !folded.to.is_empty() {
            // Dates count more than a period that was chosen before.
            folded.period.clear();
        }
        let is_spelled = given
            == CsFilter {
                q: given.q.clone(),
                ..folded.clone()
            };
        Ok(Self {
            cursor: search.after.map(|_| asked.cursor),
            search,
            errors: fields.errors,
            faults,
            is_canonical: !is_readable || typed.filters.is_empty() && is_spelled,
            shown: if is_readable { folded } else { given },
        })
    }

    pub fn is_readable(&self) -> bool {
        self.errors.is_empty() && self.faults.is_empty()
    }
}

fn search(fields: &mut Fields, shown: &CsFilter, partners: &[partners::Model], today: NaiveDate) -> Search {
    let unknown = FieldProblem::ChoiceUnknown;
    let partner = |text: &str| partner(text, partners);
    let days = |period: &str| days_of(period, today);
    let amounts = |text: &str| search::amounts(text).ok();
    let period = fields.value("period", &shown.period, days, unknown);
    let (from, to) = fields.days(&shown.from, &shown.to);
    let period = period.filter(|_| shown.from.is_empty() && shown.to.is_empty());
    let from = from.or(period.map(|(from, _)| from));
    let to = to.or(period.and_then(|(_, to)| to));
    let amount: Option<Amounts> = fields.value("amount", &shown.amount, amounts, FieldProblem::AmountFormat);
    Search {
        states: fields.value("state", &shown.state, states, unknown),
        failures: fields.value("failure", &shown.failure, failures, unknown),
        kind: fields.value("kind", &shown.kind, kind, unknown),
        partner: fields.value("partner", &shown.partner, partner, unknown),
        bank: fields.value("bank", &shown.bank, bank, unknown),
        tag: fields.value("tag", &shown.tag, tag, FieldProblem::TagFormat),
        amount,
        from: from.map(kst_midnight),
        before: to.map(kst_day_end),
        sort: fields
            .value("sort", &shown.sort, Sort::parse, unknown)
            .unwrap_or_default(),
        ..Search::default()
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
            failure: "bad_luck".to_owned(),
            tag: "two words".to_owned(),
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
                "amount", "bank", "cursor", "failure", "from", "kind", "partner", "period", "sort", "state", "tag",
                "to"
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
    fn an_address_that_is_spelled_otherwise_leads_to_the_one_that_says_the_same() {
        let loose = read(Asked {
            q: "order-1".to_owned(),
            state: "진행중".to_owned(),
            amount: "12,300원".to_owned(),
            period: "7d".to_owned(),
            to: "2026-11-25".to_owned(),
            ..Asked::default()
        });
        assert!(loose.is_readable() && !loose.is_canonical);
        let shown = loose.shown.clone();
        assert_eq!(
            (shown.state.as_str(), shown.amount.as_str(), shown.period.as_str()),
            ("queued,executing,unknown,needs_review", "12300", "")
        );
        let spelled = read(Asked {
            q: shown.q,
            state: shown.state,
            amount: shown.amount,
            to: shown.to,
            ..Asked::default()
        });
        assert!(spelled.is_canonical);
        assert_eq!(spelled.search.states, loose.search.states);
    }
}
