//! Who signs in for a partner. Table `partner_users`.

use sea_orm::entity::prelude::*;

use crate::ids::{PartnerId, UserId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "partner_users")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: UserId,
    pub partner_id: PartnerId,
    /// Of the password that an operator handed over; while it is the user's own, it is to be changed.
    pub given_hash: String,
    pub created_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
