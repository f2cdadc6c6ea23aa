//! Finders of what members agreed to when they linked an account.

pub use super::_entities::account_consents::*;

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};

use crate::ids::{AccountId, UserId};

impl Model {
    /// The newest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_owned_by(
        db: &impl ConnectionTrait,
        member: UserId,
        account: AccountId,
    ) -> Result<Vec<Self>, DbErr> {
        Entity::find()
            .filter(Column::AccountId.eq(account))
            .filter(Column::MemberId.eq(member))
            .order_by_desc(Column::AgreedAt)
            .all(db)
            .await
    }
}
