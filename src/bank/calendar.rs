//! The bank's windows as this process knows them now: the regular ones of the configuration, and what staff entered.

use std::collections::BTreeSet;
use std::sync::{Arc, PoisonError, RwLock};

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::maintenance::{Span, Window, Windows};
use super::types::OUR_BANK;
use crate::clock::{Clock, kst_date};
use crate::models::bank_windows;
use crate::models::kinds::WindowKind;

/// What ended longer ago matters to no transfer that is still asked about.
const KEPT: TimeDelta = TimeDelta::days(10);
/// More than anybody enters ahead.
const MOST: u64 = 500;

/// Clones share it.
#[derive(Clone)]
pub struct Calendar(Arc<Known>);

struct Known {
    clock: Clock,
    regular: Vec<Window>,
    windows: RwLock<Arc<Windows>>,
    /// Held from reading to storing, so that what was read first is not stored last.
    turn: tokio::sync::Mutex<()>,
}

impl Calendar {
    /// With the regular windows alone, until what staff entered is read.
    #[must_use]
    pub fn new(regular: &[Window], clock: Clock) -> Self {
        Self(Arc::new(Known {
            clock,
            regular: regular.to_vec(),
            windows: RwLock::new(Arc::new(Windows::regular(regular.to_vec()))),
            turn: tokio::sync::Mutex::default(),
        }))
    }

    /// All windows as they are known now.
    #[must_use]
    pub fn windows(&self) -> Arc<Windows> {
        Arc::clone(&self.0.windows.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// As [`Windows::money_waits_until`], now; nobody else calls the bank then either.
    #[must_use]
    pub fn money_waits_until(&self) -> Option<DateTime<Utc>> {
        self.windows().money_waits_until(self.0.clock.now())
    }

    /// Reads what staff entered. Where the database does not answer, what was known stays. Index `(bank_code, ends_at)`.
    ///
    /// # Errors
    /// The database's.
    pub async fn refresh<C: ConnectionTrait>(&self, db: &C) -> Result<(), DbErr> {
        let _turn = self.0.turn.lock().await;
        let rows = bank_windows::Entity::find()
            .filter(bank_windows::Column::BankCode.eq(OUR_BANK))
            .filter(bank_windows::Column::EndsAt.gt(self.0.clock.now() - KEPT))
            .order_by_asc(bank_windows::Column::EndsAt)
            .limit(MOST)
            .all(db)
            .await?;
        let (mut holidays, mut extraordinary) = (BTreeSet::new(), Vec::new());
        for row in rows {
            match (row.kind, span(&row)) {
                (WindowKind::Once, Some(span)) => extraordinary.push(span),
                (WindowKind::Holiday, Some((from, _))) if row.ended_at.is_none() => {
                    holidays.insert(kst_date(from));
                }
                (WindowKind::Holiday, Some(until_taken_back)) => {
                    extraordinary.extend(self.of_holiday(until_taken_back));
                }
                (_, None) => {}
            }
        }
        let windows = Windows::new(self.0.regular.clone(), holidays, extraordinary);
        *self.0.windows.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(windows);
        Ok(())
    }

    /// The maintenance that there was on a holiday until it was taken back: what the bank said in it counts for nothing still.
    fn of_holiday(&self, (from, to): Span) -> impl Iterator<Item = Span> {
        let of_holidays = self.0.regular.iter().filter(|window| window.holidays).cloned();
        let windows = Windows::new(of_holidays.collect(), [kst_date(from)].into(), Vec::new());
        windows
            .between(from, to)
            .into_iter()
            .map(move |(begins, ends)| (begins, ends.min(to)))
    }
}

/// When it holds, or held until it was taken back; `None` for one that was taken back before it began.
#[must_use]
pub fn span(row: &bank_windows::Model) -> Option<Span> {
    let ends_at = row.ended_at.map_or(row.ends_at, |ended_at| ended_at.min(row.ends_at));
    (row.starts_at < ends_at).then_some((row.starts_at, ends_at))
}
