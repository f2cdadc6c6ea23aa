//! What was typed so far, carried from step to step in a hidden field: sealed, bound to the member, and readable by
//! nobody on the way. So no step loses anything, nothing is stored before the consent, and no page holds an account number.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::holder::Confirmed;
use super::request::LinkRequest;
use crate::bank::{AccountNumber, BankCode};
use crate::ids::{AccountId, UserId};
use crate::security::sealed::{Place, SealError, Sealer};

/// No column: a draft lives in a page.
const PLACE: &str = "link.draft";

/// A link that is not begun yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    pub request: LinkRequest,
    /// The pending account whose number this one takes the place of.
    pub replaces: Option<AccountId>,
    /// When the bank said that it is the member's.
    pub confirmed_at: Option<DateTime<Utc>>,
}

#[derive(Serialize, Deserialize)]
struct Written {
    bank: BankCode,
    number: AccountNumber,
    nickname: String,
    replaces: Option<Uuid>,
    confirmed_at: Option<DateTime<Utc>>,
}

impl Draft {
    /// For the hidden field of a page of this member's.
    ///
    /// # Errors
    /// When the cipher refuses.
    pub fn seal(&self, sealer: &Sealer, member: UserId) -> Result<String, SealError> {
        let request = self.request.clone();
        let written = Written {
            bank: request.bank,
            number: request.number,
            nickname: request.nickname,
            replaces: self.replaces.map(|id| id.0),
            confirmed_at: self.confirmed_at,
        };
        let text = serde_json::to_string(&written).map_err(|_| SealError::NotSealed)?;
        sealer.seal(place(member), &text)
    }

    /// What a form of this member's sent back; `None` for what we did not seal for them.
    #[must_use]
    pub fn open(sealer: &Sealer, member: UserId, sealed: &str) -> Option<Self> {
        let text = sealer.open(place(member), sealed).ok()?;
        let written: Written = serde_json::from_str(&text).ok()?;
        Some(Self {
            request: LinkRequest {
                bank: written.bank,
                number: written.number,
                nickname: written.nickname,
            },
            replaces: written.replaces.map(AccountId),
            confirmed_at: written.confirmed_at,
        })
    }

    /// The account as the bank confirmed it; `None` when it has not, or too long ago.
    #[must_use]
    pub fn confirmed(&self, now: DateTime<Utc>) -> Option<Confirmed> {
        Confirmed::kept(self.request.clone(), self.confirmed_at?, now)
    }
}

const fn place(member: UserId) -> Place {
    Place {
        column: PLACE,
        row: member.0,
    }
}

#[cfg(test)]
mod tests {
    use chrono::{TimeDelta, TimeZone};

    use super::*;

    fn sealer() -> Sealer {
        Sealer::new(&"1".repeat(64).into(), &"2".repeat(64).into()).unwrap()
    }

    fn draft(confirmed_at: Option<DateTime<Utc>>) -> Draft {
        Draft {
            request: LinkRequest {
                bank: BankCode::new("011"),
                number: AccountNumber::new("3020000000109"),
                nickname: "생활비".to_owned(),
            },
            replaces: Some(AccountId::new()),
            confirmed_at,
        }
    }

    #[test]
    fn a_draft_comes_back_whole_to_its_member_alone_and_hides_the_number() {
        let (sealer, member, draft) = (sealer(), UserId::new(), draft(None));
        let sealed = draft.seal(&sealer, member).unwrap();
        assert!(!sealed.contains("3020000000109"));
        assert_eq!(Draft::open(&sealer, member, &sealed), Some(draft));
        assert_eq!(Draft::open(&sealer, UserId::new(), &sealed), None);
        assert_eq!(Draft::open(&sealer, member, "v1.1.AAAA"), None);
    }

    #[test]
    fn a_confirmation_stands_for_half_an_hour() {
        let at = Utc.timestamp_opt(1_800_000_000, 0).unwrap();
        assert_eq!(draft(None).confirmed(at), None);
        let confirmed = draft(Some(at));
        assert!(confirmed.confirmed(at + TimeDelta::minutes(29)).is_some());
        assert_eq!(confirmed.confirmed(at + TimeDelta::minutes(30)), None);
    }
}
