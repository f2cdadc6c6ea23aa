//! Texts that others give us to show: no character that is not seen, or that turns the reading of its neighbours round,
//! and Hangul whole.

use unicode_normalization::UnicodeNormalization;

/// Whether every character can be seen: no control characters, no invisible spaces, no direction marks.
#[must_use]
pub fn is_plain(text: &str) -> bool {
    !text.chars().any(|letter| letter.is_control() || is_hidden(letter))
}

/// The text with each syllable one letter (NFC). Some programs hand Hangul on in its parts, which look the same, equal
/// nothing that is whole and count as two or three.
#[must_use]
pub fn whole(text: &str) -> String {
    text.nfc().collect()
}

/// The text without what cannot be seen, and [`whole`].
#[must_use]
pub fn made_plain(text: &str) -> String {
    text.chars()
        .filter(|letter| !letter.is_control() && !is_hidden(*letter))
        .nfc()
        .collect()
}

/// As [`made_plain`] for a text of several lines: each ends with a line feed alone, however the browser sent it. Its fields
/// count a line's end as one character, and so do we.
#[must_use]
pub fn plain_lines(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    text.chars()
        .filter(|letter| *letter == '\n' || !letter.is_control() && !is_hidden(*letter))
        .nfc()
        .collect()
}

/// Zero-width spaces and joiners, direction marks and embeddings, and the byte order mark (Unicode's `Cf` as far as it
/// hides or turns).
const fn is_hidden(letter: char) -> bool {
    matches!(
        letter,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}'
    )
}

#[cfg(test)]
mod tests {
    use super::{is_plain, made_plain, plain_lines, whole};

    #[test]
    fn what_is_not_seen_or_turns_the_reading_round_is_not_plain() {
        for plain in ["원두 1kg (2,300원)", "Bücher & tea", "😀"] {
            assert!(is_plain(plain), "{plain}");
        }
        for hidden in ["a\u{202e}b", "\u{200b}", "a\nb", "\u{feff}x", "x\u{2066}y"] {
            assert!(!is_plain(hidden), "{hidden:?}");
            assert!(is_plain(&made_plain(hidden)), "{hidden:?}");
        }
    }

    #[test]
    fn lines_stay_lines_and_nothing_in_them_is_hidden() {
        assert_eq!(plain_lines("14:03 통화\r\n다시\r연락\n"), "14:03 통화\n다시\n연락\n");
        assert_eq!(plain_lines("a\u{202e}b\t\0\u{200b}c"), "abc");
    }

    #[test]
    fn hangul_in_its_parts_becomes_whole() {
        let in_parts = "\u{1106}\u{1175}\u{11ab}\u{110c}\u{1175}";
        for read in [whole, made_plain, plain_lines] {
            assert_eq!(read(in_parts), "민지");
        }
        assert_eq!(made_plain("\u{1100}\u{200b}\u{1161}"), "가");
        assert_eq!(whole("원두 １kg, ㈜나루"), "원두 １kg, ㈜나루");
    }
}
