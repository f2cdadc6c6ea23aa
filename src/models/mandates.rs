//! Finders of mandates, and the limits that hold.

pub use super::_entities::mandates::*;

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::ids::{MandateId, UserId};
use crate::models::bank_accounts;
use crate::models::kinds::MandateStatus;
use crate::money::Won;

/// More than anybody gives; a list is never without an end.
const LIST_LIMIT: u64 = 200;

impl Model {
    /// The most that one payment may take: what was consented to, or less where the member says so.
    #[must_use]
    pub fn per_payment_won(&self) -> Won {
        lesser(self.per_payment_limit_won, self.own_per_payment_limit_won)
    }

    /// The most that a Korean day may take.
    #[must_use]
    pub fn daily_won(&self) -> Won {
        lesser(self.daily_limit_won, self.own_daily_limit_won)
    }

    /// The account that it charges; `None` until a member approves it.
    ///
    /// # Errors
    /// The database's.
    pub async fn account(&self, db: &impl ConnectionTrait) -> Result<Option<bank_accounts::Model>, DbErr> {
        match self.account_id {
            Some(id) => bank_accounts::Entity::find_by_id(id).one(db).await,
            None => Ok(None),
        }
    }

    /// The member's consent. One that is only asked for is not theirs yet.
    ///
    /// # Errors
    /// The database's.
    pub async fn find_owned_by(
        db: &impl ConnectionTrait,
        member: UserId,
        id: MandateId,
    ) -> Result<Option<Self>, DbErr> {
        Entity::find_by_id(id)
            .filter(Column::MemberId.eq(member))
            .filter(Column::Status.ne(MandateStatus::Pending))
            .one(db)
            .await
    }

    /// The member's consents, newest first; those only asked for are none.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_owned_by(db: &impl ConnectionTrait, member: UserId) -> Result<Vec<Self>, DbErr> {
        Entity::find()
            .filter(Column::MemberId.eq(member))
            .filter(Column::Status.ne(MandateStatus::Pending))
            .order_by_desc(Column::Id)
            .limit(LIST_LIMIT)
            .all(db)
            .await
    }
}

fn lesser(consented_won: i64, own_won: Option<i64>) -> Won {
    Won::new(own_won.map_or(consented_won, |own_won| own_won.min(consented_won)))
}
