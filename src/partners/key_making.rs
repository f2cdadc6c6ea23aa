//! A new key of a partner's. Its text exists in the answer to whoever made it, and nowhere else.
//!
//! The form that asks for a key names the id that the key will have. So a form that is sent again, by a reload or an
//! impatient hand, finds its key made already, and makes no second one.
//!
//! If the process dies before the commit, there is no key and no row that tells of one. If it dies after the commit, the
//! key is there and its text is lost with the answer: its owner sees it in the list, never used, and ends it.

use sea_orm::{ActiveModelTrait, DatabaseTransaction, DbErr, EntityTrait, IntoActiveModel, QuerySelect};
use secrecy::{ExposeSecret, SecretString};

use super::audit::{self, By};
use super::{key_list, keys};
use crate::ids::{KeyId, PartnerId};
use crate::models::kinds::{Deed, Mode, Scope};
use crate::models::{partner_keys, partners};
use crate::plain_text::{is_plain, whole};
use crate::services::Services;

/// Keys of one partner that open something at the same time.
pub const LIVING_MAX: usize = 20;
pub const LONGEST_NAME: usize = 60;

/// The name of a key: one to sixty letters that can be seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyName(String);

impl KeyName {
    /// `None` for what cannot be one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let name = whole(text.trim());
        let fits = (1..=LONGEST_NAME).contains(&name.chars().count());
        (fits && is_plain(&name)).then_some(Self(name))
    }
}

/// The key that somebody wants.
#[derive(Clone, Debug)]
pub struct NewKey {
    /// Chosen by the form, so that it is made once.
    pub id: KeyId,
    pub name: KeyName,
    /// At least one.
    pub scopes: Vec<Scope>,
}

/// A key that was made just now, with its text.
#[derive(Clone, Debug)]
pub struct MadeKey {
    pub row: partner_keys::Model,
    pub text: SecretString,
}

/// Why the keys stay as they are. Nothing is written then.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    #[error("the partner has no such key")]
    NotFound,
    /// By the same form: its text was shown then, and cannot be shown again.
    #[error("the key was made before")]
    AlreadyMade,
    #[error("the partner has as many keys as it may")]
    TooMany,
    #[error("the key has ended")]
    Ended,
    #[error("another key has taken over from this one, or is about to")]
    HasSuccessor,
    #[error("the key that this one takes over from still lives")]
    PredecessorLives,
    #[error("the database did not answer")]
    Database(#[from] DbErr),
}

/// Makes a key.
///
/// # Errors
/// [`KeyError`].
pub async fn make(services: &Services, by: By, wanted: NewKey) -> Result<MadeKey, KeyError> {
    let (text, now) = (keys::generate(mode(services)), services.clock.now());
    let scopes: Vec<&str> = wanted.scopes.iter().map(|scope| scope.as_str()).collect();
    let row = partner_keys::Model {
        id: wanted.id,
        partner_id: by.partner,
        key_hash: keys::hash(text.expose_secret()),
        hint: keys::hint(text.expose_secret()),
        mode: mode(services),
        name: wanted.name.0,
        scopes: scopes.join(","),
        api_version: keys::API_VERSION.to_owned(),
        replaces_id: None,
        created_at: now,
        last_used_at: None,
        ends_at: None,
    };
    let new = row.clone();
    services
        .db
        .write(move |tx| Box::pin(async move { insert(tx, by, Deed::KeyMade, new).await }))
        .await?;
    Ok(MadeKey { row, text })
}

/// What keys of this installation are for.
#[must_use]
pub fn mode(services: &Services) -> Mode {
    if services.settings.bank.sandbox {
        Mode::Test
    } else {
        Mode::Live
    }
}

/// Writes a key and that it was made, unless there are too many or it is there already.
pub(super) async fn insert(
    tx: &DatabaseTransaction,
    by: By,
    deed: Deed,
    row: partner_keys::Model,
) -> Result<(), KeyError> {
    lock(tx, by.partner).await?;
    if let Some(known) = partner_keys::Entity::find_by_id(row.id).one(tx).await? {
        let is_own = known.partner_id == by.partner;
        return Err(if is_own {
            KeyError::AlreadyMade
        } else {
            KeyError::NotFound
        });
    }
    let living = key_list::count_living(tx, by.partner, row.mode, row.created_at).await?;
    if living >= LIVING_MAX {
        return Err(KeyError::TooMany);
    }
    audit::record(tx, by, deed, (row.id.0, &row.name), row.created_at).await?;
    partner_keys::Entity::insert(row.into_active_model().reset_all())
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// Whoever changes the keys of a partner has its row first, so that what is counted stays so. `SQLite` ignores the lock: it
/// has one writer.
pub(super) async fn lock(tx: &DatabaseTransaction, partner: PartnerId) -> Result<(), KeyError> {
    let found = partners::Entity::find_by_id(partner).lock_exclusive().one(tx).await?;
    found.map(|_| ()).ok_or(KeyError::NotFound)
}

#[cfg(test)]
mod tests {
    use super::KeyName;

    #[test]
    fn a_name_is_short_and_can_be_seen() {
        assert!(KeyName::parse(" 주문 서버 ").is_some());
        for other in ["", "  ", &"가".repeat(61), "a\u{202e}b"] {
            assert!(KeyName::parse(other).is_none(), "{other:?}");
        }
    }
}
