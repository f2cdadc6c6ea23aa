//! The standing consents on an account: which shops may charge it, and up to what.

use std::collections::HashMap;

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::ids::{AccountId, PartnerId, UserId};
use crate::models::kinds::MandateStatus;
use crate::models::{mandates, partners};

/// More than anybody gives.
const LIST_LIMIT: u64 = 100;

/// A mandate that stands, with the name of the shop that has it.
#[derive(Clone, Debug)]
pub struct Standing {
    pub mandate: mandates::Model,
    pub partner_name: String,
}

/// The member's mandates on an account that have not ended, the newest first.
///
/// # Errors
/// The database's.
pub async fn list_owned_by(
    db: &impl ConnectionTrait,
    member: UserId,
    account: AccountId,
) -> Result<Vec<Standing>, DbErr> {
    let mandates = mandates::Entity::find()
        .filter(mandates::Column::AccountId.eq(account))
        .filter(mandates::Column::MemberId.eq(member))
        .filter(mandates::Column::Status.ne(MandateStatus::Revoked))
        .order_by_desc(mandates::Column::Id)
        .limit(LIST_LIMIT)
        .all(db)
        .await?;
    let of = mandates.iter().map(|mandate| mandate.partner_id);
    let partners = partners::Entity::find()
        .filter(partners::Column::Id.is_in(of))
        .all(db)
        .await?;
    let names: HashMap<PartnerId, String> = partners.into_iter().map(|row| (row.id, row.name)).collect();
    Ok(mandates
        .into_iter()
        .map(|mandate| Standing {
            partner_name: names.get(&mandate.partner_id).cloned().unwrap_or_default(),
            mandate,
        })
        .collect())
}
