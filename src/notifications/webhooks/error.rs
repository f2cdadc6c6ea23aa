//! Why a verb on endpoints, deliveries or events did not do what was asked. Nothing was written then.

use sea_orm::DbErr;

use super::target::RefusedTarget;
use crate::security::sealed::SealError;
use crate::transfers::TransferError;

#[derive(Debug, thiserror::Error)]
pub enum WebhookError {
    #[error("there is no such thing for this caller")]
    NotFound,
    #[error("the URL may not be called")]
    Refused(#[from] RefusedTarget),
    #[error("there are {most} endpoints already")]
    TooMany { most: u64 },
    #[error("the endpoint is at version {current}")]
    VersionConflict { current: i64 },
    #[error("{count} were delivered already")]
    AlreadyDelivered { count: u64 },
    /// The idempotency key's.
    #[error("the key gives no answer")]
    Key(#[source] TransferError),
    #[error("a secret cannot be sealed or opened")]
    Seal(#[from] SealError),
    #[error("a stored body cannot be read or written")]
    Body(#[from] serde_json::Error),
    #[error("the database failed: {0}")]
    Database(#[from] DbErr),
}

impl From<TransferError> for WebhookError {
    fn from(error: TransferError) -> Self {
        match error {
            TransferError::NotFound => Self::NotFound,
            TransferError::Database(error) => Self::Database(error),
            other => Self::Key(other),
        }
    }
}
