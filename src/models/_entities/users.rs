//! Who can sign in. Table `users`.

use sea_orm::entity::prelude::*;

use crate::ids::UserId;
use crate::models::kinds::Role;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "users")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: UserId,
    pub email: String,
    pub password_hash: String,
    pub role: Role,
    pub name: String,
    pub created_at: DateTimeUtc,
    /// From then on nobody signs in as this user, and name and email are not those of a person.
    pub withdrawn_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
