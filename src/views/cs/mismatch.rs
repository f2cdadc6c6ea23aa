//! What does not fit in our books: in the list, and on a page of its own.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::age::Age;
use crate::{
    models::kinds::TransferKind,
    views::{
        example,
        form::{FieldErrors, FieldProblem},
        page::Page,
        words::FlawWord,
    },
};

/// One mismatch.
#[derive(Clone, Debug, Serialize)]
pub struct MismatchRow {
    /// 32 hex digits.
    pub id: String,
    /// `pay_…` or `ref_…`.
    pub transfer_id: String,
    pub kind: TransferKind,
    /// The word of its kind, which `docs/verify.md` explains.
    pub flaw: String,
    pub says: FlawWord,
    /// Its sentence, as the report of `naru task verify` has it.
    pub detail: String,
    pub age: Age,
    pub first_seen_at: DateTime<Utc>,
    pub last_seen_at: DateTime<Utc>,
}

impl MismatchRow {
    #[must_use]
    pub fn examples() -> Vec<Self> {
        let row = |flaw: &str, detail: &str| Self {
            id: "0123456789abcdef0123456789abcdef".to_owned(),
            transfer_id: example::PAYMENT_ID.to_owned(),
            kind: TransferKind::Payment,
            flaw: flaw.to_owned(),
            says: FlawWord::from_word(flaw),
            detail: detail.to_owned(),
            age: Age::of(example::at(-7_200), example::at(0)),
            first_seen_at: example::at(-7_200),
            last_seen_at: example::at(-60),
        };
        vec![
            row("bank_took_back", "succeeded, and the bank took 12300 back"),
            row("hash_differs", example::HOSTILE),
        ]
    }
}

/// `GET /cs/reviews/mismatches/{mismatch}`. Its form: `POST …/closing` (`dialog`, `version`, `reason`).
#[derive(Clone, Debug, Serialize)]
pub struct MismatchPage {
    pub mismatch: MismatchRow,
    /// The version on this page: what changed meanwhile is not closed.
    pub version: i64,
    pub dialog: String,
    pub may_close: bool,
    pub closed: Option<ClosedFacts>,
    pub reason: String,
    /// Field: `reason`.
    pub errors: FieldErrors,
    pub longest_reason: usize,
}

/// How it was closed.
#[derive(Clone, Debug, Serialize)]
pub struct ClosedFacts {
    pub at: DateTime<Utc>,
    /// `None`: it was not found any more.
    pub by: Option<String>,
    pub reason: Option<String>,
}

impl Page for MismatchPage {
    const TEMPLATE: &'static str = "cs/mismatch.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let open = Self {
            mismatch: MismatchRow::examples().remove(1),
            version: 2,
            dialog: "019ac1f05d7a7b3e8c41f2a90b6d7e10".to_owned(),
            may_close: true,
            closed: None,
            reason: String::new(),
            errors: FieldErrors::new(),
            longest_reason: 500,
        };
        let closed = |by: Option<&str>, reason: Option<&str>| Self {
            closed: Some(ClosedFacts {
                at: example::at(60),
                by: by.map(str::to_owned),
                reason: reason.map(str::to_owned),
            }),
            ..open.clone()
        };
        let refused = Self {
            reason: example::HOSTILE.to_owned(),
            errors: FieldErrors::from([("reason", FieldProblem::TooLong)]),
            ..open.clone()
        };
        let look = Self {
            may_close: false,
            ..open.clone()
        };
        vec![
            ("open", open.clone()),
            ("refused", refused),
            ("for who may look alone", look),
            (
                "closed by a person",
                closed(Some(example::HOSTILE), Some(example::HOSTILE)),
            ),
            ("not found any more", closed(None, None)),
        ]
    }
}
