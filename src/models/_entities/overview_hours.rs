//! Hours whose transfers are counted, or are to be. Table `overview_hours`.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "overview_hours")]
pub struct Model {
    /// Hours since 1970.
    #[sea_orm(primary_key, auto_increment = false)]
    pub hour: i64,
    pub announced_at: DateTimeUtc,
    /// `None`: it is to be counted.
    pub counted_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
