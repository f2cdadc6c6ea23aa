//! Finders of users.

pub use super::_entities::users::*;

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};

impl Model {
    /// The user of an email in its kept form, letter by letter, unless they have withdrawn.
    ///
    /// # Errors
    /// The database's.
    pub async fn find_by_email(db: &impl ConnectionTrait, email: &str) -> Result<Option<Self>, DbErr> {
        let found = Entity::find()
            .filter(Column::Email.eq(email))
            .filter(Column::WithdrawnAt.is_null())
            .one(db)
            .await?;
        Ok(found.filter(|user| user.email == email))
    }
}
