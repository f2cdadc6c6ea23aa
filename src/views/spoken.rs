//! Moments as they are said to a caller: `오늘 오후 2시 3분`, `today at 2:03 PM`.

use chrono::{DateTime, Datelike, FixedOffset, TimeDelta, Timelike};
use tera::{Kwargs, State, Tera, TeraResult, Value};

use super::{
    i18n::{Language, TextArgs, text},
    templates::language,
};
use crate::clock::kst;

/// Makes `{{ at | kst_said(now=as_of) }}` known to the templates. A moment that is not known is "soon".
pub fn register(tera: &mut Tera) {
    tera.register_filter("kst_said", |at: Value, kwargs: Kwargs, state: &State| {
        let language = language(state)?;
        let now = moment(&kwargs.must_get::<String>("now")?)?;
        Ok::<_, tera::Error>(match at.as_str() {
            Some(at) => said(moment(at)?, now, language),
            None => text(language, "said-soon", &TextArgs::new()),
        })
    });
}

fn moment(at: &str) -> TeraResult<DateTime<FixedOffset>> {
    DateTime::parse_from_rfc3339(at)
        .map(|at| at.with_timezone(&kst()))
        .map_err(|error| tera::Error::message(format!("`{at}` is not a time: {error}")))
}

fn said(at: DateTime<FixedOffset>, now: DateTime<FixedOffset>, language: Language) -> String {
    let (_, hour) = at.hour12();
    let day = day(at, now, language);
    match (language, at.minute()) {
        (Language::Ko, 0) => format!("{day} {} {hour}시", half(at, language)),
        (Language::Ko, minute) => format!("{day} {} {hour}시 {minute}분", half(at, language)),
        (Language::En, minute) => format!("{day} at {hour}:{minute:02} {}", half(at, language)),
    }
}

fn half(at: DateTime<FixedOffset>, language: Language) -> &'static str {
    match (language, at.hour12().0) {
        (Language::Ko, false) => "오전",
        (Language::Ko, true) => "오후",
        (Language::En, false) => "AM",
        (Language::En, true) => "PM",
    }
}

fn day(at: DateTime<FixedOffset>, now: DateTime<FixedOffset>, language: Language) -> String {
    let (date, today) = (at.date_naive(), now.date_naive());
    let near = match (date - today, language) {
        (days, Language::Ko) if days == TimeDelta::zero() => Some("오늘"),
        (days, Language::Ko) if days == TimeDelta::days(-1) => Some("어제"),
        (days, Language::Ko) if days == TimeDelta::days(1) => Some("내일"),
        (days, Language::En) if days == TimeDelta::zero() => Some("today"),
        (days, Language::En) if days == TimeDelta::days(-1) => Some("yesterday"),
        (days, Language::En) if days == TimeDelta::days(1) => Some("tomorrow"),
        _ => None,
    };
    let this_year = date.year() == today.year();
    match (near, language) {
        (Some(near), _) => near.to_owned(),
        (None, Language::Ko) if this_year => format!("{}월 {}일", date.month(), date.day()),
        (None, Language::Ko) => format!("{}년 {}월 {}일", date.year(), date.month(), date.day()),
        (None, Language::En) if this_year => date.format("on %b %-d").to_string(),
        (None, Language::En) => date.format("on %b %-d, %Y").to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::Language::{En, Ko};
    use super::*;

    #[test]
    fn a_moment_is_said_as_people_say_it() {
        let now = moment("2026-11-25T14:03:22+09:00").unwrap();
        for (at, ko, en) in [
            ("2026-11-25T14:03:22+09:00", "오늘 오후 2시 3분", "today at 2:03 PM"),
            ("2026-11-25T00:00:00+09:00", "오늘 오전 12시", "today at 12:00 AM"),
            ("2026-11-24T15:30:00Z", "오늘 오전 12시 30분", "today at 12:30 AM"),
            (
                "2026-11-24T12:05:00+09:00",
                "어제 오후 12시 5분",
                "yesterday at 12:05 PM",
            ),
            ("2026-11-26T09:00:00+09:00", "내일 오전 9시", "tomorrow at 9:00 AM"),
            (
                "2026-11-03T09:07:00+09:00",
                "11월 3일 오전 9시 7분",
                "on Nov 3 at 9:07 AM",
            ),
            (
                "2025-12-31T23:59:00+09:00",
                "2025년 12월 31일 오후 11시 59분",
                "on Dec 31, 2025 at 11:59 PM",
            ),
        ] {
            let at = moment(at).unwrap();
            assert_eq!((said(at, now, Ko).as_str(), said(at, now, En).as_str()), (ko, en));
        }
    }
}
