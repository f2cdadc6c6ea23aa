//! What we know of a member beside the sign-in. Table `members`.

use sea_orm::entity::prelude::*;

use crate::ids::UserId;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "members")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: UserId,
    pub birth_date_sealed: String,
    /// `None`: no number is known, and none is taken.
    pub phone_sealed: Option<String>,
    /// Unique among those that have one.
    pub phone_index: Option<String>,
    /// Of the last four digits; several members may share them.
    pub phone_tail_index: Option<String>,
    pub nickname: Option<String>,
    /// `None`: as `limits` in the settings say.
    pub per_payment_limit_won: Option<i64>,
    pub daily_limit_won: Option<i64>,
    pub created_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
