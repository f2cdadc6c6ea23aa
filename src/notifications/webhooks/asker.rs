//! Who asks for a change: a key of the owner's, or a person at its console, whose deeds are written down with what they do.

use chrono::{DateTime, Utc};
use sea_orm::{DatabaseTransaction, DbErr};
use uuid::Uuid;

use super::Owner;
use crate::ids::UserId;
use crate::models::kinds::Deed;
use crate::partners::audit::{self, By};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asker {
    pub owner: Owner,
    /// `None`: a key.
    pub person: Option<UserId>,
}

impl From<Owner> for Asker {
    fn from(owner: Owner) -> Self {
        Self { owner, person: None }
    }
}

impl Asker {
    /// Writes down what a person does, as a part of the transaction that does it: without its row it is not done.
    pub(super) async fn record(
        self,
        tx: &DatabaseTransaction,
        deed: Deed,
        (id, subject): (Uuid, &str),
        at: DateTime<Utc>,
    ) -> Result<(), DbErr> {
        let Some(person) = self.person else {
            return Ok(());
        };
        let by = By::user(self.owner.partner_id, person);
        audit::record(tx, by, deed, (id, subject), at).await
    }
}
