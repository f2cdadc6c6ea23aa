//! What a member wants to be called.

use crate::plain_text::whole;

pub const MIN_NICKNAME_CHARS: usize = 2;
pub const MAX_NICKNAME_CHARS: usize = 20;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NicknameFault {
    TooShort,
    TooLong,
    /// Letters that are not seen, or turn the line round.
    NotPrintable,
}

/// A nickname as it is kept; `None` for an empty one.
///
/// # Errors
/// [`NicknameFault`].
pub fn read_nickname(typed: &str) -> Result<Option<String>, NicknameFault> {
    let nickname = whole(typed.trim());
    if nickname.chars().any(|letter| letter.is_control() || is_unseen(letter)) {
        return Err(NicknameFault::NotPrintable);
    }
    match nickname.chars().count() {
        0 => Ok(None),
        1..MIN_NICKNAME_CHARS => Err(NicknameFault::TooShort),
        MIN_NICKNAME_CHARS..=MAX_NICKNAME_CHARS => Ok(Some(nickname)),
        _ => Err(NicknameFault::TooLong),
    }
}

/// Zero-width letters and those that change the direction of a line.
const fn is_unseen(letter: char) -> bool {
    matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nickname_has_two_to_twenty_letters_that_are_seen_or_is_left_out() {
        for (typed, read) in [
            ("", Ok(None)),
            ("   ", Ok(None)),
            (" 민지 ", Ok(Some("민지".to_owned()))),
            ("민", Err(NicknameFault::TooShort)),
            (&"가".repeat(20), Ok(Some("가".repeat(20)))),
            (&"가".repeat(21), Err(NicknameFault::TooLong)),
            (&"\u{1100}\u{1161}".repeat(20), Ok(Some("가".repeat(20)))),
            ("민\u{202e}지", Err(NicknameFault::NotPrintable)),
            ("민\n지", Err(NicknameFault::NotPrintable)),
        ] {
            assert_eq!(read_nickname(typed), read, "{typed:?}");
        }
    }
}
