//! What this process remembers of keys: which were right, when their use was last noted, and who sends wrong ones.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, DbErr, EntityTrait, QueryFilter};

use crate::ids::KeyId;
use crate::members::phone::network::network_of;
use crate::models::partner_keys::{Column, Entity, Model};
use crate::services::Services;

/// The use of a key is noted this often at most.
const NOTED_EVERY: TimeDelta = TimeDelta::minutes(1);
/// Networks that are refused at a time; beyond it those whose time is over are forgotten.
const REFUSED_MOST: usize = 10_000;

/// Cheap to clone.
#[derive(Clone, Default)]
pub struct KeyUses(Arc<Mutex<Remembered>>);

#[derive(Default)]
struct Remembered {
    /// By the hash of a key that was right: when this process noted its use. No more than there are keys.
    noted: HashMap<String, DateTime<Utc>>,
    /// Networks, and until when.
    refused: HashMap<String, DateTime<Utc>>,
}

impl KeyUses {
    /// Whether the key of this hash was right here before.
    #[must_use]
    pub fn knows(&self, hash: &str) -> bool {
        self.remembered().noted.contains_key(hash)
    }

    /// For how many seconds the network of this address is refused, if at all.
    #[must_use]
    pub fn refused_for(&self, peer: IpAddr, now: DateTime<Utc>) -> Option<i64> {
        let remembered = self.remembered();
        if remembered.refused.is_empty() {
            return None;
        }
        let until = remembered
            .refused
            .get(&network_of(peer))
            .filter(|until| **until > now)?;
        Some((*until - now).num_seconds() + 1)
    }

    pub fn refuse(&self, network: &str, until: DateTime<Utc>) {
        let mut remembered = self.remembered();
        if remembered.refused.len() >= REFUSED_MOST {
            let now = until - NOTED_EVERY;
            remembered.refused.retain(|_, until| *until > now);
        }
        remembered.refused.insert(network.to_owned(), until);
    }

    /// Notes that the key was used, to the minute, beside the request: neither the time that it takes nor its failure is
    /// the request's. If the process dies before it is written, the next use is.
    pub fn note(&self, services: &Services, row: &Model) {
        let now = services.clock.now();
        let is_due = |at: Option<DateTime<Utc>>| at.is_none_or(|at| now - at >= NOTED_EVERY);
        let known = self.remembered().noted.insert(row.key_hash.clone(), now);
        if !is_due(known) {
            // The time of the last writing stays.
            self.remembered()
                .noted
                .extend(known.map(|at| (row.key_hash.clone(), at)));
            return;
        }
        if is_due(row.last_used_at) {
            let (services, key) = (services.clone(), row.id);
            tokio::spawn(async move {
                if let Err(error) = write(&services, key, now).await {
                    tracing::warn!(%error, "when a key was last used could not be written");
                }
            });
        }
    }

    fn remembered(&self) -> MutexGuard<'_, Remembered> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn write(services: &Services, key: KeyId, now: DateTime<Utc>) -> Result<(), DbErr> {
    let is_older = Condition::any()
        .add(Column::LastUsedAt.is_null())
        .add(Column::LastUsedAt.lte(now - NOTED_EVERY));
    let update = Entity::update_many()
        .col_expr(Column::LastUsedAt, Expr::value(now))
        .filter(Column::Id.eq(key))
        .filter(is_older);
    services
        .db
        .write(move |tx| Box::pin(async move { update.exec(tx).await.map(|_| ()) }))
        .await
}
