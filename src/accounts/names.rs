//! Whether two ways of writing a name are of one person.

use unicode_normalization::UnicodeNormalization;

/// Passbooks write names without spaces, in capitals, and in wide letters; some keyboards send Hangul in its parts.
pub(super) fn is_same_name(at_bank: &str, own: &str) -> bool {
    let (at_bank, own) = (comparable(at_bank), comparable(own));
    !own.is_empty() && at_bank == own
}

/// In the form that has wide letters narrow and Hangul whole (NFKC).
fn comparable(name: &str) -> String {
    name.nfkc()
        .filter(|letter| !letter.is_whitespace())
        .flat_map(char::to_uppercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::is_same_name;

    #[test]
    fn a_name_is_the_same_however_passbooks_write_it() {
        for (at_bank, own) in [
            ("김민지", "김민지"),
            ("김 민지　", "김민지"),
            ("HONG GILDONG", "Hong Gil Dong"),
            ("ＨＯＮＧ", "hong"),
            (
                "김민지",
                "\u{1100}\u{1175}\u{11b7}\u{1106}\u{1175}\u{11ab}\u{110c}\u{1175}",
            ),
        ] {
            assert!(is_same_name(at_bank, own), "{at_bank} {own}");
        }
    }

    #[test]
    fn no_part_of_a_name_and_no_absence_is_the_same() {
        for (at_bank, own) in [
            ("김민지", "김민"),
            ("김*지", "김민지"),
            ("", ""),
            (" ", " "),
            ("이준호", "김민지"),
        ] {
            assert!(!is_same_name(at_bank, own), "{at_bank:?} {own:?}");
        }
    }
}
