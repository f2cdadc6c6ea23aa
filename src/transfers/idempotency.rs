//! A partner's key and the answer it gave, committed together with the fact that the answer tells of.

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, RuntimeErr, SqlErr, SqlxMySqlError};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::TransferError;
use crate::ids::{KeyId, PartnerId, TransferId};
use crate::models::idempotency_keys;

/// MySQL's `ER_LOCK_WAIT_TIMEOUT` and `ER_LOCK_DEADLOCK`.
const LOCK_WAIT_TIMEOUT: u16 = 1205;
const LOCK_DEADLOCK: u16 = 1213;

/// Which call a key belongs to: the same key may be used once for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operation {
    CreatePayment,
    CreateRefund,
    /// A member's confirmation, under the id of the checkout: one payment however often it is sent.
    ConfirmCheckout,
    CreateMandate,
    CreateCheckout,
    CreateEndpoint,
    RotateSecret,
    Redeliver,
    TestEndpoint,
}

impl Operation {
    /// The word that `idempotency_keys.operation` holds.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CreatePayment => "create_payment",
            Self::CreateRefund => "create_refund",
            Self::ConfirmCheckout => "confirm_checkout",
            Self::CreateMandate => "create_mandate",
            Self::CreateCheckout => "create_checkout",
            Self::CreateEndpoint => "create_endpoint",
            Self::RotateSecret => "rotate_secret",
            Self::Redeliver => "redeliver",
            Self::TestEndpoint => "test_endpoint",
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

    /// # Errors
    /// `KeyReused` when the stored key was for another request.
    pub fn must_match(&self, row: &idempotency_keys::Model) -> Result<(), TransferError> {
        if row.fingerprint == self.fingerprint {
            Ok(())
        } else {
            Err(TransferError::KeyReused)
        }
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
    key.must_match(&row)?;
    Ok(Some(Accepted {
        transfer_id: row.transfer_id.ok_or(TransferError::NotFound)?,
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

/// Takes the key for what is about to be made: the unique row comes first, so that the index decides between
/// two requests, and stands or falls with the transaction.
///
/// # Errors
/// The database's own; a key that another process took meanwhile shows as [`is_taken`], one that it holds as `KeyInUse`.
pub async fn take<C: ConnectionTrait>(
    tx: &C,
    partner: PartnerId,
    operation: Operation,
    key: &IdempotencyKey,
    transfer_id: impl Into<Option<TransferId>>,
    at: DateTime<Utc>,
) -> Result<KeyId, TransferError> {
    let id = KeyId::new();
    let row = idempotency_keys::ActiveModel {
        id: Set(id),
        partner_id: Set(partner),
        operation: Set(operation.as_str().to_owned()),
        idempotency_key: Set(key.key.clone()),
        fingerprint: Set(key.fingerprint.clone()),
        transfer_id: Set(transfer_id.into()),
        status: Set(202),
        body: Set(String::new()),
        created_at: Set(at),
    };
    match idempotency_keys::Entity::insert(row).exec_without_returning(tx).await {
        Ok(_) => Ok(id),
        Err(error) if is_held(&error) => Err(TransferError::KeyInUse),
        Err(error) => Err(error.into()),
    }
}

/// Keeps the answer under the key, in the transaction that makes it true.
///
/// # Errors
/// The database's own.
pub async fn answer<C: ConnectionTrait>(tx: &C, id: KeyId, body: &str) -> Result<(), TransferError> {
    let answer = idempotency_keys::ActiveModel {
        body: Set(body.to_owned()),
        ..Default::default()
    };
    idempotency_keys::Entity::update_many()
        .set(answer)
        .filter(idempotency_keys::Column::Id.eq(id))
        .exec(tx)
        .await?;
    Ok(())
}

/// Whether another transaction of MySQL has the row: it held it for too long, or several wanted it after it was let go.
fn is_held(error: &DbErr) -> bool {
    let (DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error))) = error else {
        return false;
    };
    error
        .as_database_error()
        .and_then(|error| error.try_downcast_ref::<SqlxMySqlError>())
        .is_some_and(|error| [LOCK_WAIT_TIMEOUT, LOCK_DEADLOCK].contains(&error.number()))
}

/// Whether a unique index refused the write: another process was faster, and looking again tells what it did.
#[must_use]
pub fn is_taken(error: &TransferError) -> bool {
    matches!(error, TransferError::Database(error) if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))))
}
