//! Finders of members.

pub use super::_entities::members::*;

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};

use super::users;
use crate::security::masking;

impl Model {
    /// The member whose phone number has this blind index, with their user; not of somebody who has withdrawn.
    ///
    /// # Errors
    /// The database's.
    pub async fn find_by_phone(db: &impl ConnectionTrait, index: &str) -> Result<Option<(Self, users::Model)>, DbErr> {
        let member = Entity::find().filter(Column::PhoneIndex.eq(index)).one(db).await?;
        let Some(member) = member else { return Ok(None) };
        let user = users::Entity::find_by_id(member.id)
            .filter(users::Column::WithdrawnAt.is_null())
            .one(db)
            .await?;
        Ok(user.map(|user| (member, user)))
    }

    /// What others may read of who this is: the nickname, else the name with its middle hidden.
    #[must_use]
    pub fn display_name(&self, user: &users::Model) -> String {
        self.nickname
            .clone()
            .unwrap_or_else(|| masking::person_name(&user.name))
    }
}
