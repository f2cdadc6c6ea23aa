//! Second factors of staff. Table `staff_factors`.

use sea_orm::entity::prelude::*;

use crate::ids::UserId;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "staff_factors")]
pub struct Model {
    /// The user's.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: UserId,
    pub secret_sealed: String,
    /// Of the code that was taken last.
    pub last_step: i64,
    pub enrolled_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
