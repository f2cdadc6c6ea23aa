//! Ids: `UUIDv7`, typed inside, with a prefix that says what they name outside (`pay_` and 32 hex digits).

use sea_orm::DeriveValueType;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Makes the id of one kind of thing.
macro_rules! typed_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, DeriveValueType)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A new id; later ones sort after earlier ones.
            #[must_use]
            pub fn new() -> Self {
                Self(Uuid::now_v7())
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self::new()
            }
        }

        impl sea_orm::TryFromU64 for $name {
            fn try_from_u64(_: u64) -> Result<Self, sea_orm::DbErr> {
                Err(sea_orm::DbErr::ConvertFromU64(stringify!($name)))
            }
        }
    };
}

typed_id!(
    /// A payment or a refund.
    TransferId
);
typed_id!(UserId);
typed_id!(SessionId);
typed_id!(PartnerId);
typed_id!(KeyId);
typed_id!(AccountId);
typed_id!(ConsentId);
typed_id!(MandateId);
typed_id!(EventId);
typed_id!(BankCallId);
typed_id!(NoticeId);
typed_id!(CheckoutId);
typed_id!(ReturnUrlId);
typed_id!(
    /// Where a partner is told.
    EndpointId
);
typed_id!(DeliveryId);
typed_id!(
    /// One thing done at a partner's console.
    DeedId
);
typed_id!(AttemptId);
typed_id!(
    /// One thing that staff looked at or did.
    StaffDeedId
);
typed_id!(
    /// One opened dialog of the desk: what it asks for is done once.
    DialogId
);
typed_id!(
    /// One run of the program, with its share of the bank.
    ProcessId
);
typed_id!(
    /// A time in which the bank does not work, entered by staff.
    WindowId
);
typed_id!(
    /// One recovery code of somebody of staff.
    RecoveryCodeId
);
typed_id!(
    /// A version of an announcement.
    ChangeId
);
typed_id!(
    /// A refund that waits, or waited, for a second person.
    ApprovalId
);
typed_id!(
    /// A note of staff's.
    NoteId
);

/// The id of the request that asked for something: the caller's `X-Request-Id`, or one of ours where it sent none. A
/// caller's is cut to letters, digits, `_`, `-` and `@`, and to 255 of them.
#[derive(Clone, Debug, PartialEq, Eq, DeriveValueType)]
pub struct RequestId(String);

impl RequestId {
    #[must_use]
    pub const fn new(id: String) -> Self {
        Self(id)
    }
}

impl std::fmt::Display for RequestId {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// What an id names, as its prefix says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prefix {
    Payment,
    Refund,
    Mandate,
    Account,
    Event,
    Session,
    Notice,
    Member,
    Checkout,
    Endpoint,
    Delivery,
    Key,
    ReturnUrl,
    Partner,
    Staff,
}

impl Prefix {
    const fn text(self) -> &'static str {
        match self {
            Self::Payment => "pay_",
            Self::Refund => "ref_",
            Self::Mandate => "man_",
            Self::Account => "acc_",
            Self::Event => "evt_",
            Self::Session => "ses_",
            Self::Notice => "ntc_",
            Self::Member => "mem_",
            Self::Checkout => "chk_",
            Self::Endpoint => "whe_",
            Self::Delivery => "dlv_",
            Self::Key => "key_",
            Self::ReturnUrl => "url_",
            Self::Partner => "par_",
            Self::Staff => "stf_",
        }
    }

    /// The id as the outside sees it.
    #[must_use]
    pub fn show(self, id: Uuid) -> String {
        format!("{}{}", self.text(), id.simple())
    }

    /// The id in `text`, with or without dashes; `None` when it is not one of this kind.
    #[must_use]
    pub fn parse(self, text: &str) -> Option<Uuid> {
        let digits = text.trim().strip_prefix(self.text())?;
        Uuid::try_parse(digits).ok()
    }
}

/// Whether a text is an id of anything as the outside sees it, ours or made up: a word, `_`, and a UUID.
#[must_use]
pub fn is_shown_id(text: &str) -> bool {
    let is_word = |word: &str| (1..=8).contains(&word.len()) && word.bytes().all(|letter| letter.is_ascii_lowercase());
    text.split_once('_')
        .is_some_and(|(word, digits)| is_word(word) && Uuid::try_parse(digits).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_survives_showing_and_parsing_and_keeps_its_kind() {
        let id = Uuid::now_v7();
        let shown = Prefix::Payment.show(id);
        assert_eq!(shown.len(), 36);
        assert_eq!(Prefix::Payment.parse(&shown), Some(id));
        assert_eq!(Prefix::Payment.parse(&format!("pay_{id}")), Some(id));
        assert_eq!(Prefix::Refund.parse(&shown), None);
        assert_eq!(Prefix::Payment.parse("pay_zz"), None);
    }
}
