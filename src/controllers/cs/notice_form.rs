//! What was typed into the form of an announcement, read or refused field by field.

use chrono::{DateTime, NaiveDateTime, Utc};
use serde::Deserialize;

use super::actions::kept;
use super::asked::{self, text_problem};
use crate::clock::kst;
use crate::ids::DialogId;
use crate::notices::write::Content;
use crate::views::cs::notices::{CsNotice, LONGEST_BODY, LONGEST_TITLE};
use crate::views::form::{FieldErrors, FieldProblem};

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    title_ko: String,
    title_en: String,
    body_ko: String,
    body_en: String,
    /// Any value means the box was ticked.
    important: String,
    from: String,
    until: String,
    version: String,
    dialog: String,
}

impl Typed {
    /// Of the page that the form stood on; 0 where it cannot be one, which is nobody's.
    pub fn version(&self) -> i64 {
        self.version.parse().unwrap_or_default()
    }

    /// Of the form of a new one; `None` where no form of ours has sent this.
    pub fn dialog(&self) -> Option<DialogId> {
        asked::dialog(&self.dialog)
    }

    /// What was filled in, as it was sent.
    pub fn filled_in(&self) -> [&str; 7] {
        [
            &self.title_ko,
            &self.title_en,
            &self.body_ko,
            &self.body_en,
            &self.important,
            &self.from,
            &self.until,
        ]
    }

    /// The page with what was typed in the place of what is.
    pub fn kept(self, page: CsNotice, errors: FieldErrors) -> CsNotice {
        CsNotice {
            title_ko: self.title_ko,
            title_en: self.title_en,
            body_ko: self.body_ko,
            body_en: self.body_en,
            important: !self.important.is_empty(),
            from: self.from,
            until: self.until,
            errors,
            ..page
        }
    }
}

/// What is to be said. Without a beginning it is seen from now on.
pub fn read(typed: &Typed, now: DateTime<Utc>) -> Result<Content, FieldErrors> {
    let mut errors = FieldErrors::new();
    for (name, text, most) in [
        ("title_ko", &typed.title_ko, LONGEST_TITLE),
        ("title_en", &typed.title_en, LONGEST_TITLE),
        ("body_ko", &typed.body_ko, LONGEST_BODY),
        ("body_en", &typed.body_en, LONGEST_BODY),
    ] {
        errors.extend(text_problem(text, most).map(|problem| (name, problem)));
    }
    let mut moment = |name, text: &str| {
        let at = read_moment(text);
        if at.is_none() && !text.trim().is_empty() {
            errors.insert(name, FieldProblem::MomentFormat);
        }
        at
    };
    let from = moment("from", &typed.from).unwrap_or(now);
    let until = moment("until", &typed.until);
    if until.is_some_and(|until| until <= from) {
        errors.insert("until", FieldProblem::EndsBeforeItBegins);
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    Ok(Content {
        title_ko: kept(&typed.title_ko),
        title_en: kept(&typed.title_en),
        body_ko: kept(&typed.body_ko),
        body_en: kept(&typed.body_en),
        is_important: !typed.important.is_empty(),
        visible_from: from,
        visible_until: until,
    })
}

/// A moment in Korea as the input sends it, or as a person without one would write it. Years that a database may not
/// keep are none.
pub(in crate::controllers) fn read_moment(text: &str) -> Option<DateTime<Utc>> {
    let text = text.trim().replace('T', " ");
    let (year, _) = text.split_once('-')?;
    let is_near = year.len() == 4 && year.starts_with("20");
    let at = ["%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"]
        .iter()
        .find_map(|format| NaiveDateTime::parse_from_str(&text, format).ok())?;
    let at = at.and_local_timezone(kst()).single()?.to_utc();
    Some(at).filter(|_| is_near)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_one_in_korea() {
        let at = |text| read_moment(text).map(|at| at.to_rfc3339());
        let right = Some("2026-11-25T05:03:00+00:00".to_owned());
        assert_eq!(at("2026-11-25T14:03"), right);
        assert_eq!(at(" 2026-11-25 14:03:00 "), right);
        for text in [
            "",
            "2026-11-25",
            "25.11.2026 14:03",
            "2026-02-30T00:00",
            "0000-01-01T00:00",
            "20260-01-01T00:00",
        ] {
            assert_eq!(at(text), None, "{text}");
        }
    }

    #[test]
    fn every_fault_is_told_at_once() {
        let typed = Typed {
            title_ko: "가".repeat(101),
            body_ko: "말".to_owned(),
            from: "2026-11-25T14:03".to_owned(),
            until: "2026-11-25T14:03".to_owned(),
            ..Typed::default()
        };
        let errors = read(&typed, DateTime::UNIX_EPOCH).err().unwrap();
        let told: Vec<_> = errors.into_iter().collect();
        assert_eq!(
            told,
            [
                ("body_en", FieldProblem::Required),
                ("title_en", FieldProblem::Required),
                ("title_ko", FieldProblem::TooLong),
                ("until", FieldProblem::EndsBeforeItBegins)
            ]
        );
    }
}
