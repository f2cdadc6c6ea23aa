//! `/cs/payments/{id}/approval`: a refund over the limit, for the second person to decide, or its asker to take back.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::{ActionHead, Trouble, sample_paid};
use crate::{
    models::kinds::ApprovalState,
    money::Won,
    views::{
        example,
        form::{FieldErrors, FieldProblem},
        page::Page,
    },
};

/// What can be done with an ask; its text is `second-do-…`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    Approve,
    Reject,
    Withdraw,
}

impl Choice {
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "approve" => Some(Self::Approve),
            "reject" => Some(Self::Reject),
            "withdraw" => Some(Self::Withdraw),
            _ => None,
        }
    }
}

/// An ask as staff see it.
#[derive(Clone, Debug, Serialize)]
pub struct ApprovalCard {
    /// Sent along: another ask than the one that was seen is not decided.
    pub id: String,
    pub state: ApprovalState,
    pub amount: Won,
    /// What the member and the partner will read.
    pub told: String,
    pub reason: String,
    pub asker_name: String,
    pub asked_at: DateTime<Utc>,
    pub decider_name: Option<String>,
    pub decision_reason: Option<String>,
    pub decided_at: Option<DateTime<Utc>>,
    /// `ref_…`
    pub refund_id: Option<String>,
}

/// Its form: `POST` to its own address (`decision`, `approval`, `reason`, `version`, `dialog`).
#[derive(Clone, Debug, Serialize)]
pub struct ApprovalDialog {
    pub head: ActionHead,
    pub trouble: Option<Trouble>,
    /// The one that waits, else the last one.
    pub approval: Option<ApprovalCard>,
    /// What this reader may do with it. Empty where it is for others.
    pub choices: Vec<Choice>,
    pub decision: String,
    pub reason: String,
    /// Fields: `decision`, `reason`.
    pub errors: FieldErrors,
    pub longest_reason: usize,
}

impl Page for ApprovalDialog {
    const TEMPLATE: &'static str = "cs/action_approval.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let of = |approval, choices: &[Choice]| Self {
            head: sample_paid(),
            trouble: None,
            approval,
            choices: choices.to_vec(),
            decision: String::new(),
            reason: String::new(),
            errors: FieldErrors::new(),
            longest_reason: 500,
        };
        let waiting = || Some(sample_waiting());
        let refused = Self {
            reason: example::HOSTILE.to_owned(),
            errors: FieldErrors::from([
                ("decision", FieldProblem::ChoiceNeeded),
                ("reason", FieldProblem::TooLong),
            ]),
            ..of(waiting(), &[Choice::Approve, Choice::Reject])
        };
        let decided = |state, refund: Option<&str>| ApprovalCard {
            state,
            decider_name: Some("최팀장".to_owned()),
            decision_reason: Some("증빙 확인".to_owned()),
            decided_at: Some(example::at(300)),
            refund_id: refund.map(str::to_owned),
            ..sample_waiting()
        };
        let approved = Self {
            trouble: Some(Trouble::Decided),
            ..of(
                Some(decided(
                    ApprovalState::Approved,
                    Some("ref_019ac1f7b1c27d3e9f40a5b6c7d8e9fa"),
                )),
                &[],
            )
        };
        let none = Self {
            trouble: Some(Trouble::NoneWaiting),
            ..of(None, &[])
        };
        vec![
            ("for a lead", of(waiting(), &[Choice::Approve, Choice::Reject])),
            ("for the asker", of(waiting(), &[Choice::Withdraw])),
            ("for others", of(waiting(), &[])),
            ("refused", refused),
            ("approved", approved),
            ("rejected", of(Some(decided(ApprovalState::Rejected, None)), &[])),
            ("withdrawn", of(Some(decided(ApprovalState::Withdrawn, None)), &[])),
            ("none", none),
        ]
    }
}

pub(super) fn sample_waiting() -> ApprovalCard {
    ApprovalCard {
        id: "019ac1f05d7a7b3e8c41f2a90b6d7e11".to_owned(),
        state: ApprovalState::Waiting,
        amount: Won::new(1_500_000),
        told: "고객센터 환불".to_owned(),
        reason: example::HOSTILE.to_owned(),
        asker_name: "이수진".to_owned(),
        asked_at: example::at(60),
        decider_name: None,
        decision_reason: None,
        decided_at: None,
        refund_id: None,
    }
}
