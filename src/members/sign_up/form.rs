//! What is typed to sign up: read into what is kept, or each field's fault told at once.

use chrono::{DateTime, Datelike, Months, NaiveDate, Utc};
use secrecy::{ExposeSecret, SecretString};

use crate::clock::kst_date;
use crate::members::nickname::{NicknameFault, read_nickname};
use crate::members::{MAX_EMAIL_CHARS, normalised_email, normalised_name};
use crate::plain_text::whole;
use crate::security::passwords::{MAX_PASSWORD_CHARS, MIN_PASSWORD_CHARS};

/// A younger person would need a parent's consent, which we have no way to ask for.
const MIN_AGE_YEARS: u32 = 14;
const FIRST_BIRTH_YEAR: i32 = 1900;
const MAX_NAME_CHARS: usize = 40;

/// What was typed.
#[derive(Clone, Debug)]
pub struct SignUpForm {
    pub email: String,
    pub password: SecretString,
    pub name: String,
    /// May be empty.
    pub nickname: String,
    /// `YYYY-MM-DD`.
    pub birth_date: String,
}

/// What is wrong with each field; `None` where nothing is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    pub email: Option<EmailFault>,
    pub password: Option<PasswordFault>,
    pub name: Option<NameFault>,
    pub nickname: Option<NicknameFault>,
    pub birth_date: Option<BirthDateFault>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmailFault {
    Missing,
    NotAnEmail,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordFault {
    TooShort,
    TooLong,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameFault {
    Missing,
    TooLong,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BirthDateFault {
    Missing,
    NotADate,
    TooYoung,
}

/// The fields of a form without fault.
pub(super) struct Checked {
    pub email: String,
    pub name: String,
    pub nickname: Option<String>,
    pub birth_date: NaiveDate,
}

pub(super) fn check(form: &SignUpForm, now: DateTime<Utc>) -> Result<Checked, Faults> {
    let email = normalised_email(&form.email);
    let name = normalised_name(&form.name);
    let nickname = read_nickname(&form.nickname);
    let birth_date = read_birth_date(&form.birth_date, kst_date(now));
    let faults = Faults {
        email: email_fault(&email),
        password: password_fault(&form.password),
        name: match name.chars().count() {
            0 => Some(NameFault::Missing),
            1..=MAX_NAME_CHARS => None,
            _ => Some(NameFault::TooLong),
        },
        nickname: nickname.as_ref().err().copied(),
        birth_date: birth_date.err(),
    };
    match (birth_date, nickname) {
        (Ok(birth_date), Ok(nickname)) if faults == Faults::default() => Ok(Checked {
            email,
            name,
            nickname,
            birth_date,
        }),
        _ => Err(faults),
    }
}

/// What is wrong with a password that somebody chooses.
#[must_use]
pub fn password_fault(password: &SecretString) -> Option<PasswordFault> {
    match whole(password.expose_secret()).chars().count() {
        0..MIN_PASSWORD_CHARS => Some(PasswordFault::TooShort),
        MIN_PASSWORD_CHARS..=MAX_PASSWORD_CHARS => None,
        _ => Some(PasswordFault::TooLong),
    }
}

/// Refuses what cannot be an address; whether a letter arrives is not ours to guess.
fn email_fault(email: &str) -> Option<EmailFault> {
    if email.is_empty() {
        return Some(EmailFault::Missing);
    }
    let plausible = email.chars().count() <= MAX_EMAIL_CHARS
        && !email.contains(|letter: char| letter.is_whitespace() || letter.is_control())
        && email
            .split_once('@')
            .is_some_and(|(local, domain)| !local.is_empty() && !domain.contains('@') && is_domain(domain));
    (!plausible).then_some(EmailFault::NotAnEmail)
}

fn is_domain(domain: &str) -> bool {
    domain.contains('.') && domain.split('.').all(|label| !label.is_empty())
}

fn read_birth_date(text: &str, today: NaiveDate) -> Result<NaiveDate, BirthDateFault> {
    let text = text.trim();
    if text.is_empty() {
        return Err(BirthDateFault::Missing);
    }
    // The length keeps out `1994-3-2`, which the parser would take.
    let date = (text.len() == "YYYY-MM-DD".len())
        .then(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok())
        .flatten()
        .filter(|date| date.year() >= FIRST_BIRTH_YEAR && *date <= today)
        .ok_or(BirthDateFault::NotADate)?;
    let old_enough = date
        .checked_add_months(Months::new(MIN_AGE_YEARS * 12))
        .is_some_and(|birthday| birthday <= today);
    if old_enough {
        Ok(date)
    } else {
        Err(BirthDateFault::TooYoung)
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;

    use super::*;

    fn form() -> SignUpForm {
        SignUpForm {
            email: " Minji@Naru.TEST ".to_owned(),
            password: "naru-demo-1!".into(),
            name: " 김민지 ".to_owned(),
            nickname: " 민지 ".to_owned(),
            birth_date: "1994-03-02".to_owned(),
        }
    }

    fn faults(form: &SignUpForm) -> Faults {
        check(form, Utc.with_ymd_and_hms(2026, 11, 25, 5, 0, 0).unwrap())
            .err()
            .unwrap_or_default()
    }

    #[test]
    fn a_good_form_is_kept_without_its_spaces() {
        let checked = check(&form(), Utc.with_ymd_and_hms(2026, 11, 25, 5, 0, 0).unwrap())
            .map_err(|faults| format!("{faults:?}"))
            .unwrap();
        assert_eq!(
            (
                checked.email.as_str(),
                checked.name.as_str(),
                checked.nickname.as_deref()
            ),
            ("minji@naru.test", "김민지", Some("민지"))
        );
    }

    #[test]
    fn a_name_is_kept_in_one_form_whatever_keyboard_it_came_from() {
        for (typed, kept) in [
            (
                "\u{1100}\u{1175}\u{11b7}\u{1106}\u{1175}\u{11ab}\u{110c}\u{1175}",
                "김민지",
            ),
            ("\u{200b}김민지\u{202e} ", "김민지"),
            ("Ｈｏｎｇ　Gildong", "Hong Gildong"),
        ] {
            let typed = SignUpForm {
                name: typed.to_owned(),
                ..form()
            };
            let checked = check(&typed, Utc.with_ymd_and_hms(2026, 11, 25, 5, 0, 0).unwrap());
            assert_eq!(checked.ok().unwrap().name, kept);
        }
        let unseen = SignUpForm {
            name: " \u{200b}".to_owned(),
            ..form()
        };
        assert_eq!(faults(&unseen).name, Some(NameFault::Missing));
        // As many as may be, each of them in two parts.
        let long = SignUpForm {
            name: "\u{1100}\u{1161}".repeat(MAX_NAME_CHARS),
            ..form()
        };
        assert_eq!(faults(&long).name, None);
    }

    #[test]
    fn every_fault_is_told_at_once() {
        let empty = SignUpForm {
            email: String::new(),
            password: "short".into(),
            name: "  ".to_owned(),
            nickname: "민".to_owned(),
            birth_date: String::new(),
        };
        assert_eq!(
            faults(&empty),
            Faults {
                email: Some(EmailFault::Missing),
                password: Some(PasswordFault::TooShort),
                name: Some(NameFault::Missing),
                nickname: Some(NicknameFault::TooShort),
                birth_date: Some(BirthDateFault::Missing),
            }
        );
    }

    #[test]
    fn what_cannot_be_an_email_is_refused() {
        for email in [
            "minji",
            "@naru.test",
            "minji@naru",
            "a@b@c.d",
            "a b@c.d",
            "a@.test",
            "a@c..d",
        ] {
            let typed = SignUpForm {
                email: email.to_owned(),
                ..form()
            };
            assert_eq!(faults(&typed).email, Some(EmailFault::NotAnEmail), "{email}");
        }
    }

    #[test]
    fn a_birth_date_is_a_real_day_of_somebody_old_enough() {
        for (text, fault) in [
            ("1994-03-02", None),
            ("2000-02-29", None),
            ("2001-02-29", Some(BirthDateFault::NotADate)),
            ("1899-12-31", Some(BirthDateFault::NotADate)),
            ("2026-11-26", Some(BirthDateFault::NotADate)),
            ("1994-3-2", Some(BirthDateFault::NotADate)),
            ("02/03/1994", Some(BirthDateFault::NotADate)),
            ("2012-11-25", None),
            ("2012-11-26", Some(BirthDateFault::TooYoung)),
        ] {
            let typed = SignUpForm {
                birth_date: text.to_owned(),
                ..form()
            };
            assert_eq!(faults(&typed).birth_date, fault, "{text}");
        }
    }

    #[test]
    fn a_password_has_10_to_128_characters() {
        for (length, fault) in [
            (9, Some(PasswordFault::TooShort)),
            (10, None),
            (128, None),
            (129, Some(PasswordFault::TooLong)),
        ] {
            let typed = SignUpForm {
                password: "가".repeat(length).into(),
                ..form()
            };
            assert_eq!(faults(&typed).password, fault, "{length}");
        }
        // Nine, each of them in two parts.
        let short = SignUpForm {
            password: "\u{1100}\u{1161}".repeat(9).into(),
            ..form()
        };
        assert_eq!(faults(&short).password, Some(PasswordFault::TooShort));
    }
}
