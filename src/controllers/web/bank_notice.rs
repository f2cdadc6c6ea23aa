//! The line above every page while the bank is in maintenance, and ten minutes ahead of it.

use chrono::{DateTime, TimeDelta, Utc};

use crate::clock::{kst, kst_date};
use crate::services::Services;
use crate::views::frame::{Notice, Tone};
use crate::views::i18n::{Language, TextArgs, text};

const AHEAD: TimeDelta = TimeDelta::minutes(10);

/// What is to be said now, if anything.
pub fn of(services: &Services, language: Language) -> Option<Notice> {
    let now = services.clock.now();
    let (from, until) = services.calendar.windows().near(now, AHEAD)?;
    let key = if from <= now {
        "bank-is-closed"
    } else {
        "bank-closes-soon"
    };
    let moments = [("from", shown(from, now)), ("until", shown(until, now))];
    let arguments: TextArgs<'_> = moments.into_iter().map(|(name, at)| (name.into(), at.into())).collect();
    Some(Notice {
        tone: Tone::Warning,
        text: text(language, key, &arguments),
    })
}

/// The time in Korea, with its day where that is not today.
fn shown(at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let format = if kst_date(at) == kst_date(now) {
        "%H:%M"
    } else {
        "%m.%d %H:%M"
    };
    at.with_timezone(&kst()).format(format).to_string()
}
