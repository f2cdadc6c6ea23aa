//! What is typed into the box, taken apart: filters such as `status:failed` or `-금액:..`, and the text that is left.

use super::aliases::Key;
use crate::plain_text::whole;

/// A word before a colon has at most so many letters; more is a text.
const LONGEST_KEY: usize = 16;

/// The box, taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed {
    /// What is no filter, with single spaces between its words.
    pub text: String,
    pub filters: Vec<TypedFilter>,
    /// What looks like a filter and is none of ours.
    pub unknown: Vec<UnknownKey>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypedFilter {
    pub key: Key,
    /// May be empty.
    pub value: String,
    /// Everything but this.
    pub is_negated: bool,
    /// As it was typed.
    pub token: String,
}

/// A filter of a key that does not exist, as it was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownKey(pub String);

/// Takes the box apart. What stands in quotes is a text, also with a colon in it.
#[must_use]
pub fn split(typed: &str) -> Typed {
    let mut taken = Typed::default();
    let mut words: Vec<String> = Vec::new();
    for token in tokens(typed) {
        let is_negated = token.raw.starts_with('-');
        // A filter's words are ours. The text is left as it was typed, for it may be somebody else's.
        let body = whole(token.raw.trim_start_matches('-'));
        let Some((key, value)) = body.split_once(':').filter(|(key, _)| is_key(key)) else {
            words.push(token.unquoted());
            continue;
        };
        match Key::parse(key) {
            Some(key) => taken.filters.push(TypedFilter {
                key,
                value: value.replace('"', "").trim().to_owned(),
                is_negated,
                token: token.raw,
            }),
            None => taken.unknown.push(UnknownKey(token.raw)),
        }
    }
    words.join(" ").trim().clone_into(&mut taken.text);
    taken
}

/// A word that could be the key of a filter: `12:30` and `"a:b"` have none.
fn is_key(word: &str) -> bool {
    let letters = word.chars().count();
    (1..=LONGEST_KEY).contains(&letters) && word.chars().all(|letter| letter.is_alphabetic() || letter == '_')
}

struct Token {
    /// With its quotes.
    raw: String,
}

impl Token {
    fn unquoted(&self) -> String {
        self.raw.replace('"', "")
    }
}

/// Words between spaces; a space in quotes parts nothing. A quote that is not closed holds to the end.
fn tokens(typed: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut raw = String::new();
    let mut is_quoted = false;
    for letter in typed.chars().filter(|letter| !is_invisible(*letter)).map(straight) {
        if letter == '"' {
            is_quoted = !is_quoted;
        }
        if letter.is_whitespace() && !is_quoted {
            tokens.push(std::mem::take(&mut raw));
        } else {
            raw.push(letter);
        }
    }
    tokens.push(raw);
    let written = tokens.into_iter().filter(|raw| !raw.is_empty());
    written.map(|raw| Token { raw }).collect()
}

/// Marks that come along when a text is copied, and that nobody types or sees.
const fn is_invisible(letter: char) -> bool {
    matches!(letter, '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}')
}

/// Quotes and colons as phones and Korean keyboards write them.
const fn straight(letter: char) -> char {
    match letter {
        '“' | '”' | '＂' => '"',
        '：' => ':',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn filters_are_taken_out_and_the_rest_is_the_text() {
        let typed = split("  김민지 status:failed -partner:\"나루 상점\" 금액:>10000  order-1 ");
        assert_eq!(typed.text, "김민지 order-1");
        let found: Vec<_> = typed
            .filters
            .iter()
            .map(|filter| (filter.key, filter.value.as_str(), filter.is_negated))
            .collect();
        assert_eq!(
            found,
            [
                (Key::State, "failed", false),
                (Key::Partner, "나루 상점", true),
                (Key::Amount, ">10000", false),
            ]
        );
        assert_eq!(typed.unknown, []);
    }

    #[test]
    fn a_key_that_does_not_exist_is_told_and_quotes_make_it_a_text() {
        assert_eq!(split("stauts:failed").unknown, [UnknownKey("stauts:failed".to_owned())]);
        assert_eq!(split("\"a:b\"").text, "a:b");
        assert_eq!(split("12:30").text, "12:30");
        assert_eq!(split("\u{feff}order-1\u{200b}").text, "order-1");
        assert_eq!(split("status:").filters[0].value, "");
        assert_eq!(split("status：실패").filters[0].value, "실패");
        // In its parts, as some programs hand Hangul on.
        let in_parts = "\u{1109}\u{1161}\u{11bc}\u{1110}\u{1162}:\u{1109}\u{1175}\u{11af}\u{1111}\u{1162}";
        let read = split(in_parts);
        assert_eq!(
            (read.filters[0].key, read.filters[0].value.as_str()),
            (Key::State, "실패")
        );
    }

    proptest! {
        #[test]
        fn what_has_no_colon_is_a_text_whatever_is_typed(typed in "[^:：\"“”＂\u{200b}-\u{200d}\u{2060}\u{feff}]{0,40}") {
            let split = split(&typed);
            prop_assert!(split.filters.is_empty() && split.unknown.is_empty());
            let words = typed.split_whitespace().collect::<Vec<_>>().join(" ");
            prop_assert_eq!(split.text, words);
        }

        #[test]
        fn nothing_that_is_typed_is_lost(typed in ".{0,60}") {
            let split = split(&typed);
            let kept: usize = split.filters.iter().map(|filter| filter.token.chars().count()).sum();
            let told: usize = split.unknown.iter().map(|unknown| unknown.0.chars().count()).sum();
            let is_shown =
                |letter: &char| !letter.is_whitespace() && !is_invisible(*letter) && straight(*letter) != '"';
            let all = typed.chars().filter(is_shown).count();
            let text = split.text.chars().filter(is_shown).count();
            prop_assert!(kept + told + text >= all, "{split:?}");
        }
    }
}
