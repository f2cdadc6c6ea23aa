//! What the doctor found of one part, as a line for a person.

use std::fmt::Display;

use crate::views::i18n::{Language, TextArgs, text};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Level {
    Ok,
    Warn,
    Fail,
}

/// The text `key` says what is so and, where it is not well, what to do.
#[derive(Debug)]
pub(super) struct Finding {
    pub(super) level: Level,
    part: &'static str,
    key: &'static str,
    values: Vec<(&'static str, String)>,
}

impl Finding {
    pub(super) const fn new(level: Level, part: &'static str, key: &'static str) -> Self {
        Self {
            level,
            part,
            key,
            values: Vec::new(),
        }
    }

    pub(super) const fn ok(part: &'static str, key: &'static str) -> Self {
        Self::new(Level::Ok, part, key)
    }

    pub(super) const fn warn(part: &'static str, key: &'static str) -> Self {
        Self::new(Level::Warn, part, key)
    }

    pub(super) const fn fail(part: &'static str, key: &'static str) -> Self {
        Self::new(Level::Fail, part, key)
    }

    /// A value for the text.
    pub(super) fn with(mut self, name: &'static str, value: impl Display) -> Self {
        self.values.push((name, value.to_string()));
        self
    }

    pub(super) fn line(&self, language: Language) -> String {
        let values: TextArgs<'_> = self
            .values
            .iter()
            .map(|(name, value)| ((*name).into(), value.as_str().into()))
            .collect();
        let level = match self.level {
            Level::Ok => "ok",
            Level::Warn => "warn",
            Level::Fail => "FAIL",
        };
        format!("{level:<5} {:<9} {}", self.part, text(language, self.key, &values))
    }
}
