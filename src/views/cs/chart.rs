//! Payments per hour, or per day, as bars: drawn by the server in percent of the page's width, with the same numbers in a
//! table. Colours are the style sheet's.

use serde::Serialize;

use crate::views::paging::address;

/// Labels that find room under the bars of a phone.
const LABELS: usize = 6;
/// The part of a slot that its bar fills, in hundredths of a percent of the slot.
const BAR_SHARE: i64 = 7_600;
/// The whole, in hundredths of a percent.
const WHOLE: i64 = 10_000;

/// The bars of a period.
#[derive(Clone, Debug, Serialize)]
pub struct Chart {
    pub is_by_day: bool,
    pub slots: Vec<Slot>,
    pub ticks: Vec<Tick>,
    /// What the highest bar would be at most.
    pub top: i64,
    pub is_empty: bool,
}

/// One hour or day. Places and sizes are percents.
#[derive(Clone, Debug, Serialize)]
pub struct Slot {
    /// `14:00`, or `11.25`.
    pub label: String,
    pub counts: Counts,
    pub sum: i64,
    pub x: String,
    pub width: String,
    pub bars: Vec<Bar>,
    /// The list of a day.
    pub href: Option<String>,
}

/// How many payments of a slot came to which end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    pub succeeded: i64,
    pub failed: i64,
    /// Not settled yet, canceled or expired.
    pub other: i64,
}

impl Counts {
    #[must_use]
    pub const fn sum(self) -> i64 {
        self.succeeded + self.failed + self.other
    }
}

#[derive(Clone, Debug, Serialize)]
pub struct Bar {
    pub part: Part,
    pub x: String,
    pub width: String,
    pub y: String,
    pub height: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    Succeeded,
    Failed,
    Other,
}

#[derive(Clone, Debug, Serialize)]
pub struct Tick {
    pub x: String,
    pub label: String,
}

impl Chart {
    /// The chart of these slots, each with its label. `day` is the day of a slot that has a list of its own.
    #[must_use]
    pub fn new(slots: Vec<(String, Counts, Option<String>)>) -> Self {
        let is_by_day = slots.iter().any(|(.., day)| day.is_some());
        let most = slots
            .iter()
            .map(|(_, counts, _)| counts.sum())
            .max()
            .unwrap_or_default();
        let top = round_up(most);
        let all = i64::try_from(slots.len()).unwrap_or(1).max(1);
        let every = slots.len().div_ceil(LABELS).max(1);
        let place = |index: usize| i64::try_from(index).unwrap_or_default() * WHOLE / all;
        let ticks = slots
            .iter()
            .enumerate()
            .step_by(every)
            .map(|(index, (label, ..))| Tick {
                x: percent(place(index)),
                label: label.clone(),
            })
            .collect();
        let slots = slots
            .into_iter()
            .enumerate()
            .map(|(index, (label, counts, day))| Slot {
                bars: bars(counts, top, place(index), WHOLE / all),
                x: percent(place(index)),
                width: percent(WHOLE / all),
                sum: counts.sum(),
                href: day.map(|day| list(&[("kind", "payment"), ("from", &day), ("to", &day)])),
                label,
                counts,
            })
            .collect();
        Self {
            is_by_day,
            slots,
            ticks,
            top,
            is_empty: most == 0,
        }
    }
}

/// The address of the desk's list with this filter.
#[must_use]
pub fn list(filter: &[(&str, &str)]) -> String {
    address("/cs/payments", filter, None)
}

/// The parts on top of each other, what succeeded at the foot.
fn bars(counts: Counts, top: i64, x: i64, width: i64) -> Vec<Bar> {
    let margin = width * (WHOLE - BAR_SHARE) / WHOLE / 2;
    let mut under = 0;
    let mut bars = Vec::new();
    for (part, count) in [
        (Part::Succeeded, counts.succeeded),
        (Part::Failed, counts.failed),
        (Part::Other, counts.other),
    ] {
        if count <= 0 {
            continue;
        }
        let height = count * WHOLE / top.max(1);
        under += height;
        bars.push(Bar {
            part,
            x: percent(x + margin),
            width: percent(width * BAR_SHARE / WHOLE),
            y: percent((WHOLE - under).max(0)),
            height: percent(height),
        });
    }
    bars
}

/// `12.34%` of hundredths of a percent.
#[must_use]
pub fn percent(hundredths: i64) -> String {
    format!("{}.{:02}%", hundredths / 100, hundredths % 100)
}

/// The next number of one or two digits and noughts, so that the scale can be read; never less than 4.
fn round_up(most: i64) -> i64 {
    let mut step = 1;
    while most / step >= 100 {
        step *= 10;
    }
    (most.div_euclid(step) + i64::from(most % step > 0))
        .saturating_mul(step)
        .max(4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bars_of_a_slot_stand_on_each_other_and_within_it() {
        let counts = Counts {
            succeeded: 6,
            failed: 2,
            other: 0,
        };
        let chart = Chart::new(vec![
            ("00:00".to_owned(), counts, None),
            ("01:00".to_owned(), Counts::default(), None),
        ]);
        assert_eq!((chart.top, chart.is_empty, chart.is_by_day), (8, false, false));
        let bars: Vec<_> = chart.slots[0]
            .bars
            .iter()
            .map(|bar| (bar.part, bar.x.as_str(), bar.y.as_str(), bar.height.as_str()))
            .collect();
        assert_eq!(
            bars,
            [
                (Part::Succeeded, "6.00%", "25.00%", "75.00%"),
                (Part::Failed, "6.00%", "0.00%", "25.00%")
            ]
        );
        assert_eq!((chart.slots[1].x.as_str(), chart.slots[1].bars.len()), ("50.00%", 0));
    }

    #[test]
    fn the_scale_ends_in_a_round_number() {
        for (most, top) in [(0, 4), (4, 4), (99, 99), (101, 110), (1_204, 1_300), (123_456, 130_000)] {
            assert_eq!(round_up(most), top, "{most}");
        }
        assert!(Chart::new(Vec::new()).is_empty);
    }
}
