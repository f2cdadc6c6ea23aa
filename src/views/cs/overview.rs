//! `/cs`: how the day goes, what waits, and how the bank is. Every figure leads to its list.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::age::Age;
use super::chart::{Chart, Counts, list};
use super::review_rows::BrokerWord;
use crate::bank::gate::BreakerWord;
use crate::{
    models::kinds::{FailureCode, TransferState},
    money::Won,
    views::{
        example,
        form::{FieldErrors, FieldProblem},
        page::Page,
        web::status::{BankWord, WindowFacts},
    },
};

/// `GET /cs`: the range stands in the address. Its form: `GET /cs` (`from`, `to`).
#[derive(Clone, Debug, Serialize)]
pub struct Overview {
    pub range: RangeChoice,
    /// Where this page is, to look again.
    pub here: String,
    /// `None` where the range cannot be read.
    pub figures: Option<Figures>,
    pub now: NowFacts,
    pub as_of: DateTime<Utc>,
}

/// Which days are looked at.
#[derive(Clone, Debug, Serialize)]
pub struct RangeChoice {
    pub word: RangeWord,
    /// As typed, or `2026-11-25`.
    pub from: String,
    pub to: String,
    /// Fields: `from`, `to`.
    pub errors: FieldErrors,
    words: [RangeWord; 4],
}

impl RangeChoice {
    #[must_use]
    pub const fn new(word: RangeWord, from: String, to: String, errors: FieldErrors) -> Self {
        Self {
            word,
            from,
            to,
            errors,
            words: RangeWord::CHOICES,
        }
    }
}

/// A range by its name; its text is `overview-range-{word}`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RangeWord {
    #[default]
    Today,
    Yesterday,
    Week,
    Month,
    Days,
}

impl RangeWord {
    const CHOICES: [Self; 4] = [Self::Today, Self::Yesterday, Self::Week, Self::Month];

    /// The range of a word in the address; today for any other.
    #[must_use]
    pub fn parse(word: &str) -> Self {
        match word {
            "yesterday" => Self::Yesterday,
            "week" => Self::Week,
            "month" => Self::Month,
            _ => Self::Today,
        }
    }
}

/// What was accepted in the range.
#[derive(Clone, Debug, Serialize)]
pub struct Figures {
    pub payments: Figure,
    pub succeeded: Figure,
    pub failed: Figure,
    pub refunded: Figure,
    /// `None` while nothing is decided.
    pub ratio: Option<Ratio>,
    pub chart: Chart,
    /// Payments by state; those without any are left out.
    pub states: Vec<StateFigure>,
    /// The most frequent first.
    pub reasons: Vec<Reason>,
}

#[derive(Clone, Debug, Default, Serialize)]
pub struct Figure {
    pub count: i64,
    pub sum: Won,
    pub href: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct StateFigure {
    pub state: TransferState,
    pub figure: Figure,
}

/// Of the payments that ended, how many succeeded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Ratio {
    /// `98.7`.
    pub percent: String,
    pub change: Option<Change>,
}

/// Against the time before that it is compared with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    pub direction: Direction,
    /// `0.4`, in points.
    pub points: String,
    /// Compared with the days so many days before.
    pub days: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    Up,
    Down,
    Same,
}

impl Ratio {
    /// In tenths of a percent, rounded down: 100 is said of nothing that failed once. `None` where nothing ended.
    fn tenths(succeeded: i64, failed: i64) -> Option<i64> {
        let ended = succeeded + failed;
        (ended > 0).then(|| succeeded.saturating_mul(1_000) / ended)
    }

    /// Of this time and of the one before.
    #[must_use]
    pub fn of((succeeded, failed): (i64, i64), before: (i64, i64), days: i64) -> Option<Self> {
        let now = Self::tenths(succeeded, failed)?;
        let change = Self::tenths(before.0, before.1).map(|then| Change {
            direction: match now.cmp(&then) {
                std::cmp::Ordering::Greater => Direction::Up,
                std::cmp::Ordering::Less => Direction::Down,
                std::cmp::Ordering::Equal => Direction::Same,
            },
            points: shown((now - then).abs()),
            days,
        });
        Some(Self {
            percent: shown(now),
            change,
        })
    }
}

fn shown(tenths: i64) -> String {
    format!("{}.{}", tenths / 10, tenths % 10)
}

#[derive(Clone, Debug, Serialize)]
pub struct Reason {
    pub failure: FailureCode,
    pub count: i64,
    /// Of all that failed, as a width.
    pub width: String,
    pub href: String,
}

/// How things are at this moment, whatever the range is.
#[derive(Clone, Debug, Serialize)]
pub struct NowFacts {
    pub bank: BankWord,
    pub maintenance_until: Option<DateTime<Utc>>,
    pub next_maintenance: Option<WindowFacts>,
    /// How the breaker of reads stands: `closed`, `half_open`, `open`.
    pub breaker: BreakerWord,
    pub queued: u64,
    pub oldest_queued: Option<Age>,
    pub unknown: u64,
    pub needs_review: u64,
    /// Refunds that wait for a second person.
    pub approvals: u64,
    pub stuck_refunds: u64,
    pub mismatches: u64,
    pub failing_endpoints: u64,
    pub dead_letters: u64,
    pub broker: BrokerWord,
}

impl Page for Overview {
    const TEMPLATE: &'static str = "cs/overview.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let range = |word| {
            RangeChoice::new(
                word,
                "2026-11-25".to_owned(),
                "2026-11-25".to_owned(),
                FieldErrors::new(),
            )
        };
        let quiet = Self {
            range: range(RangeWord::Today),
            here: "/cs?range=today".to_owned(),
            figures: Some(samples::figures(0)),
            now: samples::quiet(),
            as_of: example::at(90),
        };
        let busy = Self {
            figures: Some(samples::figures(1_204)),
            now: samples::busy(),
            ..quiet.clone()
        };
        let maintenance = Self {
            range: range(RangeWord::Month),
            figures: Some(samples::figures(3)),
            now: NowFacts {
                bank: BankWord::Maintenance,
                maintenance_until: Some(example::at(1_200)),
                ..samples::quiet()
            },
            ..quiet.clone()
        };
        let errors = FieldErrors::from([("from", FieldProblem::DateFormat), ("to", FieldProblem::PeriodTooLong)]);
        let unreadable = Self {
            range: RangeChoice::new(
                RangeWord::Days,
                example::HOSTILE.to_owned(),
                "2026-11-25".to_owned(),
                errors,
            ),
            figures: None,
            ..quiet.clone()
        };
        vec![
            ("nothing yet", quiet),
            ("a busy day", busy),
            ("maintenance, a month", maintenance),
            ("range unreadable", unreadable),
        ]
    }
}

/// Parts of the samples.
mod samples {
    use super::{
        Age, BankWord, BreakerWord, BrokerWord, Chart, Counts, FailureCode, Figure, Figures, NowFacts, Ratio, Reason,
        StateFigure, TransferState, WindowFacts, Won, example, list,
    };

    pub fn figures(count: i64) -> Figures {
        let figure = |state: &str, count: i64| Figure {
            count,
            sum: Won::new(12_300 * count),
            href: list(&[("kind", "payment"), ("state", state)]),
        };
        let counts = |hour: i64| Counts {
            succeeded: count * hour / 24,
            failed: count * hour / 240,
            other: count / 300,
        };
        let slots = (0..24).map(|hour| (format!("{hour:02}:00"), counts(hour), None));
        let state = |state: TransferState| StateFigure {
            state,
            figure: figure(state.as_str(), count / 4),
        };
        let reason = |failure, count| Reason {
            failure,
            count,
            width: "42.00%".to_owned(),
            href: list(&[("kind", "payment"), ("state", "failed")]),
        };
        let is_some = count > 0;
        Figures {
            payments: figure("", count),
            succeeded: figure("succeeded", count - count / 80),
            failed: figure("failed", count / 80),
            refunded: figure("succeeded", count / 60),
            ratio: Ratio::of((count - count / 80, count / 80), (900, 15), 7),
            chart: Chart::new(slots.collect()),
            states: if is_some {
                crate::views::cs::payments::STATES.map(state).to_vec()
            } else {
                Vec::new()
            },
            reasons: if is_some {
                FailureCode::ALL.iter().map(|code| reason(*code, 7)).collect()
            } else {
                Vec::new()
            },
        }
    }

    pub fn quiet() -> NowFacts {
        NowFacts {
            bank: BankWord::Quiet,
            maintenance_until: None,
            next_maintenance: None,
            breaker: BreakerWord::Closed,
            queued: 0,
            oldest_queued: None,
            unknown: 0,
            needs_review: 0,
            approvals: 0,
            stuck_refunds: 0,
            mismatches: 0,
            failing_endpoints: 0,
            dead_letters: 0,
            broker: BrokerWord::None,
        }
    }

    pub fn busy() -> NowFacts {
        NowFacts {
            bank: BankWord::Failing,
            next_maintenance: Some(WindowFacts {
                from: example::at(35_000),
                to: example::at(36_800),
                is_now: false,
                is_over: false,
            }),
            breaker: BreakerWord::Open,
            queued: 1_432,
            oldest_queued: Some(Age::of(example::at(-420), example::at(0))),
            unknown: 12,
            needs_review: 3,
            approvals: 2,
            stuck_refunds: 1,
            mismatches: 2,
            failing_endpoints: 4,
            dead_letters: 5,
            broker: BrokerWord::Up,
            ..quiet()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ratio_is_of_what_ended_and_never_rounded_up_to_all() {
        assert_eq!(Ratio::of((0, 0), (5, 5), 7), None);
        let all = Ratio::of((10, 0), (0, 0), 7).unwrap();
        assert_eq!((all.percent.as_str(), all.change), ("100.0", None));
        let nearly = Ratio::of((99_999, 1), (90, 10), 7).unwrap();
        let change = nearly.change.unwrap();
        assert_eq!(
            (nearly.percent.as_str(), change.direction, change.points.as_str()),
            ("99.9", Direction::Up, "9.9")
        );
        let worse = Ratio::of((1, 1), (3, 1), 30).unwrap().change.unwrap();
        assert_eq!(
            (worse.direction, worse.points.as_str(), worse.days),
            (Direction::Down, "25.0", 30)
        );
    }
}
