//! What was done at a partner's console. Table `partner_audit`.

use sea_orm::entity::prelude::*;

use crate::ids::{DeedId, PartnerId, UserId};
use crate::models::kinds::Deed;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "partner_audit")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DeedId,
    pub partner_id: PartnerId,
    /// `None`: an operator, at the terminal.
    pub actor_id: Option<UserId>,
    pub deed: Deed,
    /// The key, address or user that it was done with.
    pub subject_id: Uuid,
    /// By which words people know that: a key's name, an address. No secret, and no name of a person.
    pub subject: String,
    pub at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
