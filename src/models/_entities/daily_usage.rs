//! What a Korean day has used of a daily limit. Table `daily_usage`.

use sea_orm::entity::prelude::*;

use crate::models::kinds::LimitScope;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "daily_usage")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub scope: LimitScope,
    #[sea_orm(primary_key, auto_increment = false)]
    pub owner_id: Uuid,
    /// `20261126`, in Korea.
    #[sea_orm(primary_key, auto_increment = false)]
    pub day: String,
    pub used_won: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
