//! Mandates as cards, for the member's page and the desk's.

use std::collections::HashMap;

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::context::Visit;
use super::rows;
use crate::clock::kst_date;
use crate::controllers::pages::PageError;
use crate::ids::{AccountId, MandateId, PartnerId};
use crate::models::{bank_accounts, mandates, partners};
use crate::money::Won;
use crate::partners::mandates as verbs;
use crate::views::web::mandates::MandateCard;

/// Consents with the names of their shops, their accounts and what today used, each of it in one query.
pub async fn mandate_cards(visit: &Visit, mandates: &[mandates::Model]) -> Result<Vec<MandateCard>, PageError> {
    let db = visit.db();
    let partners = partners::Entity::find()
        .filter(partners::Column::Id.is_in(mandates.iter().map(|mandate| mandate.partner_id)))
        .all(db)
        .await?;
    let accounts = bank_accounts::Entity::find()
        .filter(bank_accounts::Column::Id.is_in(mandates.iter().filter_map(|mandate| mandate.account_id)))
        .all(db)
        .await?;
    let today = kst_date(visit.services.clock.now()).format("%Y%m%d").to_string();
    let used = verbs::used_on(db, mandates.iter().map(|mandate| mandate.id), &today).await?;
    let names: HashMap<PartnerId, String> = partners.into_iter().map(|it| (it.id, it.name)).collect();
    let accounts: HashMap<AccountId, _> = accounts.into_iter().map(|it| (it.id, it)).collect();
    let used: HashMap<MandateId, Won> = used.into_iter().collect();
    let card = |mandate: &mandates::Model| {
        let account = accounts.get(&mandate.account_id?)?;
        let name = names.get(&mandate.partner_id).cloned().unwrap_or_default();
        let used = used.get(&mandate.id).copied().unwrap_or_default();
        Some(rows::mandate_card(mandate, name, account, used))
    };
    Ok(mandates.iter().filter_map(card).collect())
}
