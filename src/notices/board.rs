//! The important announcements as this process knows them, so that no page of a member waits for them.

use std::sync::Arc;
use std::time::{Duration, Instant};

use sea_orm::DatabaseConnection;
use tokio::sync::Mutex;

use crate::clock::Clock;
use crate::ids::NoticeId;
use crate::models::notices;

/// Another process hears of a change this late.
const FRESH: Duration = Duration::from_secs(3);

/// What was read and when.
type Known = (Instant, Vec<notices::Model>);

/// Cheap to clone.
#[derive(Clone, Default)]
pub struct Board(Arc<Mutex<Option<Known>>>);

impl Board {
    /// The newest important announcement that everybody sees now, except the one that this visitor closed. A database
    /// that does not answer has none: a page is worth more than its banner.
    pub async fn banner(
        &self,
        db: &DatabaseConnection,
        clock: &Clock,
        closed: Option<NoticeId>,
    ) -> Option<notices::Model> {
        let now = clock.now();
        let mut known = self.0.lock().await;
        let is_fresh = known.as_ref().is_some_and(|(at, _)| at.elapsed() < FRESH);
        if !is_fresh {
            match notices::Model::list_important(db, now).await {
                Ok(important) => *known = Some((Instant::now(), important)),
                Err(error) => tracing::debug!(%error, "the announcements cannot be read"),
            }
        }
        let (_, important) = known.as_ref()?;
        let newest = important.iter().find(|notice| notice.is_visible(now))?;
        Some(newest.clone()).filter(|notice| Some(notice.id) != closed)
    }

    /// Something was written here.
    pub async fn forget(&self) {
        *self.0.lock().await = None;
    }
}
