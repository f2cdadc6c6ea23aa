//! Which role may do what at the desk: the one matrix. `/cs/me` shows it, and nothing else decides.

use serde::Serialize;

use crate::models::kinds::Role;

/// One thing that staff may or may not do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    /// Payments, refunds, their histories and bank calls, personal data masked.
    SeePayments,
    /// Members, accounts and mandates, personal data masked.
    SeeMembers,
    SeePartners,
    SeeOverview,
    /// Personal data whole: one record, with a reason, for a minute.
    Unmask,
    Export,
    /// Notes and tags.
    Annotate,
    /// Takes a review to oneself, and lets go of it.
    TakeReviews,
    Refund,
    /// The second person for refunds over the limit.
    ApproveRefunds,
    Cancel,
    AskBank,
    /// Decides how a transfer ended.
    Correct,
    ResendWebhooks,
    HandleDeadLetters,
    RevokeMandates,
    StopPartners,
    Announce,
    /// Gives somebody of staff a new second factor.
    ResetFactors,
    /// How much may go on at the bank.
    SetLimits,
    /// When the bank does not work.
    PlanMaintenance,
    SeeAudit,
}

impl Permission {
    pub const ALL: [Self; 22] = [
        Self::SeePayments,
        Self::SeeMembers,
        Self::SeePartners,
        Self::SeeOverview,
        Self::Unmask,
        Self::Export,
        Self::Annotate,
        Self::TakeReviews,
        Self::Refund,
        Self::ApproveRefunds,
        Self::Cancel,
        Self::AskBank,
        Self::Correct,
        Self::ResendWebhooks,
        Self::HandleDeadLetters,
        Self::RevokeMandates,
        Self::StopPartners,
        Self::Announce,
        Self::ResetFactors,
        Self::SetLimits,
        Self::PlanMaintenance,
        Self::SeeAudit,
    ];
}

impl Role {
    /// Whether this role may do that. Members and people of partners may do nothing here.
    #[must_use]
    pub const fn may(self, permission: Permission) -> bool {
        use Permission::{
            Annotate, Announce, ApproveRefunds, AskBank, Cancel, Correct, Export, HandleDeadLetters, PlanMaintenance,
            Refund, ResendWebhooks, ResetFactors, RevokeMandates, SeeAudit, SeeMembers, SeeOverview, SeePartners,
            SeePayments, SetLimits, StopPartners, TakeReviews, Unmask,
        };
        match self {
            Self::Member | Self::Partner => false,
            Self::Cs => match permission {
                SeePayments | SeeMembers | SeePartners | SeeOverview | Unmask | Export | Annotate | TakeReviews
                | Refund | Cancel | AskBank | ResendWebhooks | RevokeMandates => true,
                ApproveRefunds | Correct | HandleDeadLetters | StopPartners | Announce | ResetFactors | SetLimits
                | PlanMaintenance | SeeAudit => false,
            },
            Self::CsLead => !matches!(permission, ResetFactors | SetLimits),
            Self::Operator => match permission {
                SeePayments | SeeMembers | SeePartners | SeeOverview | Annotate | TakeReviews | AskBank
                | ResendWebhooks | HandleDeadLetters | StopPartners | Announce | ResetFactors | SetLimits
                | PlanMaintenance | SeeAudit => true,
                Unmask | Export | Refund | ApproveRefunds | Cancel | Correct | RevokeMandates => false,
            },
            // Looks, and changes nothing.
            Self::Auditor => matches!(
                permission,
                SeePayments | SeeMembers | SeePartners | SeeOverview | Export | SeeAudit
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_auditor_changes_nothing_and_a_lead_may_all_that_an_agent_may() {
        let changes = |permission: &Permission| {
            use Permission::{Export, SeeAudit, SeeMembers, SeeOverview, SeePartners, SeePayments};
            !matches!(
                permission,
                SeePayments | SeeMembers | SeePartners | SeeOverview | Export | SeeAudit
            )
        };
        for permission in Permission::ALL {
            assert!(
                !(Role::Auditor.may(permission) && changes(&permission)),
                "{permission:?}"
            );
            assert!(
                !Role::Cs.may(permission) || Role::CsLead.may(permission),
                "{permission:?}"
            );
            assert!(!Role::Member.may(permission) && !Role::Partner.may(permission));
        }
    }
}
