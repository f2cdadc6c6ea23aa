//! What is kept of a request and its answer: masked, without the token, and short.
//!
//! Masking is the default. A field is kept whole only when its name is known to hold nothing personal.

use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};

use crate::security::masking;

/// At most this much is kept of a body.
const LIMIT_BYTES: usize = 4 * 1024;
const CUT_MARK: &str = "…";

/// How a field is shown.
enum Shown {
    Dropped,
    Hidden,
    AsNumber,
    AsName,
    Whole,
    /// Free text: long numbers in it are masked.
    AsText,
}

/// By the bank's own names, which only `wire` and this table know.
fn shown(key: &str) -> Shown {
    match key {
        "AccessToken" => Shown::Dropped,
        "BrdtBrno" | "AthrCnfrTckt" | "Tlno" => Shown::Hidden,
        "Acno" | "FinAcno" | "Rgno" | "Vran" => Shown::AsNumber,
        "Dpnm" => Shown::AsName,
        "ApiNm" | "Tsymd" | "Trtm" | "Iscd" | "FintechApsno" | "ApiSvcCd" | "IsTuno" | "Rpcd" | "Bncd" | "Tram"
        | "OrtrYmd" | "OrtrIsTuno" | "Pcrs" | "Prtm" | "RgsnYmd" | "Insymd" | "Ineymd" | "Trdd" | "Txtm" | "Ldbl"
        | "RlpmAbamt" | "AftrBlnc" | "Tuno" => Shown::Whole,
        _ => Shown::AsText,
    }
}

/// The record of a body: JSON with its fields masked, or, where it is not JSON, text with its long numbers masked.
pub(super) fn record(body: &[u8], token: &SecretString) -> String {
    // First of all the token, while it is still in one piece.
    let text = without(&String::from_utf8_lossy(body), token);
    let masked = match serde_json::from_str::<Value>(&text) {
        Ok(json) => masked_value(json, &Shown::AsText).to_string(),
        Err(_) => masked_text(&text),
    };
    cut(&masked)
}

fn masked_value(value: Value, how: &Shown) -> Value {
    match value {
        Value::Object(fields) => Value::Object(masked_fields(fields)),
        Value::Array(items) => Value::Array(items.into_iter().map(|item| masked_value(item, how)).collect()),
        Value::String(text) => Value::String(masked_scalar(&text, how)),
        Value::Number(number) => match how {
            Shown::Whole => Value::Number(number),
            _ => Value::String(masked_scalar(&number.to_string(), how)),
        },
        Value::Bool(_) | Value::Null => value,
    }
}

fn masked_fields(fields: Map<String, Value>) -> Map<String, Value> {
    fields
        .into_iter()
        .filter_map(|(key, value)| match shown(key.trim()) {
            Shown::Dropped => None,
            how => Some((key, masked_value(value, &how))),
        })
        .collect()
}

fn masked_scalar(text: &str, how: &Shown) -> String {
    match how {
        Shown::Dropped | Shown::Hidden => "*".repeat(text.chars().count()),
        Shown::AsNumber => masking::account_number(text),
        Shown::AsName => masking::person_name(text),
        Shown::Whole => text.to_owned(),
        Shown::AsText => masked_text(text),
    }
}

/// Hides the last digits of every number of eight digits or more, hyphens allowed in it: it may be an account, a birth
/// date or a telephone.
fn masked_text(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut number = String::new();
    for letter in text.chars() {
        if letter.is_ascii_digit() || (letter == '-' && !number.is_empty()) {
            number.push(letter);
        } else {
            masked.push_str(&masked_number(&number));
            number.clear();
            masked.push(letter);
        }
    }
    masked.push_str(&masked_number(&number));
    masked
}

/// A number of a text, as it is shown. Its hyphens stay.
fn masked_number(number: &str) -> String {
    const LONG_DIGITS: usize = 8;
    const HIDDEN_DIGITS: usize = 5;
    let digits = number.chars().filter(char::is_ascii_digit).count();
    let whole = if digits >= LONG_DIGITS {
        digits - HIDDEN_DIGITS
    } else {
        digits
    };
    let mut seen = 0;
    number
        .chars()
        .map(|letter| {
            seen += usize::from(letter.is_ascii_digit());
            if letter.is_ascii_digit() && seen > whole {
                '*'
            } else {
                letter
            }
        })
        .collect()
}

/// Whatever the bank's side writes, our token is not kept.
fn without(text: &str, token: &SecretString) -> String {
    let token = token.expose_secret();
    if token.is_empty() {
        text.to_owned()
    } else {
        text.replace(token, "(token)")
    }
}

fn cut(text: &str) -> String {
    if text.len() <= LIMIT_BYTES {
        return text.to_owned();
    }
    let mut kept = text.to_owned();
    kept.truncate(text.floor_char_boundary(LIMIT_BYTES - CUT_MARK.len()));
    kept.push_str(CUT_MARK);
    kept
}

#[cfg(test)]
mod tests {
    use secrecy::SecretString;

    use super::{LIMIT_BYTES, record};

    fn recorded(body: &str) -> String {
        record(body.as_bytes(), &SecretString::from("0011223344556677"))
    }

    #[test]
    fn fields_are_masked_by_their_name() {
        let body = r#"{"Header":{"AccessToken":"0011223344556677","IsTuno":"20261125000000000001"},"Acno":"3020000000109",
            "FinAcno":"00820109000010000000000001413","BrdtBrno":"19900101","Dpnm":"홍길동","Tram":"12345678"}"#;
        assert_eq!(
            recorded(body),
            r#"{"Acno":"30200000*****","BrdtBrno":"********","Dpnm":"홍*동","#.to_owned()
                + r#""FinAcno":"008201090000100000000000*****","Header":{"IsTuno":"20261125000000000001"},"Tram":"12345678"}"#
        );
    }

    #[test]
    fn long_numbers_are_masked_where_no_field_is_known() {
        assert_eq!(
            recorded("<p>302-0000-0001-09 of 3020000000109, error 1234567</p>"),
            "<p>302-0000-0***-** of 30200000*****, error 1234567</p>"
        );
        assert_eq!(
            recorded(r#"{"Rsms":"계좌 3020000000109"}"#),
            r#"{"Rsms":"계좌 30200000*****"}"#
        );
        assert_eq!(recorded(r#"{"Acno":3020000000109}"#), r#"{"Acno":"30200000*****"}"#);
        assert_eq!(
            recorded(r#"{"Other":[3020000000109]}"#),
            r#"{"Other":["30200000*****"]}"#
        );
    }

    #[test]
    fn the_token_is_kept_in_no_body() {
        for body in ["<p>0011223344556677</p>", r#"{"Echo":"0011223344556677"}"#] {
            assert!(!recorded(body).contains("0011"), "{}", recorded(body));
        }
    }

    #[test]
    fn a_long_body_is_cut_between_letters() {
        let kept = recorded(&"가".repeat(LIMIT_BYTES));
        assert!(kept.len() <= LIMIT_BYTES, "{}", kept.len());
        assert!(kept.ends_with("가…"));
    }
}
