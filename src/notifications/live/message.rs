//! What one process tells the others over Redis: ids and words, in batches.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::models::changes::Change;

const VERSION: u8 = 3;

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    v: u8,
    /// The process that tells it: it has told its own pages already.
    from: Uuid,
    /// Whether changes before these were not told.
    forgot: bool,
    changes: Vec<Change>,
}

/// What is to be told here.
#[derive(Debug, PartialEq, Eq)]
pub enum Understood {
    /// It is our own.
    Nothing,
    Changes(Vec<Change>),
    /// Something was not told, or not in words of ours; and these were.
    Missed(Vec<Change>),
    /// It is of another version: nobody knows what was told.
    Unreadable,
}

impl Message {
    pub const fn new(from: Uuid, forgot: bool, changes: Vec<Change>) -> Self {
        Self {
            v: VERSION,
            from,
            forgot,
            changes,
        }
    }

    /// What a text of another process says to this one.
    pub fn understand(text: &str, me: Uuid) -> Understood {
        match serde_json::from_str::<Self>(text) {
            Ok(message) if message.v != VERSION => Understood::Unreadable,
            Ok(message) if message.from == me => Understood::Nothing,
            Ok(message) if message.forgot => Understood::Missed(message.changes),
            Ok(message) => Understood::Changes(message.changes),
            Err(_) => {
                // A newer version's, perhaps.
                tracing::warn!(bytes = text.len(), "what another process tells is not understood");
                Understood::Unreadable
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::SessionId;
    use crate::models::changes::Sessions;

    #[test]
    fn what_another_process_tells_is_passed_on_and_our_own_is_not() {
        let (me, other) = (Uuid::new_v4(), Uuid::new_v4());
        let change = Change::Ended(Sessions::One(SessionId::new()));
        let said = |from: Uuid, forgot: bool| {
            let message = Message::new(from, forgot, vec![change.clone()]);
            Message::understand(&serde_json::to_string(&message).unwrap(), me)
        };
        assert_eq!(said(other, false), Understood::Changes(vec![change.clone()]));
        assert_eq!(said(other, true), Understood::Missed(vec![change.clone()]));
        assert_eq!(said(me, true), Understood::Nothing);
        for strange in ["{", "{}", r#"{"v":9,"from":1}"#] {
            assert_eq!(Message::understand(strange, me), Understood::Unreadable);
        }
    }
}
