//! Who of staff works without the desk's keyboard shortcuts; for all others they are on. Table `staff_shortcuts_off`.

use sea_orm::entity::prelude::*;

use crate::ids::UserId;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "staff_shortcuts_off")]
pub struct Model {
    /// The user's.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: UserId,
    pub since: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
