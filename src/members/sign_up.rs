//! Signing up: what was typed is read into a new member, or each field's fault is told.

use chrono::{DateTime, Datelike, Months, NaiveDate, Utc};
use sea_orm::{DbErr, EntityTrait, SqlErr};
use secrecy::{ExposeSecret, SecretString};

use super::{MAX_EMAIL_CHARS, normalised_email};
use crate::bank::BirthDate;
use crate::clock::kst_date;
use crate::ids::UserId;
use crate::models::kinds::Role;
use crate::models::{members, users};
use crate::security::passwords::{MAX_PASSWORD_CHARS, MIN_PASSWORD_CHARS, PasswordError};
use crate::security::sealed::{Place, SealError, Sealer};
use crate::services::Services;

/// A younger person would need a parent's consent, which we have no way to ask for.
const MIN_AGE_YEARS: u32 = 14;
const FIRST_BIRTH_YEAR: i32 = 1900;
const MAX_NAME_CHARS: usize = 40;
/// Where a member's birth date is sealed for.
const BIRTH_DATE_COLUMN: &str = "members.birth_date";

/// What was typed.
#[derive(Clone, Debug)]
pub struct SignUpForm {
    pub email: String,
    pub password: SecretString,
    pub name: String,
    /// `YYYY-MM-DD`.
    pub birth_date: String,
}

/// What is wrong with each field; `None` where nothing is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    pub email: Option<EmailFault>,
    pub password: Option<PasswordFault>,
    pub name: Option<NameFault>,
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

#[derive(Debug, thiserror::Error)]
pub enum SignUpError {
    #[error("a field was refused")]
    Refused(Faults),
    /// Said openly: the form cannot be useful without it, and the limit of attempts keeps it from being a directory.
    #[error("the email has a member already")]
    EmailTaken,
    #[error("the password could not be hashed")]
    Password(#[from] PasswordError),
    #[error("the birth date could not be sealed")]
    Seal(#[from] SealError),
    #[error("the database did not answer")]
    Database(#[from] DbErr),
}

/// The fields of a form without fault.
struct Checked {
    email: String,
    name: String,
    birth_date: NaiveDate,
}

/// Makes a member of what was typed.
///
/// # Errors
/// [`SignUpError`]; nothing is written then.
pub async fn sign_up(services: &Services, form: SignUpForm) -> Result<users::Model, SignUpError> {
    let now = services.clock.now();
    let checked = check(&form, now).map_err(SignUpError::Refused)?;
    // Before the costly hash; the unique index has the last word.
    if users::Model::find_by_email(services.db.read(), &checked.email)
        .await?
        .is_some()
    {
        return Err(SignUpError::EmailTaken);
    }
    let id = UserId::new();
    let user = users::Model {
        id,
        email: checked.email,
        password_hash: services.sign_ins.passwords.hash(form.password).await?,
        role: Role::Member,
        name: checked.name,
        created_at: now,
        withdrawn_at: None,
    };
    let member = members::Model {
        id,
        per_payment_limit_won: None,
        daily_limit_won: None,
        birth_date_sealed: seal_birth_date(&services.sealer, id, checked.birth_date)?,
        created_at: now,
    };
    let (user_row, member_row) = (
        users::ActiveModel::from(user.clone()),
        members::ActiveModel::from(member),
    );
    services
        .db
        .write(|transaction| {
            Box::pin(async move {
                users::Entity::insert(user_row)
                    .exec_without_returning(transaction)
                    .await
                    .map_err(taken_or_database)?;
                members::Entity::insert(member_row)
                    .exec_without_returning(transaction)
                    .await?;
                Ok::<_, SignUpError>(())
            })
        })
        .await?;
    Ok(user)
}

/// Seals a birth date for a member's row.
///
/// # Errors
/// When the cipher refuses.
pub fn seal_birth_date(sealer: &Sealer, member: UserId, birth_date: NaiveDate) -> Result<String, SealError> {
    sealer.seal(birth_date_place(member), &birth_date.format("%Y%m%d").to_string())
}

/// The birth date of a member, as the bank wants it.
///
/// # Errors
/// When the row was altered or sealed with another key.
pub fn open_birth_date(sealer: &Sealer, member: &members::Model) -> Result<BirthDate, SealError> {
    sealer
        .open(birth_date_place(member.id), &member.birth_date_sealed)
        .map(BirthDate::new)
}

const fn birth_date_place(member: UserId) -> Place {
    Place {
        column: BIRTH_DATE_COLUMN,
        row: member.0,
    }
}

fn taken_or_database(error: DbErr) -> SignUpError {
    match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_)) => SignUpError::EmailTaken,
        _ => SignUpError::Database(error),
    }
}

fn check(form: &SignUpForm, now: DateTime<Utc>) -> Result<Checked, Faults> {
    let email = normalised_email(&form.email);
    let name = form.name.trim().to_owned();
    let birth_date = read_birth_date(&form.birth_date, kst_date(now));
    let faults = Faults {
        email: email_fault(&email),
        password: password_fault(&form.password),
        name: match name.chars().count() {
            0 => Some(NameFault::Missing),
            1..=MAX_NAME_CHARS => None,
            _ => Some(NameFault::TooLong),
        },
        birth_date: birth_date.err(),
    };
    match birth_date {
        Ok(birth_date) if faults == Faults::default() => Ok(Checked {
            email,
            name,
            birth_date,
        }),
        _ => Err(faults),
    }
}

/// What is wrong with a new password.
#[must_use]
pub fn password_fault(password: &SecretString) -> Option<PasswordFault> {
    match password.expose_secret().chars().count() {
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
            (checked.email.as_str(), checked.name.as_str()),
            ("minji@naru.test", "김민지")
        );
    }

    #[test]
    fn every_fault_is_told_at_once() {
        let empty = SignUpForm {
            email: String::new(),
            password: "short".into(),
            name: "  ".to_owned(),
            birth_date: String::new(),
        };
        assert_eq!(
            faults(&empty),
            Faults {
                email: Some(EmailFault::Missing),
                password: Some(PasswordFault::TooShort),
                name: Some(NameFault::Missing),
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
    }
}
