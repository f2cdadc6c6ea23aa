//! The end of a key, at once: from the commit on it opens nothing.
//!
//! If the process dies before the commit, the key lives and its owner sees so; after it, the key has ended, once.

use super::audit::{self, By};
use super::key_making::{self, KeyError};
use super::{key_list, key_rotation};
use crate::ids::KeyId;
use crate::models::kinds::Deed;
use crate::services::Services;

/// Ends a key of the partner's.
///
/// # Errors
/// [`KeyError`]; `Ended` when it has ended before.
pub async fn end(services: &Services, by: By, id: KeyId) -> Result<(), KeyError> {
    let (mode, now) = (key_making::mode(services), services.clock.now());
    services
        .db
        .write(move |tx| {
            Box::pin(async move {
                key_making::lock(tx, by.partner).await?;
                let found = key_list::find_owned_by(tx, by.partner, mode, id).await?;
                let key = found.ok_or(KeyError::NotFound)?;
                if !key_list::is_living(&key, now) {
                    return Err(KeyError::Ended);
                }
                key_rotation::end(tx, id, now).await?;
                audit::record(tx, by, Deed::KeyEnded, (id.0, &key.name), now).await?;
                Ok(())
            })
        })
        .await
}
