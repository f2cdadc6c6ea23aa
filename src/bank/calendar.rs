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
}

impl Calendar {
    /// With the regular windows alone, until what staff entered is read.
    #[must_use]
    pub fn new(regular: &[Window], clock: Clock) -> Self {
        Self(Arc::new(Known {
            clock,
            regular: regular.to_vec(),
            windows: RwLock::new(Arc::new(Windows::regular(regular.to_vec()))),
        }))
    }

    /// All windows as they are known now.
    #[must_use]
    pub fn windows(&self) -> Arc<Windows> {
        Arc::clone(&self.0.windows.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The end of the maintenance that the bank is in now.
    #[must_use]
    pub fn closed_until(&self) -> Option<DateTime<Utc>> {
        self.windows().ends(self.0.clock.now())
    }

    /// As [`Windows::money_waits_until`], now.
    #[must_use]
    pub fn money_waits_until(&self) -> Option<DateTime<Utc>> {
        self.windows().money_waits_until(self.0.clock.now())
    }

    /// Reads what staff entered. Where the database does not answer, what was known stays. Index `(bank_code, ends_at)`.
    ///
    /// # Errors
    /// The database's.
    pub async fn refresh<C: ConnectionTrait>(&self, db: &C) -> Result<(), DbErr> {
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
                (WindowKind::Holiday, Some((from, _))) => {
                    holidays.insert(kst_date(from));
                }
                (_, None) => {}
            }
        }
        let windows = Windows::new(self.0.regular.clone(), holidays, extraordinary);
        *self.0.windows.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(windows);
        Ok(())
    }
}

/// When it holds; `None` for one that was taken back before it began, and for a holiday that was taken back at all.
#[must_use]
pub fn span(row: &bank_windows::Model) -> Option<Span> {
    let ends_at = match (row.kind, row.ended_at) {
        (_, None) => row.ends_at,
        (WindowKind::Holiday, Some(_)) => return None,
        (WindowKind::Once, Some(ended_at)) => ended_at.min(row.ends_at),
    };
    (row.starts_at < ends_at).then_some((row.starts_at, ends_at))
}
