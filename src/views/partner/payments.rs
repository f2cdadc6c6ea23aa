//! `/partner/payments`: the partner's payments, by order, state, day and amount.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::{
    models::kinds::{TransferKind, TransferState},
    views::{
        cs::payments::STATES,
        example,
        form::{FieldErrors, FieldProblem},
        page::Page,
        paging::Paging,
        transfer::TransferRow,
    },
};

/// `GET /partner/payments`: everything that is asked for stands in the address.
#[derive(Clone, Debug, Serialize)]
pub struct PartnerPayments {
    pub filter: PartnerFilter,
    /// Refused filter values, kept as typed and not applied: each field of the filter, and `cursor`.
    pub errors: FieldErrors,
    pub rows: Vec<TransferRow>,
    pub paging: Paging,
    pub as_of: DateTime<Utc>,
    states: [TransferState; 8],
    filtered: bool,
}

/// The query as it came; empty where nothing was asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PartnerFilter {
    /// An order id, or a payment's or refund's own.
    pub q: String,
    pub state: String,
    /// First day in Korea, `2026-11-25`.
    pub from: String,
    /// Last day in Korea, inclusive.
    pub to: String,
    /// In won, as typed.
    pub least: String,
    pub most: String,
}

impl PartnerFilter {
    /// The pairs of the query, for [`Paging::new`].
    #[must_use]
    pub fn pairs(&self) -> [(&'static str, &str); 6] {
        [
            ("q", &self.q),
            ("state", &self.state),
            ("from", &self.from),
            ("to", &self.to),
            ("least", &self.least),
            ("most", &self.most),
        ]
    }
}

impl PartnerPayments {
    #[must_use]
    pub fn new(filter: PartnerFilter, rows: Vec<TransferRow>, paging: Paging, as_of: DateTime<Utc>) -> Self {
        Self {
            filtered: filter != PartnerFilter::default(),
            filter,
            errors: FieldErrors::new(),
            rows,
            paging,
            as_of,
            states: STATES,
        }
    }

    /// With filter values that could not be read.
    #[must_use]
    pub fn with_errors(self, errors: FieldErrors) -> Self {
        Self { errors, ..self }
    }
}

impl Page for PartnerPayments {
    const TEMPLATE: &'static str = "partner/payments.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let payments = || {
            let rows = example::rows().into_iter();
            rows.filter(|row| row.kind == TransferKind::Payment).collect()
        };
        let list = |filter, rows, paging| Self::new(filter, rows, paging, example::at(90));
        let asked = PartnerFilter {
            q: "order-20261125-0042".to_owned(),
            state: TransferState::Failed.as_str().to_owned(),
            from: "2026-11-01".to_owned(),
            to: "2026-11-25".to_owned(),
            least: "1,000".to_owned(),
            most: "50000".to_owned(),
        };
        let unreadable = PartnerFilter {
            q: example::HOSTILE.to_owned(),
            state: "lost".to_owned(),
            from: "25.11.2026".to_owned(),
            least: "-1".to_owned(),
            ..asked.clone()
        };
        let errors = FieldErrors::from([
            ("state", FieldProblem::ChoiceUnknown),
            ("from", FieldProblem::DateFormat),
            ("to", FieldProblem::DatesReversed),
            ("least", FieldProblem::AmountFormat),
            ("cursor", FieldProblem::CursorUnknown),
        ]);
        let middle = Paging::new("/partner/payments", &asked.pairs(), Some("b"), Some("c"));
        vec![
            (
                "none yet",
                list(PartnerFilter::default(), Vec::new(), Paging::default()),
            ),
            (
                "every state",
                list(PartnerFilter::default(), payments(), Paging::default()),
            ),
            ("filtered, in the middle", list(asked.clone(), payments(), middle)),
            ("nothing found", list(asked, Vec::new(), Paging::default())),
            (
                "filter unreadable",
                list(unreadable, Vec::new(), Paging::default()).with_errors(errors),
            ),
        ]
    }
}
