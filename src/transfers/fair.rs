//! Which queued transfer is next: the oldest of the next partner in a circle. A ring only says that there is work.
//!
//! So one partner's thousands do not delay another's single payment: with the turns of this process every partner is served
//! once before any is served again. The place in the circle is of this process and in memory; every process goes round
//! all partners and knows nothing of the others' places, and losing the place loses nothing.
//!
//! Nothing is claimed here. Two processes may be given the same row: one claims it, and the other asks for the next.

use std::collections::{HashMap, HashSet, VecDeque};
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
/// Where one partner alone has any, as many are read at once, and given to who asks so soon after: a look for each would be all
/// that such a partner waits for.
const AHEAD: u64 = 8;
const AHEAD_FOR: Duration = Duration::from_millis(25);
/// Nobody reads ahead so soon after losing a row: another process would read the same.
const ALONE_AFTER: Duration = Duration::from_secs(1);

/// The circle of partners as this process goes round it. Clones share it.
#[derive(Clone, Default)]
pub struct Circle {
    /// Held while the next is looked for, so that two here never find the same.
    place: Arc<Turn<Place>>,
    kept: Arc<Mutex<Kept>>,
}

#[derive(Default)]
struct Place {
    /// Whose turn was last.
    last: Option<PartnerId>,
    /// The next ones of that partner, who was alone when they were read.
    ahead: VecDeque<Model>,
    read_at: Option<Instant>,
    /// When another process was faster.
    lost_at: Option<Instant>,
}

impl Place {
    /// One that was read a moment ago.
    fn take(&mut self, kept: &Kept) -> Option<Model> {
        if self.read_at.is_none_or(|at| at.elapsed() >= AHEAD_FOR) {
            self.ahead.clear();
        }
        while let Some(transfer) = self.ahead.pop_front() {
            if !kept.is_apart(transfer.id) {
                return Some(transfer);
            }
        }
        None
    }

    /// The first that waits, from the beginning of the circle.
    async fn begin_again(&mut self, services: &Services, apart: &[TransferId]) -> Result<Option<Model>, DbErr> {
        let first_ones = queued(apart).limit(AHEAD).all(services.db.read()).await?;
        let mut first_ones = VecDeque::from(first_ones);
        let first = first_ones.pop_front();
        let alone = first.as_ref().map(|first| first.partner_id);
        // Nobody comes after who was last, and nobody before; and no other process takes them.
        let is_ours = self.lost_at.is_none_or(|at| at.elapsed() >= ALONE_AFTER);
        if is_ours && alone.is_some() && alone == self.last {
            first_ones.retain(|transfer| Some(transfer.partner_id) == alone);
            (self.ahead, self.read_at) = (first_ones, Some(Instant::now()));
        }
        Ok(first)
    }
}

#[derive(Default)]
struct Kept {
    /// In hand here, claimed or about to be.
    in_hand: HashSet<TransferId>,
    aside: HashMap<TransferId, Instant>,
}

impl Kept {
    fn is_apart(&self, id: TransferId) -> bool {
        self.in_hand.contains(&id) || self.aside.contains_key(&id)
    }
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
        let mut place = self.place.lock().await;
        let ahead = if tries == 0 { place.take(&self.kept()) } else { None };
        let found = match ahead {
            Some(transfer) => Some(transfer),
            None => self.look(services, &mut place, tries).await?,
        };
        let Some(transfer) = found else { return Ok(None) };
        place.last = Some(transfer.partner_id);
        self.kept().in_hand.insert(transfer.id);
        Ok(Some(InHand {
            transfer,
            circle: self.clone(),
        }))
    }

    async fn look(&self, services: &Services, place: &mut Place, tries: u32) -> Result<Option<Model>, DbErr> {
        place.ahead.clear();
        if tries > 0 {
            place.lost_at = Some(Instant::now());
        }
        let (db, apart) = (services.db.read(), self.apart());
        let mut found = None;
        if let Some(last) = place.last {
            let next = queued(&apart).filter(Column::PartnerId.gt(last)).limit(1);
            found = next.one(db).await?;
        }
        if found.is_none() {
            found = place.begin_again(services, &apart).await?;
        }
        let skip = if tries == 0 { 0 } else { rand::random_range(0..FURTHER) };
        let Some(first) = found.as_ref().filter(|_| skip > 0) else {
            return Ok(found);
        };
        let further = queued(&apart)
            .filter(Column::PartnerId.eq(first.partner_id))
            .offset(skip)
            .limit(1);
        Ok(further.one(db).await?.or(found))
    }

    /// Those that nobody is to be given.
    fn apart(&self) -> Vec<TransferId> {
        let mut kept = self.kept();
        let now = Instant::now();
        kept.aside.retain(|_, until| *until > now);
        kept.in_hand.iter().chain(kept.aside.keys()).copied().collect()
    }
}

/// By partner, each one's oldest first. Index `(state, partner_id, created_at, id)`.
fn queued(apart: &[TransferId]) -> Select<Entity> {
    let queued = Entity::find()
        .filter(Column::State.eq(TransferState::Queued))
        .order_by_asc(Column::PartnerId)
        .order_by_asc(Column::CreatedAt)
        .order_by_asc(Column::Id);
    if apart.is_empty() {
        queued
    } else {
        queued.filter(Column::Id.is_not_in(apart.iter().copied()))
    }
}
