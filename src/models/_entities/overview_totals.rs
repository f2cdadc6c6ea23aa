//! What was counted of an hour. Table `overview_totals`.

use sea_orm::entity::prelude::*;

use crate::models::kinds::{TransferKind, TransferState};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "overview_totals")]
pub struct Model {
    /// Hours since 1970.
    #[sea_orm(primary_key, auto_increment = false)]
    pub hour: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub kind: TransferKind,
    #[sea_orm(primary_key, auto_increment = false)]
    pub state: TransferState,
    /// The word of a failure code; empty where nothing failed.
    #[sea_orm(primary_key, auto_increment = false)]
    pub failure: String,
    pub transfers: i64,
    pub won: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
