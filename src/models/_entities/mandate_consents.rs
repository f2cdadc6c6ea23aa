//! What members agreed to when they approved a mandate. Table `mandate_consents`.

use sea_orm::entity::prelude::*;

use crate::ids::{AccountId, ConsentId, MandateId, UserId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mandate_consents")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ConsentId,
    pub mandate_id: MandateId,
    pub member_id: UserId,
    pub account_id: AccountId,
    pub text_version: String,
    /// SHA-256 of `text`, in hex.
    pub text_hash: String,
    pub language: String,
    pub text: String,
    pub agreed_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
