//! Partner platforms. Table `partners`.

use sea_orm::entity::prelude::*;

use crate::ids::PartnerId;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "partners")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PartnerId,
    pub name: String,
    /// `None`: no limit.
    pub per_payment_limit_won: Option<i64>,
    pub daily_limit_won: Option<i64>,
    pub version: i64,
    pub created_at: DateTimeUtc,
    /// From then on nothing new is taken for it; `None` while it is not stopped.
    pub stopped_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
