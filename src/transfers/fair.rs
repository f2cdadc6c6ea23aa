//! Which queued transfer is next: the oldest of the next partner in a circle. A ring only says that there is work.
//!
//! So one partner's thousands do not delay another's single payment: with the turns of this process every partner is served
//! once before any is served again. The place in the circle is of this process and in memory; every process goes round
//! all partners and knows nothing of the others' places, and losing the place loses nothing.
//!
//! Nothing is claimed here. Two processes may be given the same row: one claims it, and the other asks for the next.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use tokio::sync::Mutex as Turn;

use crate::ids::{PartnerId, TransferId};
use crate::models::kinds::TransferState;
use crate::models::transfers::{Column, Entity, Model};
use crate::services::Services;

/// A transfer that could not be begun is left alone for so long, so that it holds up nobody of its partner.
const ASIDE: Duration = Duration::from_secs(5);
const ASIDE_AT_MOST: usize = 256;
/// Who lost a row to another process looks a little further than the oldest: the others are at the oldest as well.
const FURTHER: u64 = 8;

/// The circle of partners as this process goes round it. Clones share it.
#[derive(Clone, Default)]
pub struct Circle {
    /// Whose turn was last; held while the next is looked for, so that two here never find the same.
    last: Arc<Turn<Option<PartnerId>>>,
    kept: Arc<Mutex<Kept>>,
}

#[derive(Default)]
struct Kept {
    /// In hand here, claimed or about to be.
    in_hand: HashSet<TransferId>,
    aside: HashMap<TransferId, Instant>,
}

/// A transfer in hand; another may be given it when this is dropped.
pub struct InHand {
    pub transfer: Model,
    circle: Circle,
}

impl InHand {
    /// It could not be begun: it is left alone for a while.
    pub fn put_aside(&self) {
        let mut kept = self.circle.kept();
        if kept.aside.len() < ASIDE_AT_MOST {
            kept.aside.insert(self.transfer.id, Instant::now() + ASIDE);
        }
    }
}

impl Drop for InHand {
    fn drop(&mut self) {
        self.circle.kept().in_hand.remove(&self.transfer.id);
    }
}

impl Circle {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        // Sets of ids are whole after any panic.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next transfer to do; `None` when nobody waits. `tries` are those that were lost to other processes just before.
    ///
    /// # Errors
    /// The database's.
    pub async fn next(&self, services: &Services, tries: u32) -> Result<Option<InHand>, DbErr> {
        let mut last = self.last.lock().await;
        let apart = {
            let mut kept = self.kept();
            let now = Instant::now();
            kept.aside.retain(|_, until| *until > now);
            let apart = kept.in_hand.iter().chain(kept.aside.keys());
            apart.copied().collect::<Vec<_>>()
        };
        let (db, skip) = (
            services.db.read(),
            if tries == 0 { 0 } else { rand::random_range(0..FURTHER) },
        );
        let mut found = None;
        if let Some(last) = *last {
            found = queued(&apart).filter(Column::PartnerId.gt(last)).one(db).await?;
        }
        if found.is_none() {
            found = queued(&apart).one(db).await?;
        }
        if let Some(first) = found.as_ref().filter(|_| skip > 0) {
            let further = queued(&apart)
                .filter(Column::PartnerId.eq(first.partner_id))
                .offset(skip);
            found = further.one(db).await?.or(found);
        }
        let Some(transfer) = found else { return Ok(None) };
        *last = Some(transfer.partner_id);
        self.kept().in_hand.insert(transfer.id);
        Ok(Some(InHand {
            transfer,
            circle: self.clone(),
        }))
    }
}

/// By partner, each one's oldest first. Index `(state, partner_id, created_at, id)`.
fn queued(apart: &[TransferId]) -> Select<Entity> {
    let queued = Entity::find()
        .filter(Column::State.eq(TransferState::Queued))
        .order_by_asc(Column::PartnerId)
        .order_by_asc(Column::CreatedAt)
        .order_by_asc(Column::Id)
        .limit(1);
    if apart.is_empty() {
        queued
    } else {
        queued.filter(Column::Id.is_not_in(apart.iter().copied()))
    }
}
