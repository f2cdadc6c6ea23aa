//! Finder of what a member agreed to when they approved a mandate.

pub use super::_entities::mandate_consents::*;

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};

use crate::ids::{MandateId, UserId};

impl Model {
    /// There is none of a mandate that was not approved on our pages.
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
