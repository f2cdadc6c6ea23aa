//! A partner's key and the answer it gave, committed together with the fact that the answer tells of.

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, SqlErr};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::TransferError;
use crate::ids::{KeyId, PartnerId, TransferId};
use crate::models::idempotency_keys;

/// Which call a key belongs to: the same key may be used once for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operation {
    CreatePayment,
    CreateRefund,
}

impl Operation {
    /// The word that `idempotency_keys.operation` holds.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CreatePayment => "create_payment",
            Self::CreateRefund => "create_refund",
        }
    }
}

/// A key as it came, with the fingerprint of what it asks for.
#[derive(Clone, Debug)]
pub struct IdempotencyKey {
    pub key: String,
    fingerprint: String,
}

impl IdempotencyKey {
    /// `meaning` holds the meaningful fields only, so that spaces and the order of fields do not matter.
    #[must_use]
    pub fn new(key: String, meaning: &Value) -> Self {
        // `serde_json` keeps the fields of a `Value` sorted, so equal meanings give equal texts.
        let fingerprint = hex::encode(Sha256::digest(meaning.to_string().as_bytes()));
        Self { key, fingerprint }
    }
}

/// An answer, new or given again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    pub transfer_id: TransferId,
    /// The JSON body, byte for byte the same on every replay.
    pub body: String,
    pub replayed: bool,
}

/// The answer that this key gave before, if any.
///
/// # Errors
/// `KeyReused` when it was for another request.
pub async fn replay<C: ConnectionTrait>(
    tx: &C,
    partner: PartnerId,
    operation: Operation,
    key: &IdempotencyKey,
) -> Result<Option<Accepted>, TransferError> {
    let Some(row) = find(tx, partner, operation, &key.key).await? else {
        return Ok(None);
    };
    if row.fingerprint != key.fingerprint {
        return Err(TransferError::KeyReused);
    }
    Ok(Some(Accepted {
        transfer_id: row.transfer_id,
        body: row.body,
        replayed: true,
    }))
}

/// The stored key, scoped by its partner.
///
/// # Errors
/// The database's own.
pub async fn find<C: ConnectionTrait>(
    tx: &C,
    partner: PartnerId,
    operation: Operation,
    key: &str,
) -> Result<Option<idempotency_keys::Model>, TransferError> {
    Ok(idempotency_keys::Entity::find()
        .filter(idempotency_keys::Column::PartnerId.eq(partner))
        .filter(idempotency_keys::Column::Operation.eq(operation.as_str()))
        .filter(idempotency_keys::Column::IdempotencyKey.eq(key))
        .one(tx)
        .await?)
}

/// Takes the key for a transfer that is about to be made: the unique row comes first, so that the index decides between
/// two requests, and stands or falls with the transaction.
///
/// # Errors
/// The database's own; a key that another process took meanwhile shows as [`is_taken`], one that it holds as `KeyInUse`.
pub async fn take<C: ConnectionTrait>(
    tx: &C,
    partner: PartnerId,
    operation: Operation,
    key: &IdempotencyKey,
    transfer_id: TransferId,
    at: DateTime<Utc>,
) -> Result<KeyId, TransferError> {
    let id = KeyId::new();
    let row = idempotency_keys::ActiveModel {
        id: Set(id),
        partner_id: Set(partner),
        operation: Set(operation.as_str().to_owned()),
        idempotency_key: Set(key.key.clone()),
        fingerprint: Set(key.fingerprint.clone()),
        transfer_id: Set(transfer_id),
        status: Set(202),
        body: Set(String::new()),
        created_at: Set(at),
    };
    match idempotency_keys::Entity::insert(row).exec_without_returning(tx).await {
        Ok(_) => Ok(id),
        Err(error) if is_lock_timeout(&error) => Err(TransferError::KeyInUse),
        Err(error) => Err(error.into()),
    }
}

/// Keeps the answer under the key, in the transaction that makes it true.
///
/// # Errors
/// The database's own.
pub async fn answer<C: ConnectionTrait>(tx: &C, id: KeyId, accepted: &Accepted) -> Result<(), TransferError> {
    let answer = idempotency_keys::ActiveModel {
        body: Set(accepted.body.clone()),
        ..Default::default()
    };
    idempotency_keys::Entity::update_many()
        .set(answer)
        .filter(idempotency_keys::Column::Id.eq(id))
        .exec(tx)
        .await?;
    Ok(())
}

/// MySQL's error 1205: another transaction held the row for too long.
fn is_lock_timeout(error: &DbErr) -> bool {
    error.to_string().contains("Lock wait timeout exceeded")
}

/// Whether a unique index refused the write: another process was faster, and looking again tells what it did.
#[must_use]
pub fn is_taken(error: &TransferError) -> bool {
    matches!(error, TransferError::Database(error) if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))))
}
