//! How amounts, times and ids are written on pages.

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate};
use tera::{Kwargs, State, Tera, TeraResult, Value};

use super::{
    i18n::{Language, TextArgs, try_text},
    templates::language,
};
use crate::{clock::kst, money::Won};

const WEEKDAYS_KO: [&str; 7] = ["월", "화", "수", "목", "금", "토", "일"];
const SHORT_ID_TAIL: usize = 8;

/// Makes the filters known to the templates.
pub fn register(tera: &mut Tera) {
    tera.register_filter("won", |amount: i64, _: Kwargs, state: &State| {
        Ok(won(amount, language(state)?))
    });
    tera.register_filter("signed_won", |amount: i64, _: Kwargs, state: &State| {
        Ok(signed_won(amount, language(state)?))
    });
    tera.register_filter("kst", |at: String, _: Kwargs, _: &State| {
        time_element(&at, |at| at.format(FULL).to_string())
    });
    tera.register_filter("kst_short", |at: String, _: Kwargs, state: &State| {
        let language = language(state)?;
        time_element(&at, |at| short(at, language))
    });
    tera.register_filter("kst_time", |at: String, _: Kwargs, _: &State| {
        time_element(&at, |at| at.format("%H:%M").to_string())
    });
    tera.register_filter("kst_minute", |at: String, _: Kwargs, _: &State| {
        time_element(&at, |at| at.format("%Y.%m.%d %H:%M").to_string())
    });
    tera.register_filter("day", |day: String, _: Kwargs, state: &State| {
        day_element(&day, language(state)?)
    });
    tera.register_filter("kst_stamp", |at: String, _: Kwargs, state: &State| {
        Ok::<_, tera::Error>(short(moment(&at)?, language(state)?))
    });
    tera.register_filter("kst_clock", |at: String, _: Kwargs, _: &State| {
        Ok(moment(&at)?.format("%H:%M").to_string())
    });
    tera.register_filter("bank_name", |code: String, _: Kwargs, state: &State| {
        Ok::<_, tera::Error>(bank_name(&code, language(state)?))
    });
    tera.register_filter("short_id", |id: String, _: Kwargs, _: &State| short_id(&id));
}

const FULL: &str = "%Y.%m.%d %H:%M:%S";

/// `12,300원`, in English `₩12,300`.
#[must_use]
pub fn won(amount: i64, language: Language) -> String {
    let grouped = Won::new(amount).to_string();
    match (language, grouped.strip_prefix('-')) {
        (Language::Ko, _) => format!("{grouped}원"),
        (Language::En, None) => format!("₩{grouped}"),
        (Language::En, Some(digits)) => format!("-₩{digits}"),
    }
}

/// As [`won`] with a plus before money that came in.
#[must_use]
pub fn signed_won(amount: i64, language: Language) -> String {
    let plus = if amount > 0 { "+" } else { "" };
    format!("{plus}{}", won(amount, language))
}

/// `pay_…9f3c21ab`: enough of an id to recognise it, the end being its random part.
#[must_use]
pub fn short_id(id: &str) -> String {
    let Some((prefix, rest)) = id.split_once('_') else {
        return id.to_owned();
    };
    let length = rest.chars().count();
    if length <= SHORT_ID_TAIL {
        return id.to_owned();
    }
    let tail: String = rest.chars().skip(length - SHORT_ID_TAIL).collect();
    format!("{prefix}_…{tail}")
}

/// The bank's name; a bank that is not in our texts is shown by its code.
#[must_use]
pub fn bank_name(code: &str, language: Language) -> String {
    try_text(language, &format!("bank-name-{code}"), &TextArgs::new()).unwrap_or_else(|_| code.to_owned())
}

/// Text as a value in an address's query.
#[must_use]
pub fn query_value(value: &str) -> String {
    serde_urlencoded::to_string([("", value)])
        .unwrap_or_default()
        .trim_start_matches('=')
        .to_owned()
}

/// `11.25 (수) 14:03`.
fn short(at: DateTime<FixedOffset>, language: Language) -> String {
    let weekday = weekday(at.date_naive(), language);
    format!("{} ({weekday}) {}", at.format("%m.%d"), at.format("%H:%M"))
}

fn weekday(day: NaiveDate, language: Language) -> String {
    match language {
        Language::Ko => WEEKDAYS_KO
            .into_iter()
            .nth(day.weekday().num_days_from_monday() as usize)
            .unwrap_or_default()
            .to_owned(),
        Language::En => day.format("%a").to_string(),
    }
}

/// `2026.11.25 (수)` of `2026-11-25`.
fn day_element(day: &str, language: Language) -> TeraResult<Value> {
    let date = NaiveDate::parse_from_str(day, "%Y-%m-%d")
        .map_err(|error| tera::Error::message(format!("`{day}` is not a day: {error}")))?;
    let weekday = weekday(date, language);
    let html = format!(
        "<time datetime=\"{}\">{} ({weekday})</time>",
        date.format("%Y-%m-%d"),
        date.format("%Y.%m.%d")
    );
    Ok(Value::safe_string(&html))
}

fn moment(at: &str) -> TeraResult<DateTime<FixedOffset>> {
    DateTime::parse_from_rfc3339(at)
        .map(|at| at.with_timezone(&kst()))
        .map_err(|error| tera::Error::message(format!("`{at}` is not a time: {error}")))
}

/// A `<time>` element with the exact moment for machines and the whole time as its tooltip.
fn time_element(at: &str, write: impl Fn(DateTime<FixedOffset>) -> String) -> TeraResult<Value> {
    let at = moment(at)?;
    let exact = at.format("%Y-%m-%dT%H:%M:%S%:z");
    let html = format!(
        "<time datetime=\"{exact}\" title=\"{}\">{}</time>",
        at.format(FULL),
        write(at)
    );
    Ok(Value::safe_string(&html))
}

#[cfg(test)]
mod tests {
    use super::{bank_name, query_value, short_id, signed_won, won};
    use crate::views::i18n::Language::{En, Ko};

    #[test]
    fn amounts_are_written_as_each_language_expects() {
        assert_eq!(won(12_300, Ko), "12,300원");
        assert_eq!(won(12_300, En), "₩12,300");
        assert_eq!(won(-12_300, Ko), "-12,300원");
        assert_eq!(won(-12_300, En), "-₩12,300");
        assert_eq!(signed_won(500, Ko), "+500원");
        assert_eq!(signed_won(0, En), "₩0");
    }

    #[test]
    fn an_unknown_bank_is_shown_by_its_code() {
        assert_ne!(bank_name("011", Ko), "011");
        assert_eq!(bank_name("999", En), "999");
        assert_eq!(bank_name("not a key", Ko), "not a key");
    }

    #[test]
    fn a_query_value_cannot_add_to_the_query() {
        assert_eq!(query_value("a&b=c d"), "a%26b%3Dc+d");
    }

    #[test]
    fn a_short_id_keeps_its_kind_and_its_random_end() {
        assert_eq!(short_id("pay_019abc00112233445566778899aabbcc"), "pay_…99aabbcc");
        assert_eq!(short_id("pay_1"), "pay_1");
        assert_eq!(short_id("한글"), "한글");
    }
}
