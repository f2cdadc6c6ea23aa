//! Keys of partners with the answers that they gave. Table `idempotency_keys`.

use sea_orm::entity::prelude::*;

use crate::ids::{KeyId, PartnerId, TransferId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "idempotency_keys")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: KeyId,
    pub partner_id: PartnerId,
    pub operation: String,
    pub idempotency_key: String,
    pub fingerprint: String,
    /// `None`: the request made something else.
    pub transfer_id: Option<TransferId>,
    pub status: i64,
    pub body: String,
    pub created_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
