//! What a member types to link an account, read into what the bank can be asked.

use crate::bank::{AccountNumber, BankCode};
use crate::plain_text::made_plain;

/// A bank whose accounts NH can draw from, and how many digits its account numbers have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkableBank {
    pub code: &'static str,
    /// The new numbers first, then those from before 2009. No check digit is looked at: the rules for them are not
    /// public, and the bank knows better.
    pub digits: &'static [usize],
}

/// `NongHyup` Bank and the local cooperatives.
pub const BANKS: [LinkableBank; 2] = [
    LinkableBank {
        code: "011",
        digits: &[13, 11, 12, 14],
    },
    LinkableBank {
        code: "012",
        digits: &[13, 14],
    },
];
const MAX_NICKNAME_CHARS: usize = 20;

/// What was typed.
#[derive(Clone, Debug)]
pub struct LinkForm {
    pub bank: String,
    /// Digits, with dashes or spaces between them as on a passbook.
    pub number: String,
    /// May be empty.
    pub nickname: String,
}

/// A form without fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkRequest {
    pub bank: BankCode,
    pub number: AccountNumber,
    pub nickname: String,
}

/// A refused field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkFault {
    /// Not one of [`BANKS`].
    Bank,
    /// Empty, or something else than digits.
    Number,
    /// Digits, and not as many as this bank's numbers have.
    Length(LinkableBank),
    /// Longer than 20 characters.
    Nickname,
}

impl LinkForm {
    /// # Errors
    /// Every fault at once.
    pub fn read(&self) -> Result<LinkRequest, Vec<LinkFault>> {
        let number: String = self
            .number
            .chars()
            .filter(|letter| !matches!(letter, '-' | ' '))
            .collect();
        let bank = BANKS.into_iter().find(|bank| bank.code == self.bank);
        let nickname = read_nickname(&self.nickname);
        let faults = [
            bank.is_none().then_some(LinkFault::Bank),
            number_fault(bank, &number),
            nickname.is_none().then_some(LinkFault::Nickname),
        ];
        let faults: Vec<LinkFault> = faults.into_iter().flatten().collect();
        match (bank, nickname) {
            (Some(bank), Some(nickname)) if faults.is_empty() => Ok(LinkRequest {
                bank: BankCode::new(bank.code),
                number: AccountNumber::new(number),
                nickname,
            }),
            _ => Err(faults),
        }
    }
}

fn number_fault(bank: Option<LinkableBank>, number: &str) -> Option<LinkFault> {
    if number.is_empty() || !number.chars().all(|letter| letter.is_ascii_digit()) {
        return Some(LinkFault::Number);
    }
    bank.filter(|bank| !bank.digits.contains(&number.len()))
        .map(LinkFault::Length)
}

/// A nickname without surrounding spaces and invisible characters; `None` when it is too long.
#[must_use]
pub fn read_nickname(typed: &str) -> Option<String> {
    let nickname = made_plain(typed).trim().to_owned();
    (nickname.chars().count() <= MAX_NICKNAME_CHARS).then_some(nickname)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(bank: &str, number: &str) -> LinkForm {
        LinkForm {
            bank: bank.to_owned(),
            number: number.to_owned(),
            nickname: " 생활비 ".to_owned(),
        }
    }

    #[test]
    fn dashes_and_spaces_are_how_people_write_numbers() {
        let request = form("011", "302-0000-0001-09").read().unwrap();
        assert_eq!(request.number.as_str(), "3020000000109");
        assert_eq!(request.nickname, "생활비");
    }

    #[test]
    fn every_fault_is_told_at_once() {
        let wrong = LinkForm {
            nickname: "가".repeat(21),
            ..form("004", "12-3a")
        };
        let all = vec![LinkFault::Bank, LinkFault::Number, LinkFault::Nickname];
        assert_eq!(wrong.read().unwrap_err(), all);
    }

    #[test]
    fn a_number_has_as_many_digits_as_its_bank_gives_out() {
        for (bank, right) in [("011", [11, 12, 13, 14].as_slice()), ("012", &[13, 14])] {
            for length in 1..=20 {
                let read = form(bank, &"3".repeat(length)).read();
                assert_eq!(read.is_ok(), right.contains(&length), "{bank} {length}");
                if let Err(faults) = read {
                    assert!(matches!(faults.as_slice(), [LinkFault::Length(of)] if of.code == bank));
                }
            }
        }
    }

    #[test]
    fn what_is_no_number_is_told_apart_from_a_wrong_length() {
        for number in ["", "-", "302000000010a", "３０２０００００００１０９"] {
            assert_eq!(
                form("011", number).read().unwrap_err(),
                vec![LinkFault::Number],
                "{number}"
            );
        }
    }

    #[test]
    fn a_nickname_whose_hangul_comes_in_parts_is_as_long_as_it_looks() {
        let in_parts = "\u{1100}\u{1161}";
        assert_eq!(read_nickname(&in_parts.repeat(20)), Some("가".repeat(20)));
        assert_eq!(read_nickname(&in_parts.repeat(21)), None);
    }
}
