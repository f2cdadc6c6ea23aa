//! Whether two ways of writing a name are of one person.

/// Passbooks write names without spaces, in capitals, and in wide letters.
pub(super) fn is_same_name(at_bank: &str, own: &str) -> bool {
    let (at_bank, own) = (comparable(at_bank), comparable(own));
    !own.is_empty() && at_bank == own
}

fn comparable(name: &str) -> String {
    name.chars()
        .filter(|letter| !letter.is_whitespace())
        .map(narrow)
        .flat_map(char::to_uppercase)
        .collect()
}

/// A wide letter (`Ａ`) as its narrow one.
fn narrow(letter: char) -> char {
    const WIDE: std::ops::RangeInclusive<char> = '\u{ff01}'..='\u{ff5e}';
    if WIDE.contains(&letter) {
        char::from_u32(u32::from(letter) - 0xfee0).unwrap_or(letter)
    } else {
        letter
    }
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
