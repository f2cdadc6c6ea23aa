//! Hashes of the keys of partners. Table `partner_keys`.

use sea_orm::entity::prelude::*;

use crate::ids::{KeyId, PartnerId};
use crate::models::kinds::Mode;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "partner_keys")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: KeyId,
    pub partner_id: PartnerId,
    pub key_hash: String,
    pub hint: String,
    pub mode: Mode,
    pub created_at: DateTimeUtc,
    pub ended_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
