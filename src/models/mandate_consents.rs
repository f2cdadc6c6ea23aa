//! Finders of what members agreed to when they approved a mandate.

pub use super::_entities::mandate_consents::*;

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};

use crate::ids::{MandateId, UserId};

impl Model {
    /// The evidence of a mandate's approval; `None` for one that was never asked for on a page, such as a demo's. Index
    /// `(mandate_id)`.
    ///
    /// # Errors
    /// The database's.
    pub async fn find_owned_by(
        db: &impl ConnectionTrait,
        member: UserId,
        mandate: MandateId,
    ) -> Result<Option<Self>, DbErr> {
        Entity::find()
            .filter(Column::MandateId.eq(mandate))
            .filter(Column::MemberId.eq(member))
            .one(db)
            .await
    }
}
