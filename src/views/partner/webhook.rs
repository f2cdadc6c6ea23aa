//! `/partner/webhooks/{id}`: one endpoint, what was told there, and what can be done with it.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::deeds::DeedRow;
use super::webhooks::EndpointRow;
use crate::{
    models::kinds::{DeliveryStatus, PartnerEventType},
    views::{
        example,
        form::{FieldErrors, FieldProblem},
        page::Page,
        paging::Paging,
    },
};

/// `GET /partner/webhooks/{id}`, and the answer to its forms when they were refused. Its forms: `POST …/pause`,
/// `…/resumption`, `…/end` (each with `version`), `…/secret`, `…/secret-rotation` (`once`), `…/previous-secret/end`,
/// `…/test` (`once`), `…/redeliveries` (`once`, `from`, `to`, `only`, `confirmed`).
#[derive(Clone, Debug, Serialize)]
pub struct EndpointDetail {
    pub endpoint: EndpointRow,
    /// One for each form that makes something once.
    pub once: String,
    pub log: DeliveryLog,
    pub range: RangeForm,
    pub history: Vec<DeedRow>,
    pub as_of: DateTime<Utc>,
}

/// A page of what was told there, newest first.
#[derive(Clone, Debug, Serialize)]
pub struct DeliveryLog {
    /// As in the address; empty: all.
    pub status: String,
    pub kind: String,
    /// Fields: `status`, `type`, `cursor`.
    pub errors: FieldErrors,
    pub rows: Vec<DeliveryRow>,
    pub paging: Paging,
    statuses: &'static [DeliveryStatus],
    types: &'static [PartnerEventType],
}

#[derive(Clone, Debug, Serialize)]
pub struct DeliveryRow {
    /// `dlv_…`.
    pub id: String,
    pub event_type: PartnerEventType,
    pub status: DeliveryStatus,
    pub attempts: i64,
    pub is_repeat: bool,
    pub at: DateTime<Utc>,
    pub next_attempt_at: Option<DateTime<Utc>>,
}

/// Telling again what happened over a time.
#[derive(Clone, Debug, Default, Serialize)]
pub struct RangeForm {
    /// In Korean time, as the input sends it: `2026-11-25T14:03`.
    pub from: String,
    pub to: String,
    /// `failed` or `all`.
    pub only: String,
    /// Fields: `from`, `to`.
    pub errors: FieldErrors,
    /// So many of them were delivered already, which is to be confirmed.
    pub delivered: Option<u64>,
    pub is_open: bool,
}

impl DeliveryLog {
    #[must_use]
    pub fn new((status, kind): (String, String), errors: FieldErrors, rows: Vec<DeliveryRow>, paging: Paging) -> Self {
        Self {
            status,
            kind,
            errors,
            rows,
            paging,
            statuses: DeliveryStatus::ALL,
            types: PartnerEventType::ALL,
        }
    }
}

impl Page for EndpointDetail {
    const TEMPLATE: &'static str = "partner/webhook.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let row = |(place, status): (i64, &DeliveryStatus)| DeliveryRow {
            id: format!("dlv_019ac1f05d7a7b3e8c41f2a90b6d7e1{place}"),
            event_type: PartnerEventType::PaymentSucceeded,
            status: *status,
            attempts: place,
            is_repeat: place == 2,
            at: example::at(place),
            next_attempt_at: (*status == DeliveryStatus::Pending).then(|| example::at(300)),
        };
        let rows: Vec<DeliveryRow> = (0..).zip(DeliveryStatus::ALL).map(row).collect();
        let log = |status: &str, errors, rows, paging| {
            DeliveryLog::new((status.to_owned(), String::new()), errors, rows, paging)
        };
        let page = |endpoint, log, range| Self {
            endpoint,
            once: "019ac1f05d7a7b3e8c41f2a90b6d7e10".to_owned(),
            log,
            range,
            history: DeedRow::examples().into_iter().take(2).collect(),
            as_of: example::at(90),
        };
        let middle = Paging::new("/partner/webhooks/whe_1", &[], Some("b"), Some("c"));
        let mut samples: Vec<_> = EndpointRow::examples()
            .into_iter()
            .map(|endpoint| {
                let log = log("", FieldErrors::new(), rows.clone(), middle.clone());
                (endpoint.status.as_str(), page(endpoint, log, RangeForm::default()))
            })
            .collect();
        let none = log("failed", FieldErrors::new(), Vec::new(), Paging::default());
        samples.push(("none failed", page(EndpointRow::example(), none, RangeForm::default())));
        let never = log("", FieldErrors::new(), Vec::new(), Paging::default());
        samples.push((
            "nothing told",
            page(EndpointRow::example(), never, RangeForm::default()),
        ));
        let errors = FieldErrors::from([
            ("status", FieldProblem::ChoiceUnknown),
            ("type", FieldProblem::ChoiceUnknown),
            ("cursor", FieldProblem::CursorUnknown),
        ]);
        let range = RangeForm {
            from: example::HOSTILE.to_owned(),
            to: "25.11.2026".to_owned(),
            only: "all".to_owned(),
            errors: FieldErrors::from([
                ("from", FieldProblem::MomentFormat),
                ("to", FieldProblem::EndsBeforeItBegins),
            ]),
            delivered: None,
            is_open: true,
        };
        let wrong = log("lost", errors, Vec::new(), Paging::default());
        samples.push(("refused", page(EndpointRow::example(), wrong, range)));
        let to_confirm = RangeForm {
            from: "2026-11-25T14:03".to_owned(),
            only: "all".to_owned(),
            delivered: Some(12),
            is_open: true,
            ..RangeForm::default()
        };
        let log = log("", FieldErrors::new(), rows, Paging::default());
        samples.push(("to be confirmed", page(EndpointRow::example(), log, to_confirm)));
        samples
    }
}
