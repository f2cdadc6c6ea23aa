//! A Korean mobile number: read from what people type, and masked wherever it is shown.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::ids::UserId;
use crate::security::masking;
use crate::security::sealed::{Place, SealError, Sealer};

/// What a member's number is sealed and indexed for.
const COLUMN: &str = "members.phone";
/// What the last digits of a member's number are indexed for.
const TAIL_COLUMN: &str = "members.phone_tail";
/// The digits by which a caller is found who names no more.
const TAIL_DIGITS: usize = 4;
/// As it is dialled from abroad.
const COUNTRY: &str = "82";

/// A mobile number in Korea, its digits from `01` on. Serialised in clear, so only into what is sealed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PhoneNumber(String);

impl PhoneNumber {
    /// Reads `010-1234-5678`, `010 1234 5678`, `+82 10-1234-5678` and the like; `None` for what no mobile number can be.
    #[must_use]
    pub fn parse(typed: &str) -> Option<Self> {
        let (typed, is_abroad) = match typed.trim().strip_prefix('+') {
            Some(rest) => (rest, true),
            None => (typed, false),
        };
        let mut digits = String::new();
        for letter in typed.chars() {
            match letter {
                digit if digit_of(digit).is_some() => digits.extend(digit_of(digit)),
                '-' | '.' | '(' | ')' | '‐'..='―' | '－' => {}
                space if space.is_whitespace() => {}
                _ => return None,
            }
        }
        if let Some(rest) = digits.strip_prefix(COUNTRY) {
            digits = format!("0{}", rest.trim_start_matches('0'));
        } else if is_abroad {
            return None;
        }
        is_mobile(&digits).then_some(Self(digits))
    }

    /// `01012345678`. For the sender of messages alone.
    #[must_use]
    pub fn digits(&self) -> &str {
        &self.0
    }

    /// `010-1234-****`.
    #[must_use]
    pub fn masked(&self) -> String {
        masking::phone_number(&self.0)
    }

    /// What a member is found by without the number being read.
    ///
    /// # Errors
    /// See [`Sealer::blind_index`].
    pub fn index(&self, sealer: &Sealer) -> Result<String, SealError> {
        sealer.blind_index(COLUMN, &self.0)
    }

    /// What members with the same last four digits are found by together.
    ///
    /// # Errors
    /// See [`Sealer::blind_index`].
    pub fn tail_index(&self, sealer: &Sealer) -> Result<String, SealError> {
        let begins = self.0.len().saturating_sub(TAIL_DIGITS);
        tail_index(sealer, self.0.get(begins..).unwrap_or_default())
    }

    /// Seals the number for a member's row.
    ///
    /// # Errors
    /// When the cipher refuses.
    pub fn seal(&self, sealer: &Sealer, member: UserId) -> Result<String, SealError> {
        sealer.seal(place(member), &self.0)
    }

    /// The number of a member's row.
    ///
    /// # Errors
    /// When the row was altered or sealed with another key.
    pub fn open(sealer: &Sealer, member: UserId, sealed: &str) -> Result<Self, SealError> {
        sealer.open(place(member), sealed).map(Self)
    }
}

impl fmt::Debug for PhoneNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.masked())
    }
}

/// The index of the last four digits of a number. There are ten thousand of them: it tells nothing to who has no index key,
/// and no more than which members share them.
///
/// # Errors
/// See [`Sealer::blind_index`].
pub fn tail_index(sealer: &Sealer, digits: &str) -> Result<String, SealError> {
    sealer.blind_index(TAIL_COLUMN, digits)
}

/// The last four digits alone, as a caller says them; `None` for anything else.
#[must_use]
pub fn tail_digits(typed: &str) -> Option<String> {
    let digits: Option<String> = typed.trim().chars().map(digit_of).collect();
    digits.filter(|digits| digits.len() == TAIL_DIGITS)
}

/// A digit, also as Korean keyboards write it.
fn digit_of(letter: char) -> Option<char> {
    match letter {
        '0'..='9' => Some(letter),
        '０'..='９' => char::from_digit(u32::from(letter) - u32::from('０'), 10),
        _ => None,
    }
}

const fn place(member: UserId) -> Place {
    Place {
        column: COLUMN,
        row: member.0,
    }
}

/// 010 has eight digits more; the older networks have seven or eight.
fn is_mobile(digits: &str) -> bool {
    match digits.split_at_checked(3) {
        Some(("010", rest)) => rest.len() == 8,
        Some(("011" | "016" | "017" | "018" | "019", rest)) => matches!(rest.len(), 7 | 8),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_in_every_way_that_people_type_it() {
        for typed in [
            "01012345678",
            "010-1234-5678",
            " 010 1234 5678 ",
            "010.1234.5678",
            "+82 10-1234-5678",
            "+82 (0)10 1234 5678",
            "+821012345678",
            "82-10-1234-5678",
            "０１０－１２３４－５６７８",
            "010–1234–5678",
        ] {
            let number = PhoneNumber::parse(typed).unwrap_or_else(|| panic!("{typed}"));
            assert_eq!(number.digits(), "01012345678", "{typed}");
        }
        assert_eq!(PhoneNumber::parse("011-123-4567").unwrap().digits(), "0111234567");
    }

    #[test]
    fn what_is_no_korean_mobile_number_is_refused() {
        for typed in [
            "",
            "010",
            "010-1234-567",
            "010-1234-56789",
            "02-1234-5678",
            "012-1234-5678",
            "011-12-3456",
            "+1 010 1234 5678",
            "+01012345678",
            "010-1234-567a",
            "010-1234-5678; 010-1234-5679",
            "٠١٠-1234-5678",
        ] {
            assert!(PhoneNumber::parse(typed).is_none(), "{typed}");
        }
    }

    #[test]
    fn a_number_hides_itself_where_it_is_printed() {
        let number = PhoneNumber::parse("010-1234-5678").unwrap();
        assert_eq!(format!("{number:?}"), "010-1234-****");
        assert_eq!(number.masked(), "010-1234-****");
    }

    #[test]
    fn numbers_with_the_same_last_digits_are_found_together_and_no_others() {
        let sealer = Sealer::new(&"1".repeat(64).into(), &"2".repeat(64).into()).unwrap();
        let tail = |typed: &str| PhoneNumber::parse(typed).unwrap().tail_index(&sealer).unwrap();
        assert_eq!(tail("010-1234-5678"), tail("011-999-5678"));
        assert_eq!(tail("010-1234-5678"), tail_index(&sealer, "5678").unwrap());
        assert_ne!(tail("010-1234-5678"), tail("010-1234-5679"));
    }

    #[test]
    fn four_digits_alone_are_the_end_of_a_number() {
        for typed in ["0042", " 0042 ", "００４２"] {
            assert_eq!(tail_digits(typed).as_deref(), Some("0042"), "{typed}");
        }
        for typed in ["", "042", "00042", "00-42", "004a", "٠٠٤٢"] {
            assert_eq!(tail_digits(typed), None, "{typed}");
        }
    }

    #[test]
    fn a_sealed_number_opens_in_its_own_row_alone() {
        let sealer = Sealer::new(&"1".repeat(64).into(), &"2".repeat(64).into()).unwrap();
        let (number, member) = (PhoneNumber::parse("010-1234-5678").unwrap(), UserId::new());
        let sealed = number.seal(&sealer, member).unwrap();
        assert_eq!(PhoneNumber::open(&sealer, member, &sealed), Ok(number));
        assert!(PhoneNumber::open(&sealer, UserId::new(), &sealed).is_err());
    }
}
