//! Where a partner lets members return to. Table `partner_return_urls`.

use sea_orm::entity::prelude::*;

use crate::ids::{PartnerId, ReturnUrlId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "partner_return_urls")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ReturnUrlId,
    pub partner_id: PartnerId,
    /// Scheme, host and the beginning of the path; what a request names must begin with it.
    pub url: String,
    pub created_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
