//! `/cs/members/{id}/unmask` and `/cs/payments/{id}/unmask`: one record of a member's, whole, for a minute.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::desk::audit::LONGEST_REASON;
use crate::desk::unmask::SHOWN_SECS;
use crate::views::{
    example,
    form::{FieldErrors, FieldProblem},
    page::Page,
    transfer::AccountLabel,
};

/// The form that asks for it: `what` (`person`, or an account's id), `reason`.
#[derive(Clone, Debug, Serialize)]
pub struct UnmaskForm {
    /// Where it is sent.
    pub path: String,
    pub accounts: Vec<AccountChoice>,
    /// What was chosen.
    pub what: String,
    /// As typed.
    pub reason: String,
    /// Fields: `what`, `reason`.
    pub errors: FieldErrors,
    /// Where as many were shown within an hour as may be.
    pub wait: Option<UnmaskWait>,
    /// Whether it shows without being opened.
    pub is_open: bool,
    pub seconds: i64,
    pub longest_reason: usize,
}

/// An account whose number can be seen.
#[derive(Clone, Debug, Serialize)]
pub struct AccountChoice {
    /// `acc_…`.
    pub value: String,
    pub label: AccountLabel,
}

#[derive(Clone, Copy, Debug, Serialize)]
pub struct UnmaskWait {
    pub most: u32,
    pub again_at: DateTime<Utc>,
}

impl UnmaskForm {
    /// The form for a page, folded.
    #[must_use]
    pub fn new(page: &str, accounts: Vec<AccountChoice>) -> Self {
        Self {
            path: format!("{page}/unmask"),
            accounts,
            what: "person".to_owned(),
            reason: String::new(),
            errors: FieldErrors::new(),
            wait: None,
            is_open: false,
            seconds: SHOWN_SECS,
            longest_reason: LONGEST_REASON,
        }
    }

    pub(in crate::views) fn example() -> Self {
        let account = |nickname: &str, number: u8| AccountChoice {
            value: format!("acc_019ac1f05d7a7b3e8c41f2a90b6d7e1{number}"),
            label: AccountLabel {
                nickname: nickname.to_owned(),
                ..example::account_label()
            },
        };
        let page = "/cs/members/mem_019ac1f05d7a7b3e8c41f2a90b6d7e10";
        let form = Self::new(page, vec![account("생활비", 1), account(example::HOSTILE, 2)]);
        Self { is_open: true, ..form }
    }

    /// On the page of a payment, with its account alone.
    pub(in crate::views) fn example_on_a_payment() -> Self {
        let mut form = Self::example();
        form.accounts.truncate(1);
        Self {
            path: format!("/cs/payments/{}/unmask", example::PAYMENT_ID),
            is_open: false,
            ..form
        }
    }
}

/// The form by itself, in the place of a record whose time is over or of one that was refused.
#[derive(Clone, Debug, Serialize)]
pub struct UnmaskFragment {
    pub unmask: UnmaskForm,
}

/// A record, whole.
#[derive(Clone, Serialize)]
pub struct ShownWhole {
    /// Where the form is that takes its place.
    pub path: String,
    /// The page that it was asked for on.
    pub back: String,
    pub person: Option<WholePerson>,
    pub account: Option<WholeAccount>,
    pub until: DateTime<Utc>,
    pub seconds: i64,
}

#[derive(Clone, Serialize)]
pub struct WholePerson {
    pub name: String,
    pub email: String,
    /// `010-1234-5678`.
    pub phone: Option<String>,
    /// `1994-03-02`; `None`: none is known any more.
    pub birth_date: Option<String>,
}

#[derive(Clone, Serialize)]
pub struct WholeAccount {
    pub bank_code: String,
    pub number: String,
}

/// Nothing of it goes into a log.
impl fmt::Debug for ShownWhole {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("ShownWhole").finish_non_exhaustive()
    }
}

/// The record in the place of the form.
#[derive(Clone, Debug, Serialize)]
pub struct UnmaskedFragment {
    pub shown: ShownWhole,
}

/// The record on a page of its own, for browsers without scripts.
#[derive(Clone, Debug, Serialize)]
pub struct UnmaskedPage {
    pub shown: ShownWhole,
}

/// `01012345678` as people write it.
#[must_use]
pub fn phone(digits: &str) -> String {
    let middle = digits.len().saturating_sub(4);
    match (digits.get(..3), digits.get(3..middle), digits.get(middle..)) {
        (Some(network), Some(middle), Some(last)) => format!("{network}-{middle}-{last}"),
        _ => digits.to_owned(),
    }
}

/// `19940302` as people write it; `None` where there is none.
#[must_use]
pub fn birth_date(digits: &str) -> Option<String> {
    match (digits.get(..4), digits.get(4..6), digits.get(6..8)) {
        (Some(year), Some(month), Some(day)) => Some(format!("{year}-{month}-{day}")),
        _ => None,
    }
}

fn examples() -> Vec<(&'static str, ShownWhole)> {
    let none = ShownWhole {
        path: "/cs/members/mem_019ac1f05d7a7b3e8c41f2a90b6d7e10/unmask".to_owned(),
        back: "/cs/members/mem_019ac1f05d7a7b3e8c41f2a90b6d7e10".to_owned(),
        person: None,
        account: None,
        until: example::at(60),
        seconds: SHOWN_SECS,
    };
    let person = ShownWhole {
        person: Some(WholePerson {
            name: example::HOSTILE.to_owned(),
            email: "nobody@naru.test".to_owned(),
            phone: Some("010-0000-0000".to_owned()),
            birth_date: Some("1900-01-01".to_owned()),
        }),
        ..none.clone()
    };
    let gone = ShownWhole {
        person: Some(WholePerson {
            name: "김*지".to_owned(),
            email: "withdrawn-019ac1f0".to_owned(),
            phone: None,
            birth_date: None,
        }),
        ..none.clone()
    };
    let account = ShownWhole {
        account: Some(WholeAccount {
            bank_code: "011".to_owned(),
            number: "0000000000000".to_owned(),
        }),
        ..none
    };
    vec![("a person", person), ("one who left", gone), ("an account", account)]
}

impl Page for UnmaskFragment {
    const TEMPLATE: &'static str = "cs/_unmask.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let form = UnmaskForm::example();
        let refused = UnmaskForm {
            reason: example::HOSTILE.to_owned(),
            errors: FieldErrors::from([
                ("what", FieldProblem::ChoiceUnknown),
                ("reason", FieldProblem::Required),
            ]),
            ..form.clone()
        };
        let waiting = UnmaskForm {
            wait: Some(UnmaskWait {
                most: 30,
                again_at: example::at(1_800),
            }),
            ..form.clone()
        };
        let bare = UnmaskForm {
            accounts: Vec::new(),
            ..form.clone()
        };
        [
            ("folded", UnmaskForm::example_on_a_payment()),
            ("form", form),
            ("refused", refused),
            ("too many", waiting),
            ("no accounts", bare),
        ]
        .map(|(state, unmask)| (state, Self { unmask }))
        .into()
    }
}

impl Page for UnmaskedFragment {
    const TEMPLATE: &'static str = "cs/_unmasked.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let all = examples().into_iter();
        all.map(|(state, shown)| (state, Self { shown })).collect()
    }
}

impl Page for UnmaskedPage {
    const TEMPLATE: &'static str = "cs/unmasked.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let all = examples().into_iter();
        all.map(|(state, shown)| (state, Self { shown })).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{birth_date, phone};

    #[test]
    fn numbers_are_shown_as_people_write_them() {
        assert_eq!(phone("01012345678"), "010-1234-5678");
        assert_eq!(phone("0111234567"), "011-123-4567");
        assert_eq!(phone("1"), "1");
        assert_eq!(birth_date("19000101").as_deref(), Some("1900-01-01"));
        assert_eq!(birth_date(""), None);
    }
}
