//! What a member types to link an account, read into what the bank can be asked.

use crate::bank::{AccountNumber, BankCode};
use crate::plain_text::made_plain;

/// NongHyup Bank and the local cooperatives: the banks whose accounts NH can draw from.
pub const BANK_CODES: [&str; 2] = ["011", "012"];
const MIN_DIGITS: usize = 10;
const MAX_DIGITS: usize = 14;
const MAX_NICKNAME_CHARS: usize = 20;

/// What was typed.
#[derive(Clone, Debug)]
pub struct LinkForm {
    pub bank: String,
    /// Digits, with dashes or spaces between them as on a passbook.
    pub number: String,
    /// May be empty.
    pub nickname: String,
    /// Whether the member agreed to have the account's data asked for.
    pub consent: bool,
}

/// A form without fault.
#[derive(Clone, Debug)]
pub struct LinkRequest {
    pub bank: BankCode,
    pub number: AccountNumber,
    pub nickname: String,
}

/// A refused field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkFault {
    /// Not one of [`BANK_CODES`].
    Bank,
    /// Not 10 to 14 digits.
    Number,
    /// Longer than 20 characters.
    Nickname,
    /// Not given.
    Consent,
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
        let is_number = number.chars().all(|letter| letter.is_ascii_digit());
        let nickname = read_nickname(&self.nickname);
        let faults: Vec<LinkFault> = [
            (LinkFault::Bank, BANK_CODES.contains(&self.bank.as_str())),
            (
                LinkFault::Number,
                is_number && (MIN_DIGITS..=MAX_DIGITS).contains(&number.len()),
            ),
            (LinkFault::Nickname, nickname.is_some()),
            (LinkFault::Consent, self.consent),
        ]
        .into_iter()
        .filter_map(|(fault, is_right)| (!is_right).then_some(fault))
        .collect();
        match nickname {
            Some(nickname) if faults.is_empty() => Ok(LinkRequest {
                bank: BankCode::new(self.bank.as_str()),
                number: AccountNumber::new(number),
                nickname,
            }),
            _ => Err(faults),
        }
    }
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

    fn form() -> LinkForm {
        LinkForm {
            bank: "011".to_owned(),
            number: "302-0000-0001-09".to_owned(),
            nickname: " 생활비 ".to_owned(),
            consent: true,
        }
    }

    #[test]
    fn dashes_and_spaces_are_how_people_write_numbers() {
        let request = form().read().unwrap();
        assert_eq!(request.number.as_str(), "3020000000109");
        assert_eq!(request.nickname, "생활비");
    }

    #[test]
    fn every_fault_is_told_at_once() {
        let wrong = LinkForm {
            bank: "004".to_owned(),
            number: "12-34".to_owned(),
            nickname: "가".repeat(21),
            consent: false,
        };
        let all = vec![
            LinkFault::Bank,
            LinkFault::Number,
            LinkFault::Nickname,
            LinkFault::Consent,
        ];
        assert_eq!(wrong.read().unwrap_err(), all);
        for number in [
            "",
            "302000000010a",
            "３０２００００００００",
            "302000000010912",
            "302000000",
        ] {
            let typed = LinkForm {
                number: number.to_owned(),
                ..form()
            };
            assert_eq!(typed.read().unwrap_err(), vec![LinkFault::Number], "{number}");
        }
    }
}
