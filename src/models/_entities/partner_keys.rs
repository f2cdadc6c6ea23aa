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
    pub name: String,
    /// Words of scopes, comma separated.
    pub scopes: String,
    /// The day of the API that its answers are in.
    pub api_version: String,
    /// The key that this one takes over from.
    pub replaces_id: Option<KeyId>,
    pub created_at: DateTimeUtc,
    /// To the minute.
    pub last_used_at: Option<DateTimeUtc>,
    /// From when on it opens nothing; in the future while its successor takes over.
    pub ends_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
