//! `/payments`: what a member paid and got back, by day, and what narrows the list.

use chrono::NaiveDate;
use serde::Serialize;

use crate::views::{
    example,
    form::{FieldErrors, FieldProblem},
    page::Page,
    paging::{self, Paging},
    transfer::TransferRow,
};

pub use super::payment_filter::{GROUPS, PATH, PERIODS, PaymentFilter};

/// `GET /payments`: payments and refunds, newest first. Everything that is asked for stands in the address.
#[derive(Clone, Debug, Serialize)]
pub struct PaymentList {
    days: Vec<Day>,
    filter: PaymentFilter,
    /// Refused filter values, which are kept as typed: the parts of [`PaymentFilter`], and `cursor`.
    errors: FieldErrors,
    shops: Vec<ShopChoice>,
    groups: Vec<Choice>,
    periods: Vec<Choice>,
    chips: Vec<Chip>,
    filtered: bool,
    /// Where nothing was found: the same over all time.
    wider: Option<String>,
    /// All of what is asked for as a file.
    csv: String,
    paging: Paging,
}

/// The rows of one Korean day.
#[derive(Clone, Debug, Serialize)]
struct Day {
    date: NaiveDate,
    transfers: Vec<TransferRow>,
}

/// One choice of the shop filter.
#[derive(Clone, Debug, Serialize)]
pub struct ShopChoice {
    /// What goes into the address.
    pub value: String,
    pub name: String,
}

/// A choice that is a link.
#[derive(Clone, Debug, Serialize)]
struct Choice {
    word: &'static str,
    href: String,
    is_chosen: bool,
}

/// Something that narrows the list, and the address without it.
#[derive(Clone, Debug, Serialize)]
struct Chip {
    field: &'static str,
    value: String,
    without: String,
}

impl PaymentList {
    /// `rows` with the Korean day of each, newest first.
    #[must_use]
    pub fn new(
        filter: PaymentFilter,
        shops: Vec<ShopChoice>,
        rows: Vec<(NaiveDate, TransferRow)>,
        paging: Paging,
    ) -> Self {
        let choices = |words: &[&'static str], chosen: &str, with: fn(&PaymentFilter, &str) -> PaymentFilter| {
            let choice = |word: &&'static str| Choice {
                word: if word.is_empty() { "all" } else { word },
                href: with(&filter, word).address(),
                is_chosen: *word == chosen,
            };
            words.iter().map(choice).collect()
        };
        let with_group = |filter: &PaymentFilter, word: &str| PaymentFilter {
            group: word.to_owned(),
            ..filter.clone()
        };
        let with_period = |filter: &PaymentFilter, word: &str| PaymentFilter {
            period: word.to_owned(),
            ..filter.over_all_time()
        };
        let is_custom = !filter.from.is_empty() || !filter.to.is_empty();
        let chosen_period = if is_custom { "custom" } else { filter.period.as_str() };
        let over_all_time = filter.over_all_time();
        Self {
            groups: choices(&GROUPS, &filter.group, with_group),
            periods: choices(&PERIODS, chosen_period, with_period),
            chips: chips(&filter, &shops),
            filtered: filter != PaymentFilter::default(),
            wider: (over_all_time != filter).then(|| over_all_time.address()),
            csv: paging::address("/payments.csv", &filter.pairs(), None),
            days: by_day(rows),
            errors: FieldErrors::new(),
            filter,
            shops,
            paging,
        }
    }

    /// With filter values that could not be read.
    #[must_use]
    pub fn with_errors(self, errors: FieldErrors) -> Self {
        Self { errors, ..self }
    }
}

fn by_day(rows: Vec<(NaiveDate, TransferRow)>) -> Vec<Day> {
    let mut days: Vec<Day> = Vec::new();
    for (date, row) in rows {
        match days.last_mut().filter(|day| day.date == date) {
            Some(day) => day.transfers.push(row),
            None => days.push(Day {
                date,
                transfers: vec![row],
            }),
        }
    }
    days
}

/// What narrows the list; the name of a shop instead of its value.
fn chips(filter: &PaymentFilter, shops: &[ShopChoice]) -> Vec<Chip> {
    let chosen = filter.pairs().into_iter().filter(|(_, value)| !value.is_empty());
    let name = |value: &str| {
        let shop = shops.iter().find(|shop| shop.value == value);
        shop.map_or(value, |shop| shop.name.as_str()).to_owned()
    };
    chosen
        .map(|(field, value)| Chip {
            field,
            value: if field == "shop" { name(value) } else { value.to_owned() },
            without: filter.without(field).address(),
        })
        .collect()
}

impl Page for PaymentList {
    const TEMPLATE: &'static str = "web/payments.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let shops = || {
            vec![ShopChoice {
                value: "019ac1f0".to_owned(),
                name: example::PARTNER.to_owned(),
            }]
        };
        let days = || {
            let day = |number: usize| NaiveDate::from_ymd_opt(2026, 11, if number < 4 { 25 } else { 24 });
            let rows = example::rows().into_iter().enumerate();
            rows.filter_map(|(number, row)| Some((day(number)?, row))).collect()
        };
        let list = |filter, rows, paging| Self::new(filter, shops(), rows, paging);
        let asked = PaymentFilter {
            group: "ended".to_owned(),
            kind: "payment".to_owned(),
            shop: "019ac1f0".to_owned(),
            period: "1m".to_owned(),
            ..PaymentFilter::default()
        };
        let dates = PaymentFilter {
            period: String::new(),
            from: "2026-11-01".to_owned(),
            to: "2026-11-25".to_owned(),
            ..asked.clone()
        };
        let unreadable = PaymentFilter {
            group: example::HOSTILE.to_owned(),
            from: "25.11.2026".to_owned(),
            ..PaymentFilter::default()
        };
        let errors = FieldErrors::from([
            ("group", FieldProblem::ChoiceUnknown),
            ("from", FieldProblem::DateFormat),
            ("cursor", FieldProblem::CursorUnknown),
        ]);
        let middle = Paging::new(PATH, &asked.pairs(), Some("b"), Some("c"));
        vec![
            ("empty", list(PaymentFilter::default(), Vec::new(), Paging::default())),
            ("every state", list(PaymentFilter::default(), days(), Paging::default())),
            ("filtered, in the middle", list(asked.clone(), days(), middle)),
            ("nothing found in a period", list(dates, Vec::new(), Paging::default())),
            (
                "nothing found at all",
                list(asked.over_all_time(), Vec::new(), Paging::default()),
            ),
            (
                "filter unreadable",
                list(unreadable, Vec::new(), Paging::default()).with_errors(errors),
            ),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chip_leads_to_the_list_without_it_and_a_period_takes_the_place_of_dates() {
        let filter = PaymentFilter {
            group: "done".to_owned(),
            from: "2026-11-01".to_owned(),
            ..PaymentFilter::default()
        };
        let list = PaymentList::new(filter, Vec::new(), Vec::new(), Paging::default());
        let without: Vec<_> = list.chips.iter().map(|chip| chip.without.as_str()).collect();
        assert_eq!(without, ["/payments?from=2026-11-01", "/payments?group=done"]);
        assert_eq!(list.periods[1].href, "/payments?group=done&period=7d");
        assert_eq!(list.wider.as_deref(), Some("/payments?group=done"));
        assert_eq!(list.csv, "/payments.csv?group=done&from=2026-11-01");
        assert!(list.periods.iter().all(|choice| !choice.is_chosen));
    }
}
