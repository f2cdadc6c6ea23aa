//! The fields of an address that asks a list for something: read into our types, with those that cannot be.

use chrono::{Datelike, NaiveDate};

use crate::views::form::{FieldErrors, FieldProblem};

/// Nobody was charged before, and nobody looks for what comes after.
const YEARS: std::ops::Range<i32> = 2000..3000;

/// What was read so far.
#[derive(Debug, Default)]
pub struct Fields {
    pub errors: FieldErrors,
}

impl Fields {
    /// The value of a field, which is told of where it has one that cannot be read. An empty one asks for nothing.
    pub fn value<T>(
        &mut self,
        field: &'static str,
        text: &str,
        parse: impl Fn(&str) -> Option<T>,
        problem: FieldProblem,
    ) -> Option<T> {
        let text = text.trim();
        if text.is_empty() {
            return None;
        }
        let value = parse(text);
        if value.is_none() {
            self.errors.insert(field, problem);
        }
        value
    }

    /// The first day and the last one, in the fields `from` and `to`.
    pub fn days(&mut self, from: &str, to: &str) -> (Option<NaiveDate>, Option<NaiveDate>) {
        let from = self.value("from", from, read_day, FieldProblem::DateFormat);
        let to = self.value("to", to, read_day, FieldProblem::DateFormat);
        if from.zip(to).is_some_and(|(from, to)| from > to) {
            self.errors.insert("to", FieldProblem::DatesReversed);
        }
        (from, to)
    }
}

/// A day as a date input sends it. Years that no database of ours can compare with are none.
pub fn read_day(text: &str) -> Option<NaiveDate> {
    let is_whole = text.len() == "2026-11-25".len();
    let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().filter(|_| is_whole)?;
    Some(day).filter(|day| YEARS.contains(&day.year()))
}
