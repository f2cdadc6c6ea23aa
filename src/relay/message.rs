//! What a message on RabbitMQ says: which version of it this is, what there is to do, and for which transfer.
//!
//! ```json
//! { "v": 1, "do": "execute", "kind": "payment", "transfer": "01a2…" }
//! { "v": 1, "do": "inquire", "transfer": "01a2…" }
//! ```
//! A reader that does not know the version, the verb or the shape does not guess: the message goes to a dead queue.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Ring;
use crate::ids::TransferId;
use crate::models::kinds::TransferKind;

const VERSION: u8 = 1;

#[derive(Debug, Serialize, Deserialize)]
struct Envelope {
    v: u8,
    #[serde(flatten)]
    verb: Verb,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
enum Verb {
    Execute { kind: TransferKind, transfer: Uuid },
    Inquire { transfer: Uuid },
}

/// Why a message cannot be followed.
#[derive(Debug, thiserror::Error)]
pub enum Malformed {
    #[error("it is not a message of ours: {0}")]
    NotOurs(#[from] serde_json::Error),
    #[error("its version is {0}, and this program knows {VERSION} only")]
    OtherVersion(u8),
}

/// The message of a ring.
///
/// # Errors
/// None that is known: ids and words can always be written.
pub fn encode(ring: Ring) -> serde_json::Result<Vec<u8>> {
    let verb = match ring {
        Ring::Payment(transfer) => Verb::Execute {
            kind: TransferKind::Payment,
            transfer: transfer.0,
        },
        Ring::Refund(transfer) => Verb::Execute {
            kind: TransferKind::Refund,
            transfer: transfer.0,
        },
        Ring::Inquiry(transfer) => Verb::Inquire { transfer: transfer.0 },
    };
    serde_json::to_vec(&Envelope { v: VERSION, verb })
}

/// The ring of a message.
///
/// # Errors
/// What is wrong with it.
pub fn decode(body: &[u8]) -> Result<Ring, Malformed> {
    #[derive(Deserialize)]
    struct Version {
        v: u8,
    }
    let Version { v } = serde_json::from_slice(body)?;
    if v != VERSION {
        return Err(Malformed::OtherVersion(v));
    }
    let envelope: Envelope = serde_json::from_slice(body)?;
    Ok(match envelope.verb {
        Verb::Execute { kind, transfer } => Ring::execute(kind, TransferId(transfer)),
        Verb::Inquire { transfer } => Ring::Inquiry(TransferId(transfer)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ring_comes_back_as_it_was_sent() {
        let transfer = TransferId::new();
        for ring in [Ring::Payment(transfer), Ring::Refund(transfer), Ring::Inquiry(transfer)] {
            assert_eq!(decode(&encode(ring).unwrap()).unwrap(), ring);
        }
    }

    #[test]
    fn c59_what_is_not_understood_is_not_guessed() {
        let id = Uuid::now_v7();
        for (body, version) in [
            ("{".to_owned(), None),
            (String::new(), None),
            ("[]".to_owned(), None),
            (format!(r#"{{"v":1,"do":"execute","transfer":"{id}"}}"#), None),
            (
                format!(r#"{{"v":1,"do":"pay","kind":"payment","transfer":"{id}"}}"#),
                None,
            ),
            (r#"{"v":1,"do":"inquire","transfer":"1"}"#.to_owned(), None),
            (format!(r#"{{"v":2,"do":"inquire","transfer":"{id}"}}"#), Some(2)),
        ] {
            match (decode(body.as_bytes()), version) {
                (Err(Malformed::NotOurs(_)), None) => {}
                (Err(Malformed::OtherVersion(seen)), Some(expected)) => assert_eq!(seen, expected),
                (other, _) => panic!("{body}: {other:?}"),
            }
        }
    }
}
