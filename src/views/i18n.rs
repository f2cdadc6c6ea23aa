//! Every text a person reads, in Korean and English, from `assets/i18n/{ko,en}/*.ftl`.
//!
//! The files are compiled in, and an edit to one rebuilds this crate. A *new* file is seen after this file is compiled
//! again, for the list of files is read when the macro below runs.

use std::{borrow::Cow, collections::HashMap};

use fluent_templates::{LanguageIdentifier, StaticLoader, fluent_bundle::FluentValue, langid, static_loader};
use serde::{Deserialize, Serialize};

/// The cookie that remembers a choice made with `?lang=`.
pub const LANGUAGE_COOKIE: &str = "naru_lang";

static_loader! {
    static TEXTS = {
        locales: "assets/i18n",
        fallback_language: "ko",
        // Without the invisible direction marks around values: both languages run from left to right.
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

/// A language of the pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    #[default]
    Ko,
    En,
}

/// What a request says about its language, strongest first.
#[derive(Clone, Copy, Debug, Default)]
pub struct LanguageHints<'a> {
    /// `?lang=` in the address.
    pub query: Option<&'a str>,
    /// The value of [`LANGUAGE_COOKIE`].
    pub cookie: Option<&'a str>,
    /// The `Accept-Language` header.
    pub accept_language: Option<&'a str>,
}

/// A text that cannot be given: a mistake in our own files, found by the tests.
#[derive(Debug, thiserror::Error)]
#[error("no text `{key}` in language `{}`: {reason}", .language.code())]
pub struct TextError {
    pub key: String,
    pub language: Language,
    pub reason: String,
}

/// Values for the placeholders of a text.
pub type TextArgs<'a> = HashMap<Cow<'static, str>, FluentValue<'a>>;

impl Language {
    pub const ALL: [Self; 2] = [Self::Ko, Self::En];

    /// The language of a request: the first hint that names one of ours, else the installation's default.
    #[must_use]
    pub fn choose(hints: LanguageHints<'_>, default: Self) -> Self {
        hints
            .query
            .and_then(Self::parse)
            .or_else(|| hints.cookie.and_then(Self::parse))
            .or_else(|| hints.accept_language.and_then(Self::accepted))
            .unwrap_or(default)
    }

    /// `ko`, `en`, also with a region as in `en-US`.
    #[must_use]
    pub fn parse(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_']).next().unwrap_or_default();
        Self::ALL
            .into_iter()
            .find(|language| primary.eq_ignore_ascii_case(language.code()))
    }

    /// The best of ours in an `Accept-Language` value.
    fn accepted(header: &str) -> Option<Self> {
        let mut best: Option<(Self, f32)> = None;
        for choice in header.split(',') {
            let mut parts = choice.split(';');
            let language = parts.next().and_then(Self::parse);
            let weight = parts
                .find_map(|part| part.trim().strip_prefix("q="))
                .map_or(1.0, |weight| weight.trim().parse().unwrap_or(0.0));
            if let Some(language) = language
                && weight > best.map_or(0.0, |(_, weight)| weight)
            {
                best = Some((language, weight));
            }
        }
        best.map(|(language, _)| language)
    }

    /// The code for `lang` attributes, cookies and `?lang=`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Ko => "ko",
            Self::En => "en",
        }
    }

    /// The language that the switch in the header leads to.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Ko => Self::En,
            Self::En => Self::Ko,
        }
    }
}

/// Outside the `impl`, for the macro's own code is `unsafe` and `Language` is read from cookies and addresses.
const fn identifier(language: Language) -> LanguageIdentifier {
    match language {
        Language::Ko => langid!("ko"),
        Language::En => langid!("en"),
    }
}

/// The text of `key`, exactly in this language: nobody is shown the other one by surprise.
pub fn try_text(language: Language, key: &str, args: &TextArgs<'_>) -> Result<String, TextError> {
    let texts: &StaticLoader = &TEXTS;
    texts
        .lookup_single_language(&identifier(language), key, Some(args))
        .map_err(|error| TextError {
            key: key.to_owned(),
            language,
            reason: error.to_string(),
        })
}

/// As [`try_text`], for Rust callers. A missing text shows its key and is logged, for a page is better than none.
#[must_use]
pub fn text(language: Language, key: &str, args: &TextArgs<'_>) -> String {
    try_text(language, key, args).unwrap_or_else(|error| {
        tracing::error!(key, %error, "a text is missing");
        key.to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::{Language, LanguageHints};

    #[test]
    fn the_address_wins_over_the_cookie_and_the_cookie_over_the_browser() {
        let mut hints = LanguageHints {
            query: Some("en"),
            cookie: Some("ko"),
            accept_language: Some("ko"),
        };
        assert_eq!(Language::choose(hints, Language::Ko), Language::En);
        hints.query = Some("fr");
        assert_eq!(Language::choose(hints, Language::En), Language::Ko);
        hints.cookie = None;
        hints.accept_language = Some("fr, en;q=0.9, ko;q=0.4");
        assert_eq!(Language::choose(hints, Language::Ko), Language::En);
        hints.accept_language = Some("ko;q=0.4, en-US;q=0.8, *;q=0.1");
        assert_eq!(Language::choose(hints, Language::Ko), Language::En);
        hints.accept_language = Some("fr-FR, en;q=0");
        assert_eq!(Language::choose(hints, Language::Ko), Language::Ko);
    }
}
