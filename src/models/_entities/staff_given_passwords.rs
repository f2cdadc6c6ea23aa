//! Passwords that were handed over to staff, and are to be changed. Table `staff_given_passwords`.

use sea_orm::entity::prelude::*;

use crate::ids::UserId;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "staff_given_passwords")]
pub struct Model {
    /// The user's.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: UserId,
    /// The password is the user's own once theirs has another hash.
    pub given_hash: String,
    pub given_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
