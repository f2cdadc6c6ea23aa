//! A successor for a key, with the same name and scopes; the old one lives on for a while, so that no request fails while
//! it is put in place. At most two of a line live at once.
//!
//! If the process dies before the commit, the old key stands alone as before. After it, both stand, the old one until its
//! end; if the text of the new one was lost with the answer, its owner ends that one and rotates the old one again.

use chrono::TimeDelta;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, DatabaseTransaction, DbErr, EntityTrait, PaginatorTrait, QueryFilter};
use secrecy::ExposeSecret;

use super::audit::By;
use super::key_list;
use super::key_making::{self, KeyError, MadeKey};
use super::keys;
use crate::ids::KeyId;
use crate::models::kinds::Deed;
use crate::models::partner_keys;
use crate::services::Services;

/// How long the old key lives on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overlap {
    /// It ends at once, as for one that others may know.
    None,
    Day,
    Week,
}

impl Overlap {
    pub const ALL: [Self; 3] = [Self::Day, Self::Week, Self::None];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "0h",
            Self::Day => "24h",
            Self::Week => "7d",
        }
    }

    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|overlap| overlap.as_str() == word)
    }

    const fn lasts(self) -> TimeDelta {
        match self {
            Self::None => TimeDelta::zero(),
            Self::Day => TimeDelta::hours(24),
            Self::Week => TimeDelta::days(7),
        }
    }
}

/// Makes the key `next`, which takes over from `old`.
///
/// # Errors
/// [`KeyError`].
pub async fn rotate(
    services: &Services,
    by: By,
    old: KeyId,
    next: KeyId,
    overlap: Overlap,
) -> Result<MadeKey, KeyError> {
    let mode = key_making::mode(services);
    let (text, now) = (keys::generate(mode), services.clock.now());
    let (hash, hint) = (keys::hash(text.expose_secret()), keys::hint(text.expose_secret()));
    let row = services
        .db
        .write(move |tx| {
            Box::pin(async move {
                key_making::lock(tx, by.partner).await?;
                let known = key_list::find_owned_by(tx, by.partner, mode, old).await?;
                let known = known.ok_or(KeyError::NotFound)?;
                must_be_alone(tx, &known, next, now).await?;
                let ends_at = now + overlap.lasts();
                let ends_at = known.ends_at.map_or(ends_at, |end| end.min(ends_at));
                end(tx, old, ends_at).await?;
                let row = partner_keys::Model {
                    id: next,
                    key_hash: hash,
                    hint,
                    api_version: keys::API_VERSION.to_owned(),
                    replaces_id: Some(old),
                    created_at: now,
                    last_used_at: None,
                    ends_at: None,
                    ..known
                };
                key_making::insert(tx, by, Deed::KeyRotated, row.clone()).await?;
                Ok::<_, KeyError>(row)
            })
        })
        .await?;
    Ok(MadeKey { row, text })
}

/// A key is rotated while it lives and no other of its line does.
async fn must_be_alone(
    tx: &DatabaseTransaction,
    key: &partner_keys::Model,
    next: KeyId,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<(), KeyError> {
    let living = |which: Condition| {
        partner_keys::Entity::find()
            .filter(partner_keys::Column::PartnerId.eq(key.partner_id))
            .filter(key_list::lives(now))
            .filter(which)
            .count(tx)
    };
    let again = Condition::all()
        .add(partner_keys::Column::Id.eq(next))
        .add(partner_keys::Column::ReplacesId.eq(key.id));
    let is_again = partner_keys::Entity::find()
        .filter(partner_keys::Column::PartnerId.eq(key.partner_id))
        .filter(again)
        .one(tx)
        .await?;
    if is_again.is_some() {
        return Err(KeyError::AlreadyMade);
    }
    if !key_list::is_living(key, now) {
        return Err(KeyError::Ended);
    }
    if living(Condition::all().add(partner_keys::Column::ReplacesId.eq(key.id))).await? > 0 {
        return Err(KeyError::HasSuccessor);
    }
    if let Some(before) = key.replaces_id
        && living(Condition::all().add(partner_keys::Column::Id.eq(before))).await? > 0
    {
        return Err(KeyError::PredecessorLives);
    }
    Ok(())
}

/// Sets from when on a key opens nothing.
pub(super) async fn end(tx: &DatabaseTransaction, key: KeyId, at: chrono::DateTime<chrono::Utc>) -> Result<(), DbErr> {
    partner_keys::Entity::update_many()
        .col_expr(partner_keys::Column::EndsAt, Expr::value(at))
        .filter(partner_keys::Column::Id.eq(key))
        .exec(tx)
        .await?;
    Ok(())
}
