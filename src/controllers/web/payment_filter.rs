//! What the address of the payments list asks for, in our types.

use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use chrono::{Months, NaiveDate, TimeDelta};
use serde::Deserialize;
use uuid::Uuid;

use crate::clock::{kst_day_end, kst_midnight};
use crate::controllers::api::cursor;
use crate::controllers::fields::Fields;
use crate::ids::PartnerId;
use crate::members::history_filter::{Filter, Group};
use crate::models::kinds::TransferKind;
use crate::transfers::find::Place;
use crate::views::form::{FieldErrors, FieldProblem};
use crate::views::web::payments::PaymentFilter;

/// The query as it came.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    group: String,
    kind: String,
    shop: String,
    period: String,
    from: String,
    to: String,
    cursor: String,
}

/// What was asked for.
pub struct Wanted {
    /// As typed.
    pub shown: PaymentFilter,
    pub filter: Filter,
    pub after: Option<Place>,
    /// Where it is not empty nothing is to be shown: everything would look like an answer.
    pub errors: FieldErrors,
}

impl Wanted {
    /// Reads an address on a day in Korea.
    ///
    /// # Errors
    /// When the query is not one, or says a thing twice.
    pub fn read(asked: Result<Query<Asked>, QueryRejection>, today: NaiveDate) -> Result<Self, QueryRejection> {
        let Query(asked) = asked?;
        let mut fields = Fields::default();
        let after = fields.value("cursor", &asked.cursor, cursor::parse, FieldProblem::CursorUnknown);
        let shown = PaymentFilter {
            group: asked.group.trim().to_owned(),
            kind: asked.kind.trim().to_owned(),
            shop: asked.shop.trim().to_owned(),
            period: asked.period.trim().to_owned(),
            from: asked.from.trim().to_owned(),
            to: asked.to.trim().to_owned(),
        };
        let filter = filter(&mut fields, &shown, today);
        Ok(Self {
            shown,
            filter,
            after,
            errors: fields.errors,
        })
    }
}

fn filter(fields: &mut Fields, shown: &PaymentFilter, today: NaiveDate) -> Filter {
    let unknown = FieldProblem::ChoiceUnknown;
    let shop = |text: &str| Uuid::try_parse(text).ok().map(PartnerId);
    let filter = Filter {
        group: fields.value("group", &shown.group, Group::parse, unknown),
        kind: fields.value("kind", &shown.kind, TransferKind::parse, unknown),
        partner: fields.value("shop", &shown.shop, shop, unknown),
        ..Filter::default()
    };
    let first_day = |text: &str| first_day(text, today);
    let since = fields.value("period", &shown.period, first_day, unknown);
    let (from, to) = fields.days(&shown.from, &shown.to);
    // Dates that were typed count more than a period that was chosen before.
    let since = since.filter(|_| shown.from.is_empty() && shown.to.is_empty());
    Filter {
        from: from.or(since).map(kst_midnight),
        before: to.map(kst_day_end),
        ..filter
    }
}

/// The first day of a period that ends today.
fn first_day(period: &str, today: NaiveDate) -> Option<NaiveDate> {
    match period {
        "7d" => Some(today - TimeDelta::days(6)),
        "1m" => today.checked_sub_months(Months::new(1)),
        "3m" => today.checked_sub_months(Months::new(3)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(asked: Asked) -> Wanted {
        let today = NaiveDate::from_ymd_opt(2026, 11, 26).unwrap();
        Wanted::read(Ok(Query(asked)), today).unwrap()
    }

    #[test]
    fn a_period_begins_at_a_korean_midnight_and_typed_days_go_before_it() {
        let wanted = read(Asked {
            period: "7d".to_owned(),
            ..Asked::default()
        });
        assert_eq!(wanted.filter.from.unwrap().to_rfc3339(), "2026-11-19T15:00:00+00:00");
        assert_eq!(wanted.filter.before, None);
        let wanted = read(Asked {
            period: "7d".to_owned(),
            from: "2026-11-01".to_owned(),
            to: "2026-11-01".to_owned(),
            ..Asked::default()
        });
        assert_eq!(wanted.filter.from.unwrap().to_rfc3339(), "2026-10-31T15:00:00+00:00");
        assert_eq!(wanted.filter.before.unwrap().to_rfc3339(), "2026-11-01T15:00:00+00:00");
        assert!(wanted.errors.is_empty());
    }

    #[test]
    fn what_cannot_be_read_is_told_by_its_field_and_kept_as_typed() {
        let wanted = read(Asked {
            group: "lost".to_owned(),
            kind: "gift".to_owned(),
            shop: "'; --".to_owned(),
            period: "9y".to_owned(),
            from: "2026-02-30".to_owned(),
            to: "0000-01-01".to_owned(),
            cursor: "!!".to_owned(),
        });
        let fields: Vec<_> = wanted.errors.keys().copied().collect();
        assert_eq!(fields, ["cursor", "from", "group", "kind", "period", "shop", "to"]);
        assert_eq!(wanted.shown.shop, "'; --");
        let reversed = read(Asked {
            from: "2026-11-02".to_owned(),
            to: "2026-11-01".to_owned(),
            ..Asked::default()
        });
        assert_eq!(reversed.errors.get("to"), Some(&FieldProblem::DatesReversed));
    }
}
