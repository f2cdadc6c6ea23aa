//! Finders of mandates, and the limits that hold.

pub use super::_entities::mandates::*;

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};

use crate::ids::{MandateId, PartnerId, UserId};
use crate::models::bank_accounts;
use crate::models::kinds::{MandateStatus, Mode};
use crate::money::Won;

/// More than anybody gives; a list is never without an end.
const LIST_LIMIT: u64 = 200;

/// Which of a partner's mandates a list shows. Absent parts do not narrow it.
#[derive(Clone, Debug, Default)]
pub struct PartnerFilter {
    pub status: Option<MandateStatus>,
    pub reference: Option<String>,
    /// Where the last page ended: only older ones.
    pub before: Option<MandateId>,
}

impl Model {
    /// The partner's own.
    ///
    /// # Errors
    /// The database's.
    pub async fn find_of_partner(
        db: &impl ConnectionTrait,
        (partner, mode): (PartnerId, Mode),
        id: MandateId,
    ) -> Result<Option<Self>, DbErr> {
        Self::of_partner((partner, mode))
            .filter(Column::Id.eq(id))
            .one(db)
            .await
    }

    /// All of a partner's, in one mode.
    #[must_use]
    pub fn of_partner((partner, mode): (PartnerId, Mode)) -> Select<Entity> {
        Entity::find()
            .filter(Column::PartnerId.eq(partner))
            .filter(Column::Mode.eq(mode))
    }

    /// Some of the partner's, newest first: ids are sorted by time. Indexes `(partner_id, id)`, `(partner_id, status, id)`,
    /// `(partner_id, reference, id)` and `(partner_id, reference, status, id)`.
    ///
    /// # Errors
    /// The database's.
    pub async fn page_of_partner(
        db: &impl ConnectionTrait,
        (partner, mode): (PartnerId, Mode),
        filter: PartnerFilter,
        limit: u64,
    ) -> Result<Vec<Self>, DbErr> {
        let mut select = Self::of_partner((partner, mode));
        if let Some(status) = filter.status {
            select = select.filter(Column::Status.eq(status));
        }
        if let Some(reference) = filter.reference {
            select = select.filter(Column::Reference.eq(reference));
        }
        if let Some(last) = filter.before {
            select = select.filter(Column::Id.lt(last));
        }
        select.order_by_desc(Column::Id).limit(limit).all(db).await
    }

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
