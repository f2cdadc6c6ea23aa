//! A message that nobody understood or nobody lived to acknowledge: in the list, and on a page of its own.

use serde::Serialize;

use crate::{
    models::kinds::{TransferKind, TransferState},
    views::{
        example,
        form::{FieldErrors, FieldProblem},
        page::Page,
        paging::Paging,
    },
};

/// What it asks for; its text is `letter-asks-{word}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Asks {
    Payment,
    Refund,
    Inquiry,
    /// It is no message of ours.
    Nothing,
    /// It is of another version of the program.
    OtherVersion,
}

/// What would become of it; its text is `letter-fate-{word}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FateWord {
    Again,
    Over,
    NotUnderstood,
    NobodyKnowsIt,
}

/// Why it died; its text is `letter-why-{word}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DeathWord {
    Rejected,
    DeliveryLimit,
    ByHand,
    Other,
}

impl DeathWord {
    /// Of RabbitMQ's word.
    #[must_use]
    pub fn parse(word: &str) -> Self {
        match word {
            "rejected" => Self::Rejected,
            "delivery_limit" => Self::DeliveryLimit,
            "" => Self::ByHand,
            _ => Self::Other,
        }
    }
}

/// One letter.
#[derive(Clone, Debug, Serialize)]
pub struct LetterRow {
    /// `payments`, `refunds` or `inquiries`.
    pub queue: &'static str,
    /// Of its body.
    pub id: String,
    pub why: DeathWord,
    pub times: i64,
    pub asks: Asks,
    pub fate: FateWord,
    pub transfer: Option<LetterTransfer>,
    /// Its beginning, masked.
    pub body: String,
}

/// Some of what lies in one dead queue. The broker gives messages away in their order alone, so a later page is reached by
/// looking through all before it.
#[derive(Clone, Debug, Serialize)]
pub struct LetterQueue {
    /// `payments`, `refunds` or `inquiries`.
    pub queue: &'static str,
    /// All that lie there.
    pub count: u64,
    /// Which of them are shown: from the first to the last, counted from one. What says the same is one row.
    pub first: u64,
    pub last: u64,
    /// So many of a queue are looked at here at most.
    pub reached: u64,
    pub letters: Vec<LetterRow>,
    pub paging: Paging,
}

/// The transfer that it names, where there is such a one.
#[derive(Clone, Debug, Serialize)]
pub struct LetterTransfer {
    /// `pay_…` or `ref_…`.
    pub id: String,
    pub kind: TransferKind,
    pub state: TransferState,
}

impl LetterRow {
    /// One of each kind.
    #[must_use]
    pub fn examples() -> Vec<Self> {
        let row = |asks, fate, why| Self {
            queue: "payments",
            id: "0123456789abcdef0123456789abcdef".to_owned(),
            why,
            times: 1,
            asks,
            fate,
            transfer: None,
            body: format!("{{ {} }}", example::HOSTILE),
        };
        let transfer = LetterTransfer {
            id: example::PAYMENT_ID.to_owned(),
            kind: TransferKind::Payment,
            state: TransferState::Queued,
        };
        vec![
            Self {
                transfer: Some(transfer.clone()),
                ..row(Asks::Payment, FateWord::Again, DeathWord::DeliveryLimit)
            },
            Self {
                transfer: Some(LetterTransfer {
                    state: TransferState::Succeeded,
                    ..transfer
                }),
                ..row(Asks::Inquiry, FateWord::Over, DeathWord::Rejected)
            },
            row(Asks::Refund, FateWord::NobodyKnowsIt, DeathWord::Other),
            row(Asks::Nothing, FateWord::NotUnderstood, DeathWord::Rejected),
            row(Asks::OtherVersion, FateWord::NotUnderstood, DeathWord::ByHand),
        ]
    }
}

/// `GET /cs/reviews/dead-letters/{queue}/{letter}`. Its forms: `POST …/redrive` and `…/closing` (`dialog`, `reason`).
#[derive(Clone, Debug, Serialize)]
pub struct DeadLetterPage {
    pub letter: LetterRow,
    pub redrive: LetterForm,
    pub closing: LetterForm,
    pub may_handle: bool,
    pub longest_reason: usize,
}

/// A form as it is shown, and as it comes back when it was refused.
#[derive(Clone, Debug, Default, Serialize)]
pub struct LetterForm {
    /// It does its work once.
    pub dialog: String,
    pub reason: String,
    /// Field: `reason`.
    pub errors: FieldErrors,
    pub is_open: bool,
}

impl Page for DeadLetterPage {
    const TEMPLATE: &'static str = "cs/dead_letter.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let form = || LetterForm {
            dialog: "019ac1f05d7a7b3e8c41f2a90b6d7e10".to_owned(),
            ..LetterForm::default()
        };
        let page = |letter, may_handle| Self {
            letter,
            redrive: form(),
            closing: form(),
            may_handle,
            longest_reason: 500,
        };
        let mut samples: Vec<(&'static str, Self)> = LetterRow::examples()
            .into_iter()
            .map(|letter| ("one kind", page(letter, true)))
            .collect();
        let first = LetterRow::examples().remove(0);
        let refused = LetterForm {
            reason: example::HOSTILE.to_owned(),
            errors: FieldErrors::from([("reason", FieldProblem::TooLong)]),
            is_open: true,
            ..form()
        };
        let open = page(first.clone(), true);
        samples.extend([
            (
                "redrive refused",
                Self {
                    redrive: refused.clone(),
                    ..open.clone()
                },
            ),
            (
                "closing refused",
                Self {
                    closing: refused,
                    ..open
                },
            ),
            ("for who may look alone", page(first, false)),
        ]);
        samples
    }
}
