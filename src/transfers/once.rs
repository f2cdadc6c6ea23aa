//! Making what is no transfer once for a partner's key: the same key gives the same answer and makes nothing again.
//!
//! If the process dies before the commit, nothing was made and the partner repeats its request; after it, the partner
//! repeats it and gets the stored answer.

use futures::FutureExt;
use futures::future::BoxFuture;
use sea_orm::{ConnectionTrait, DatabaseTransaction};

use super::TransferError;
use super::idempotency::{self, IdempotencyKey, Operation};
use crate::ids::PartnerId;
use crate::services::Services;

/// An answer, new or given again. What must not be stored, such as a secret, is put in by who shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// The JSON body, byte for byte the same on every replay.
    pub body: String,
    pub replayed: bool,
}

/// Runs `make` in one transaction with the key, unless the key gave an answer before. `make` answers with the body.
///
/// # Errors
/// What `make` answers with, its writes undone; `KeyReused` and `KeyInUse` as for transfers; the database's own.
pub async fn once<E, F>(
    services: &Services,
    (partner, operation): (PartnerId, Operation),
    key: IdempotencyKey,
    make: F,
) -> Result<Answered, E>
where
    E: From<TransferError> + From<sea_orm::DbErr> + Send + 'static,
    F: for<'t> FnOnce(&'t DatabaseTransaction) -> BoxFuture<'t, Result<String, E>> + Send + 'static,
{
    let patience = services.settings.limits.key_patience();
    let _in_use = services
        .keys_in_use
        .enter(partner, operation, &key.key, patience)
        .await
        .map_err(E::from)?;
    let (now, again) = (services.clock.now(), key.clone());
    let written = services.db.write(move |tx| {
        async move {
            if let Some(answered) = replay(tx, (partner, operation), &key).await.map_err(Failed::Key)? {
                return Ok(answered);
            }
            let id = idempotency::take(tx, partner, operation, &key, None, now)
                .await
                .map_err(Failed::Key)?;
            let body = make(tx).await.map_err(Failed::Make)?;
            idempotency::answer(tx, id, &body).await.map_err(Failed::Key)?;
            Ok(Answered { body, replayed: false })
        }
        .boxed()
    });
    match written.await {
        Ok(answered) => Ok(answered),
        // Another process stored this key between our look and our write: look again.
        Err(Failed::Key(error)) if idempotency::is_taken(&error) => {
            let replayed = replay(services.db.read(), (partner, operation), &again)
                .await
                .map_err(E::from)?;
            replayed.ok_or_else(|| error.into())
        }
        Err(Failed::Key(error)) => Err(error.into()),
        Err(Failed::Make(error)) => Err(error),
    }
}

/// Where it failed: only the key's own row tells of a race.
enum Failed<E> {
    Key(TransferError),
    Make(E),
}

impl<E> From<sea_orm::DbErr> for Failed<E> {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::Key(error.into())
    }
}

async fn replay<C: ConnectionTrait>(
    db: &C,
    (partner, operation): (PartnerId, Operation),
    key: &IdempotencyKey,
) -> Result<Option<Answered>, TransferError> {
    let Some(row) = idempotency::find(db, partner, operation, &key.key).await? else {
        return Ok(None);
    };
    key.must_match(&row)?;
    Ok(Some(Answered {
        body: row.body,
        replayed: true,
    }))
}
