//! What a stream says, as its events carry it.

use serde::Serialize;

use super::i18n::{Language, TextArgs, text};
use crate::ids::Prefix;
use crate::models::changes::TransferChange;
use crate::models::kinds::{EventType, MoneyMoved, TransferKind, TransferState};
use crate::notifications::live::stream::{End, Said};

/// The data of an event: whole objects, also where there is nothing to say.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum LiveBody {
    Hello {
        resumed: bool,
        hears: bool,
    },
    Transfer(TransferBody),
    End {
        reason: &'static str,
        /// Only where the page is to come again: no sooner than after so long.
        #[serde(skip_serializing_if = "Option::is_none")]
        retry_secs: Option<u64>,
    },
    Nothing {},
}

/// One row of a transfer's history.
#[derive(Debug, Serialize)]
pub struct TransferBody {
    id: String,
    kind: TransferKind,
    status: TransferState,
    event: EventType,
    version: i64,
    money_moved: MoneyMoved,
    /// Of a refund.
    payment_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    account_id: Option<String>,
    /// For a member, where it is worth a word.
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
}

impl LiveBody {
    /// An event's name and its data.
    #[must_use]
    pub fn of(said: &Said, language: Language, is_member: bool) -> (&'static str, String) {
        let (name, body) = match said {
            Said::Hello { resumed, hears } => (
                "hello",
                Self::Hello {
                    resumed: *resumed,
                    hears: *hears,
                },
            ),
            Said::Transfer(change) => (
                "transfer",
                Self::Transfer(TransferBody::new(change, language, is_member)),
            ),
            Said::Again(change) => {
                let told = TransferBody::new(change, language, is_member);
                ("transfer", Self::Transfer(TransferBody { text: None, ..told }))
            }
            Said::Changed => ("changed", Self::Nothing {}),
            Said::Resync => ("resync", Self::Nothing {}),
            Said::Away => ("away", Self::Nothing {}),
            Said::Back => ("back", Self::Nothing {}),
            Said::Beat => ("beat", Self::Nothing {}),
            Said::End(why) => (
                "end",
                Self::End {
                    reason: reason(*why),
                    retry_secs: why.retry_after().map(|after| after.as_secs()),
                },
            ),
        };
        // Words and numbers always become text.
        (name, serde_json::to_string(&body).unwrap_or_else(|_| "{}".to_owned()))
    }
}

const fn reason(why: End) -> &'static str {
    match why {
        End::Session(Some(why)) => why.as_str(),
        End::Session(None) => "expired",
        End::TooMany => "too_many",
    }
}

impl TransferBody {
    fn new(change: &TransferChange, language: Language, is_member: bool) -> Self {
        let prefix = match change.kind {
            TransferKind::Payment => Prefix::Payment,
            TransferKind::Refund => Prefix::Refund,
        };
        Self {
            id: prefix.show(change.transfer.0),
            kind: change.kind,
            status: change.state,
            event: change.event_type,
            version: change.version,
            money_moved: change.state.money_moved(),
            payment_id: change.payment.map(|id| Prefix::Payment.show(id.0)),
            account_id: is_member.then(|| Prefix::Account.show(change.account.0)),
            text: is_member.then(|| word(change, language)).flatten(),
        }
    }
}

/// One sentence on the money and one on what happened. That something begins is worth none.
fn word(change: &TransferChange, language: Language) -> Option<String> {
    let is_begun = matches!(change.state, TransferState::Queued | TransferState::Executing);
    if is_begun {
        return None;
    }
    let (kind, state) = (change.kind.as_str(), change.state);
    let say = |key: String| text(language, &key, &TextArgs::new());
    Some(format!(
        "{}. {}",
        say(format!("moved-{kind}-{}", state.money_moved().as_str())),
        say(format!("told-{kind}-{}", state.as_str()))
    ))
}
