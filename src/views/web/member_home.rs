//! `/` for a member: what there is, what needs them, what came last. All of it from our own data.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::{
    models::kinds::{TransferKind, TransferState},
    money::Won,
    views::{
        balance::KnownBalance,
        example,
        page::Page,
        transfer::{AccountLabel, TransferRow},
    },
};

/// `GET /` for a member. No bank is asked.
#[derive(Clone, Debug, Serialize)]
pub struct MemberHome {
    pub total: KnownTotal,
    /// Accounts whose link is not finished.
    pub pending: Vec<AccountLabel>,
    /// Payments and refunds that are being checked, newest first.
    pub checking: Vec<TransferRow>,
    /// There are more of them than are shown.
    pub more_checking: bool,
    pub latest: Vec<TransferRow>,
}

/// The sum of the balances that are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct KnownTotal {
    /// Linked accounts.
    pub accounts: usize,
    /// Those of which no balance is known.
    pub unknown: usize,
    /// `None` where none is known.
    pub ledger: Option<Won>,
    /// The time of the oldest part: the sum is not newer than that.
    pub at: Option<DateTime<Utc>>,
}

impl KnownTotal {
    /// One entry for each linked account.
    #[must_use]
    pub fn of(balances: &[Option<KnownBalance>]) -> Self {
        let known: Vec<_> = balances.iter().flatten().collect();
        let sum = known
            .iter()
            .try_fold(Won::ZERO, |sum, part| sum.checked_add(part.ledger));
        Self {
            accounts: balances.len(),
            unknown: balances.len() - known.len(),
            ledger: sum.filter(|_| !known.is_empty()),
            at: known.iter().map(|part| part.at).min(),
        }
    }
}

impl Page for MemberHome {
    const TEMPLATE: &'static str = "web/member_home.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let known = Some(example::balance());
        let calm = Self {
            total: KnownTotal::of(&[known, known]),
            pending: Vec::new(),
            checking: Vec::new(),
            more_checking: false,
            latest: example::rows().into_iter().rev().take(5).collect(),
        };
        let new = Self {
            total: KnownTotal::of(&[]),
            latest: Vec::new(),
            ..calm.clone()
        };
        let busy = Self {
            total: KnownTotal::of(&[known, None]),
            pending: vec![
                example::account_label(),
                AccountLabel {
                    nickname: example::HOSTILE.to_owned(),
                    ..example::account_label()
                },
            ],
            checking: [TransferState::Unknown, TransferState::NeedsReview]
                .map(|state| example::row(TransferKind::Payment, state))
                .to_vec(),
            more_checking: true,
            ..calm.clone()
        };
        let unknown = Self {
            total: KnownTotal::of(&[None]),
            latest: Vec::new(),
            ..calm.clone()
        };
        vec![
            ("nothing linked", new),
            ("all is calm", calm),
            ("something needs the member", busy),
            ("no balance known", unknown),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_is_summed_and_what_is_not_is_counted() {
        let known = Some(example::balance());
        let total = KnownTotal::of(&[known, None, known]);
        assert_eq!(total.ledger, Some(Won::new(2 * 1_234_500)));
        assert_eq!((total.accounts, total.unknown), (3, 1));
        assert_eq!(KnownTotal::of(&[None]).ledger, None);
    }
}
