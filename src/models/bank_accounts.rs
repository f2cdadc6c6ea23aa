//! Finders of bank accounts, one member's only. All of them see what is still linked, but for the one for staff.

pub use super::_entities::bank_accounts::*;

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::ids::{AccountId, UserId};

/// More than anybody links; a list is never without an end.
const LIST_LIMIT: u64 = 100;

impl Model {
    /// # Errors
    /// The database's.
    pub async fn find_owned_by(
        db: &impl ConnectionTrait,
        member: UserId,
        id: AccountId,
    ) -> Result<Option<Self>, DbErr> {
        Entity::find_by_id(id)
            .filter(Column::MemberId.eq(member))
            .filter(Column::UnlinkedAt.is_null())
            .one(db)
            .await
    }

    /// Oldest first: an account keeps its place on the page.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_owned_by(db: &impl ConnectionTrait, member: UserId) -> Result<Vec<Self>, DbErr> {
        Entity::find()
            .filter(Column::MemberId.eq(member))
            .filter(Column::UnlinkedAt.is_null())
            .order_by_asc(Column::CreatedAt)
            .limit(LIST_LIMIT)
            .all(db)
            .await
    }

    /// All that the member ever linked, oldest first, those that they let go of as well: for staff alone.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_ever_of(db: &impl ConnectionTrait, member: UserId) -> Result<Vec<Self>, DbErr> {
        Entity::find()
            .filter(Column::MemberId.eq(member))
            .order_by_asc(Column::CreatedAt)
            .limit(LIST_LIMIT)
            .all(db)
            .await
    }

    /// The member's account with this number, by its blind index and bank.
    ///
    /// # Errors
    /// The database's.
    pub async fn find_by_number_owned_by(
        db: &impl ConnectionTrait,
        member: UserId,
        bank_code: &str,
        number_index: &str,
    ) -> Result<Option<Self>, DbErr> {
        Entity::find()
            .filter(Column::NumberIndex.eq(number_index))
            .filter(Column::BankCode.eq(bank_code))
            .filter(Column::MemberId.eq(member))
            .filter(Column::UnlinkedAt.is_null())
            .one(db)
            .await
    }

    /// The register number that the bank gave for the same account of the same member before, though it was unlinked.
    ///
    /// # Errors
    /// The database's.
    pub async fn earlier_register_number(&self, db: &impl ConnectionTrait) -> Result<Option<String>, DbErr> {
        let earlier = Entity::find()
            .filter(Column::NumberIndex.eq(self.number_index.as_str()))
            .filter(Column::BankCode.eq(self.bank_code.as_str()))
            .filter(Column::MemberId.eq(self.member_id))
            .filter(Column::Id.ne(self.id))
            .filter(Column::RegisterNumber.is_not_null())
            .order_by_desc(Column::CreatedAt)
            .one(db)
            .await?;
        Ok(earlier.and_then(|account| account.register_number))
    }
}
