//! `/cs/payments`: find a payment or refund while the caller is on the line.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::{
    models::kinds::{TransferKind, TransferState},
    views::{
        example,
        form::{FieldErrors, FieldProblem},
        page::Page,
        paging::Paging,
        transfer::TransferRow,
    },
};

/// The states in the order of the filter.
pub const STATES: [TransferState; 8] = [
    TransferState::Queued,
    TransferState::Executing,
    TransferState::Succeeded,
    TransferState::Failed,
    TransferState::Unknown,
    TransferState::NeedsReview,
    TransferState::Canceled,
    TransferState::Expired,
];

/// `GET /cs/payments`: everything that is asked for stands in the address.
#[derive(Clone, Debug, Serialize)]
pub struct CsTransferList {
    pub filter: CsFilter,
    /// Refused filter values, which are kept as typed and not applied: `state`, `kind`, `partner`, `from`, `to`.
    pub errors: FieldErrors,
    pub partners: Vec<PartnerChoice>,
    pub rows: Vec<CsTransferRow>,
    pub paging: Paging,
    pub as_of: DateTime<Utc>,
    states: [TransferState; 8],
    filtered: bool,
}

/// The query as it came; empty where nothing was asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CsFilter {
    /// A payment or refund id, an order id or a member's email.
    pub q: String,
    pub state: String,
    /// `payment` or `refund`.
    pub kind: String,
    /// The value of a [`PartnerChoice`].
    pub partner: String,
    /// First day in Korea, `2026-11-25`.
    pub from: String,
    /// Last day in Korea, inclusive.
    pub to: String,
}

/// One choice of the partner filter.
#[derive(Clone, Debug, Serialize)]
pub struct PartnerChoice {
    /// What goes into the address.
    pub value: String,
    pub name: String,
}

/// A row with whose money it is.
#[derive(Clone, Debug, Serialize)]
pub struct CsTransferRow {
    pub transfer: TransferRow,
    pub member_name_masked: String,
    pub member_email_masked: String,
}

impl CsFilter {
    /// The pairs of the query, for [`Paging::new`].
    #[must_use]
    pub fn pairs(&self) -> [(&'static str, &str); 6] {
        [
            ("q", &self.q),
            ("state", &self.state),
            ("kind", &self.kind),
            ("partner", &self.partner),
            ("from", &self.from),
            ("to", &self.to),
        ]
    }
}

impl CsTransferList {
    #[must_use]
    pub fn new(
        filter: CsFilter,
        partners: Vec<PartnerChoice>,
        rows: Vec<CsTransferRow>,
        paging: Paging,
        as_of: DateTime<Utc>,
    ) -> Self {
        Self {
            filtered: filter != CsFilter::default(),
            filter,
            errors: FieldErrors::new(),
            partners,
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

impl Page for CsTransferList {
    const TEMPLATE: &'static str = "cs/payments.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let partners = || {
            let choice = |value: &str, name: &str| PartnerChoice {
                value: value.to_owned(),
                name: name.to_owned(),
            };
            vec![
                choice("019ac1f0", example::PARTNER),
                choice("019ac1f1", example::HOSTILE),
            ]
        };
        let list = |filter: CsFilter, rows: Vec<TransferRow>, paging| {
            let rows = rows.into_iter().map(example::cs_row).collect();
            Self::new(filter, partners(), rows, paging, example::at(90))
        };
        let asked = CsFilter {
            q: "minji@naru.test".to_owned(),
            state: TransferState::Failed.as_str().to_owned(),
            kind: TransferKind::Payment.as_str().to_owned(),
            partner: "019ac1f0".to_owned(),
            from: "2026-11-01".to_owned(),
            to: "2026-11-25".to_owned(),
        };
        let unreadable = CsFilter {
            state: "lost".to_owned(),
            from: "25.11.2026".to_owned(),
            to: "2026-02-30".to_owned(),
            ..asked.clone()
        };
        let errors = FieldErrors::from([
            ("state", FieldProblem::ChoiceUnknown),
            ("from", FieldProblem::DateFormat),
            ("to", FieldProblem::DatesReversed),
        ]);
        let middle = Paging::new("/cs/payments", &asked.pairs(), Some("b"), Some("c"));
        vec![
            (
                "no transfers yet",
                list(CsFilter::default(), Vec::new(), Paging::default()),
            ),
            (
                "every state",
                list(CsFilter::default(), example::rows(), Paging::default()),
            ),
            ("filtered, in the middle", list(asked.clone(), example::rows(), middle)),
            ("nothing found", list(asked, Vec::new(), Paging::default())),
            (
                "filter unreadable",
                list(unreadable, Vec::new(), Paging::default()).with_errors(errors),
            ),
        ]
    }
}
