//! How far the walk of the books is. Table `book_walk`.

use sea_orm::entity::prelude::*;

use crate::ids::TransferId;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "book_walk")]
pub struct Model {
    /// One row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    pub version: i64,
    /// The last transfer that was walked past.
    pub after_id: Option<TransferId>,
    pub walked: i64,
    pub begun_at: Option<DateTimeUtc>,
    pub ended_at: Option<DateTimeUtc>,
    /// A process has a page in hand until then.
    pub taken_until: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
