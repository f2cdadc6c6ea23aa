//! Everything that one text may be, while the caller is on the line: who types does not say what it is.

use chrono::NaiveDate;
use uuid::Uuid;

use super::read::{self, Days};
use crate::accounts::numbers;
use crate::ids::{TransferId, UserId};
use crate::members::normalised_email;
use crate::members::phone::{PhoneNumber, tail_index};
use crate::security::sealed::{SealError, Sealer};

/// Hex digits that a page shows of an id.
const ID_TAIL_DIGITS: usize = 8;
/// The last digits of a phone number, by which callers name it.
const PHONE_TAIL_DIGITS: usize = 4;
const SHORT_CODE_LETTERS: usize = 12;
const TRACE_LETTERS: usize = 20;
/// Shorter texts are no ids of requests.
const SHORTEST_REQUEST_ID: usize = 8;
/// A number of more digits is no amount, unless it is written as one.
const AMOUNT_DIGITS: usize = 10;
/// What stands before the code in a passbook.
const PASSBOOK_PREFIX: &str = "NARU ";

/// One thing that a text may be. What is of a person is here as its blind index, or hides in no log for it is never logged.
#[derive(Clone, PartialEq, Eq)]
pub enum Meaning {
    Payment(TransferId),
    Refund(TransferId),
    /// An id without its kind.
    Transfer(TransferId),
    /// Everything of one member.
    Member(UserId),
    /// The end of an id, as pages show it.
    IdTail([u8; 4]),
    /// As it stands in a passbook.
    ShortCode(String),
    Order(String),
    Trace(String),
    Request(String),
    Email(String),
    Name(String),
    Phone {
        index: String,
    },
    PhoneTail {
        index: String,
    },
    Account {
        index: String,
    },
    Amount(i64),
    Days(Days),
}

/// What a meaning is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MeaningKind {
    Id,
    Member,
    ShortCode,
    Order,
    Trace,
    Request,
    Email,
    Name,
    Phone,
    PhoneTail,
    Account,
    Amount,
    Day,
}

impl MeaningKind {
    pub const ALL: [Self; 13] = [
        Self::Id,
        Self::Member,
        Self::ShortCode,
        Self::Order,
        Self::Trace,
        Self::Request,
        Self::Email,
        Self::Name,
        Self::Phone,
        Self::PhoneTail,
        Self::Account,
        Self::Amount,
        Self::Day,
    ];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Member => "member",
            Self::ShortCode => "short_code",
            Self::Order => "order",
            Self::Trace => "trace",
            Self::Request => "request",
            Self::Email => "email",
            Self::Name => "name",
            Self::Phone => "phone",
            Self::PhoneTail => "phone_tail",
            Self::Account => "account",
            Self::Amount => "amount",
            Self::Day => "day",
        }
    }

    /// Whether it is of somebody, and not of something.
    #[must_use]
    pub const fn names_a_person(self) -> bool {
        matches!(
            self,
            Self::Member | Self::Email | Self::Name | Self::Phone | Self::PhoneTail | Self::Account
        )
    }
}

impl Meaning {
    #[must_use]
    pub const fn kind(&self) -> MeaningKind {
        match self {
            Self::Payment(_) | Self::Refund(_) | Self::Transfer(_) | Self::IdTail(_) => MeaningKind::Id,
            Self::Member(_) => MeaningKind::Member,
            Self::ShortCode(_) => MeaningKind::ShortCode,
            Self::Order(_) => MeaningKind::Order,
            Self::Trace(_) => MeaningKind::Trace,
            Self::Request(_) => MeaningKind::Request,
            Self::Email(_) => MeaningKind::Email,
            Self::Name(_) => MeaningKind::Name,
            Self::Phone { .. } => MeaningKind::Phone,
            Self::PhoneTail { .. } => MeaningKind::PhoneTail,
            Self::Account { .. } => MeaningKind::Account,
            Self::Amount(_) => MeaningKind::Amount,
            Self::Days(_) => MeaningKind::Day,
        }
    }
}

impl std::fmt::Debug for Meaning {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.kind().as_str())
    }
}

/// Everything that a text may be, most exact first; nothing for an empty one. `today` is the day in Korea.
///
/// # Errors
/// When no blind index can be computed.
pub fn understand(text: &str, today: NaiveDate, sealer: &Sealer) -> Result<Vec<Meaning>, SealError> {
    let given = text.trim();
    if given.is_empty() {
        return Ok(Vec::new());
    }
    let plain = read::plain(given);
    match whole_id(&plain) {
        // Requests without an id of their caller's have one that looks the same.
        Some(id @ Meaning::Transfer(_)) => return Ok(vec![id, Meaning::Request(given.to_owned())]),
        Some(id) => return Ok(vec![id]),
        None => {}
    }
    let mut found = Vec::new();
    found.extend(id_tail(&plain).map(Meaning::IdTail));
    found.extend(short_code(&plain).map(Meaning::ShortCode));
    found.extend(trace(&plain).map(Meaning::Trace));
    let day = read::day(&plain, today);
    people(&plain, sealer, &mut found)?;
    // A word such as `어제` is nobody's name.
    found.retain(|meaning| day.is_none() || meaning.kind() != MeaningKind::Name);
    let is_written_so = plain.contains([',', '원', '₩']);
    let amount = read::won(&plain).filter(|won| is_written_so || won.to_string().len() <= AMOUNT_DIGITS);
    found.extend(
        amount
            .filter(|_| is_written_so || !plain.starts_with('0'))
            .map(Meaning::Amount),
    );
    found.extend(day.map(|day| Meaning::Days(Days::one(day))));
    // Somebody else's, so compared as it was typed: it may look like anything.
    found.push(Meaning::Order(given.to_owned()));
    if is_request_id(given) {
        found.push(Meaning::Request(given.to_owned()));
    }
    Ok(found)
}

/// What is of a person.
fn people(plain: &str, sealer: &Sealer, found: &mut Vec<Meaning>) -> Result<(), SealError> {
    if plain.contains('@') {
        found.push(Meaning::Email(normalised_email(plain)));
    }
    if let Some(phone) = PhoneNumber::parse(plain) {
        found.push(Meaning::Phone {
            index: phone.index(sealer)?,
        });
    }
    let has_digits_alone = |count: usize| plain.len() == count && plain.bytes().all(|byte| byte.is_ascii_digit());
    if has_digits_alone(PHONE_TAIL_DIGITS) {
        found.push(Meaning::PhoneTail {
            index: tail_index(sealer, plain)?,
        });
    }
    if let Some(number) = numbers::said_number(plain) {
        found.push(Meaning::Account {
            index: numbers::number_index(sealer, &number)?,
        });
    }
    if is_name(plain) {
        found.push(Meaning::Name(plain.to_owned()));
    }
    Ok(())
}

/// `pay_…`, `ref_…`, `mem_…` or the digits alone, with or without hyphens, in capitals or not; spaces part nothing in it.
fn whole_id(plain: &str) -> Option<Meaning> {
    let text: String = plain.to_ascii_lowercase().split_whitespace().collect();
    let parse = |digits: &str| Uuid::try_parse(digits).ok();
    if let Some(digits) = text.strip_prefix("pay_") {
        return parse(digits).map(TransferId).map(Meaning::Payment);
    }
    if let Some(digits) = text.strip_prefix("ref_") {
        return parse(digits).map(TransferId).map(Meaning::Refund);
    }
    if let Some(digits) = text.strip_prefix("mem_") {
        return parse(digits).map(UserId).map(Meaning::Member);
    }
    parse(&text).map(TransferId).map(Meaning::Transfer)
}

/// `pay_…9f3c21ab` as a list shows it, or its end alone.
fn id_tail(plain: &str) -> Option<[u8; 4]> {
    let lower = plain.to_ascii_lowercase();
    let kindless = ["pay_", "ref_"]
        .into_iter()
        .find_map(|prefix| lower.strip_prefix(prefix))
        .unwrap_or(&lower);
    let digits = kindless.trim_start_matches(['…', '.']);
    let is_tail = digits.len() == ID_TAIL_DIGITS;
    let mut tail = [0; 4];
    hex::decode_to_slice(digits, &mut tail).ok().filter(|()| is_tail)?;
    Some(tail)
}

fn short_code(plain: &str) -> Option<String> {
    let upper = plain.to_uppercase();
    let code = upper.strip_prefix(PASSBOOK_PREFIX).unwrap_or(&upper).trim();
    is_code(code, SHORT_CODE_LETTERS).then(|| code.to_owned())
}

fn trace(plain: &str) -> Option<String> {
    let upper = plain.to_ascii_uppercase();
    let begins_with_a_year = upper.starts_with("20");
    (begins_with_a_year && is_code(&upper, TRACE_LETTERS)).then_some(upper)
}

fn is_code(text: &str, letters: usize) -> bool {
    text.len() == letters
        && text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase())
}

/// Letters of people's names: no digits, and none of the marks that codes have.
fn is_name(plain: &str) -> bool {
    let letters = plain.chars().count();
    let is_of_names = |letter: char| letter.is_alphabetic() || matches!(letter, ' ' | '\'' | '.' | '·');
    (2..=100).contains(&letters) && plain.chars().all(is_of_names)
}

/// As [`crate::ids::RequestId`] is cut.
fn is_request_id(given: &str) -> bool {
    let is_of_ids = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'@');
    (SHORTEST_REQUEST_ID..=255).contains(&given.len()) && given.bytes().all(is_of_ids)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<&'static str> {
        let sealer = Sealer::new(&"1".repeat(64).into(), &"2".repeat(64).into()).unwrap();
        let today = NaiveDate::from_ymd_opt(2026, 11, 26).unwrap();
        let found = understand(text, today, &sealer).unwrap();
        found.iter().map(|meaning| meaning.kind().as_str()).collect()
    }

    #[test]
    fn an_id_is_one_in_every_spelling_and_nothing_else() {
        for text in [
            "pay_019ac1f2a3b47c5d8e9f0a1b2c3d4e5f",
            " PAY_019AC1F2A3B47C5D8E9F0A1B2C3D4E5F ",
            "pay_019ac1f2-a3b4-7c5d-8e9f-0a1b2c3d4e5f",
            "ref_019ac1f2a3b47c5d8e9f0a1b2c3d4e5f",
        ] {
            assert_eq!(kinds(text), ["id"], "{text}");
        }
        for text in [
            "019ac1f2a3b47c5d8e9f0a1b2c3d4e5f",
            "019AC1F2-A3B4-7C5D-8E9F-0A1B2C3D4E5F",
        ] {
            assert_eq!(kinds(text), ["id", "request"], "{text}");
        }
        for text in [
            "pay_019ac1f2 a3b4 7c5d 8e9f 0a1b2c3d4e5f",
            "ＰＡＹ＿０１９ＡＣ１Ｆ２Ａ３Ｂ４７Ｃ５Ｄ８Ｅ９Ｆ０Ａ１Ｂ２Ｃ３Ｄ４Ｅ５Ｆ",
        ] {
            assert_eq!(kinds(text), ["id"], "{text}");
        }
        for text in [
            "mem_019ac1f2a3b47c5d8e9f0a1b2c3d4e5f",
            "MEM_019AC1F2-A3B4-7C5D-8E9F-0A1B2C3D4E5F",
        ] {
            assert_eq!(kinds(text), ["member"], "{text}");
        }
        for text in ["pay_…2c3d4e5f", "…2C3D4E5F", "2c3d4e5f", "ref_...2c3d4e5f"] {
            assert_eq!(kinds(text).first(), Some(&"id"), "{text}");
        }
    }

    #[test]
    fn a_text_that_may_be_several_things_is_each_of_them() {
        for (text, expected) in [
            ("4217", &["phone_tail", "amount", "order"][..]),
            ("12,300", &["amount", "order"]),
            ("12300", &["amount", "order"]),
            ("12,300원", &["amount", "order"]),
            ("０１０－１２３４－５６７８", &["phone", "account", "order"]),
            ("302-0001-2345-67", &["account", "order", "request"]),
            ("3020001234567", &["account", "order", "request"]),
            ("minji@naru.test", &["email", "order"]),
            ("김민지", &["name", "order"]),
            ("2026-11-25", &["day", "order", "request"]),
            ("11/25", &["day", "order"]),
            ("어제", &["day", "order"]),
            ("order-1042", &["order", "request"]),
            ("20261125000000004217", &["trace", "order", "request"]),
            ("NR7K2M9QX4AB", &["short_code", "order", "request"]),
            ("NARU NR7K2M9QX4AB", &["short_code", "order"]),
            ("", &[]),
            ("   ", &[]),
        ] {
            assert_eq!(kinds(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_of_a_person_is_written_nowhere() {
        let sealer = Sealer::new(&"1".repeat(64).into(), &"2".repeat(64).into()).unwrap();
        let today = NaiveDate::from_ymd_opt(2026, 11, 26).unwrap();
        let found = understand("minji@naru.test", today, &sealer).unwrap();
        assert_eq!(format!("{found:?}"), "[email, order]");
    }
}
