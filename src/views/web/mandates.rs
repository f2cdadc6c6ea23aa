//! `/mandates`: what a member lets shops take, and one such consent with its limits.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::{
    models::kinds::{MandateStatus, TransferKind, TransferState},
    money::Won,
    views::{
        example,
        form::{FieldErrors, FieldProblem},
        page::Page,
        transfer::{AccountLabel, TransferRow},
        web::account_detail::ConsentLine,
    },
};

/// `GET /mandates`.
#[derive(Clone, Debug, Serialize)]
pub struct MandateList {
    pub active: Vec<MandateCard>,
    pub ended: Vec<MandateCard>,
}

/// One consent.
#[derive(Clone, Debug, Serialize)]
pub struct MandateCard {
    /// `man_…`.
    pub id: String,
    pub partner_name: String,
    pub account: AccountLabel,
    pub status: MandateStatus,
    /// The limits that hold.
    pub per_payment: Won,
    pub daily: Won,
    /// What was consented to.
    pub consented_per_payment: Won,
    pub consented_daily: Won,
    pub used_today: Won,
    /// Zero also where more was used than a limit that was lowered since.
    pub left_today: Won,
    pub given_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
}

/// `GET /mandates/{id}`, and the answer to a form on it that was refused.
///
/// Its forms: `POST /mandates/{id}/limits` (`per_payment`, `daily`, `version`), `POST /mandates/{id}/revoke` (`version`).
#[derive(Clone, Debug, Serialize)]
pub struct MandateDetail {
    pub mandate: MandateCard,
    pub version: i64,
    /// In the form: the present limits, or what was typed and refused.
    pub per_payment: String,
    pub daily: String,
    /// Fields: `per_payment`, `daily`.
    pub errors: FieldErrors,
    /// The newest payments under it.
    pub latest: Vec<TransferRow>,
    /// Where all payments at this shop are.
    pub all_path: String,
    /// The text that was agreed to, where it was on our pages.
    pub agreed: Option<ConsentLine>,
}

impl Page for MandateList {
    const TEMPLATE: &'static str = "web/mandates.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let list = |active, ended| Self { active, ended };
        vec![
            ("none given", list(Vec::new(), Vec::new())),
            ("some given", list(vec![active(), lowered()], vec![ended()])),
            ("all ended", list(Vec::new(), vec![ended()])),
        ]
    }
}

impl Page for MandateDetail {
    const TEMPLATE: &'static str = "web/mandate_detail.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let with = |mandate: MandateCard| Self {
            per_payment: mandate.per_payment.to_string(),
            daily: mandate.daily.to_string(),
            version: 3,
            errors: FieldErrors::new(),
            latest: example::rows(),
            all_path: "/payments?shop=019ac1f0".to_owned(),
            agreed: Some(ConsentLine {
                at: example::at(0),
                version: "2026-11-26".to_owned(),
                lines: vec![format!("가맹점: {}", example::HOSTILE); 6],
            }),
            mandate,
        };
        let refused = Self {
            per_payment: "많이".to_owned(),
            daily: "9,999,999,999".to_owned(),
            errors: FieldErrors::from([
                ("per_payment", FieldProblem::AmountFormat),
                ("daily", FieldProblem::OverConsent),
            ]),
            ..with(active())
        };
        let unused = Self {
            latest: Vec::new(),
            agreed: None,
            ..with(active())
        };
        vec![
            ("active", with(active())),
            ("never charged", unused),
            ("lowered below what was used", with(lowered())),
            ("limits refused", refused),
            ("ended", with(ended())),
        ]
    }
}

/// One of each, for other pages that show them.
pub(crate) fn samples_of_cards() -> Vec<MandateCard> {
    vec![active(), lowered(), ended()]
}

fn active() -> MandateCard {
    MandateCard {
        id: "man_019ac1f05d7a7b3e8c41f2a90b6d7e10".to_owned(),
        partner_name: example::row(TransferKind::Payment, TransferState::Queued).partner_name,
        account: example::account_label(),
        status: MandateStatus::Active,
        per_payment: Won::new(500_000),
        daily: Won::new(1_000_000),
        consented_per_payment: Won::new(500_000),
        consented_daily: Won::new(1_000_000),
        used_today: Won::new(123_400),
        left_today: Won::new(876_600),
        given_at: example::at(0),
        ended_at: None,
    }
}

fn lowered() -> MandateCard {
    MandateCard {
        partner_name: example::HOSTILE.to_owned(),
        per_payment: Won::new(30_000),
        daily: Won::new(100_000),
        left_today: Won::ZERO,
        ..active()
    }
}

fn ended() -> MandateCard {
    MandateCard {
        status: MandateStatus::Revoked,
        ended_at: Some(example::at(3_600)),
        account: AccountLabel {
            id: None,
            ..example::account_label()
        },
        ..active()
    }
}
