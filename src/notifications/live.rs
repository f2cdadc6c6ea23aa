//! Tells the pages that are open just now that something changed, in this process and, over Redis, in the others.
//!
//! What is told is an id and never a fact: who hears it looks at the database. A page that may have missed something is
//! told so, and looks again.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures::Stream;
use futures::stream;
use serde::{Deserialize, Serialize};
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;
use tokio_util::sync::{CancellationToken, DropGuard};
use uuid::Uuid;

use crate::cache::{Cache, Heard};

/// Waiting for the slowest page; one that is further behind looks again.
const WAITING: usize = 1024;
const CHANNEL: &str = "live";
const VERSION: u8 = 1;

/// What kind of thing an id names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    Transfer,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
    Changed(Topic, Uuid),
    /// Any number of changes may not have been told.
    Missed,
}

/// What goes over Redis.
#[derive(Serialize, Deserialize)]
struct Message {
    v: u8,
    /// The process that tells it: it has told its own pages already.
    from: Uuid,
    topic: Topic,
    id: Uuid,
}

/// The pages of this process. Cheap to clone.
#[derive(Clone)]
pub struct Live(Arc<Hub>);

struct Hub {
    cache: Cache,
    news: broadcast::Sender<News>,
    /// Tells this process from others.
    me: Uuid,
    hears_others: AtomicBool,
    stop: CancellationToken,
    /// Ends the listening with the hub.
    _end: DropGuard,
}

impl Live {
    #[must_use]
    pub fn new(cache: Cache) -> Self {
        let stop = CancellationToken::new();
        Self(Arc::new(Hub {
            cache,
            news: broadcast::Sender::new(WAITING),
            me: Uuid::new_v4(),
            hears_others: AtomicBool::new(false),
            _end: stop.clone().drop_guard(),
            stop,
        }))
    }

    /// Tells of a change that is committed. Never fails; other processes hear of it where Redis answers.
    pub async fn publish(&self, topic: Topic, id: Uuid) {
        // An error says that no page is open here.
        self.0.news.send(News::Changed(topic, id)).ok();
        let message = Message {
            v: VERSION,
            from: self.0.me,
            topic,
            id,
        };
        match serde_json::to_string(&message) {
            Ok(text) => self.0.cache.publish(CHANNEL, &text).await,
            Err(error) => tracing::error!(%error, "a change cannot be told"),
        }
    }

    /// All news from now on. The first of a process begins to hear the others.
    pub fn subscribe(&self) -> impl Stream<Item = News> + Send + Unpin + use<> {
        let heard = self.0.news.subscribe();
        self.hear_others();
        Box::pin(stream::unfold(heard, |mut heard| async move {
            match heard.recv().await {
                Ok(news) => Some((news, heard)),
                Err(RecvError::Lagged(_)) => Some((News::Missed, heard)),
                Err(RecvError::Closed) => None,
            }
        }))
    }

    fn hear_others(&self) {
        let Some(subscriber) = self.0.cache.subscriber(CHANNEL) else {
            return;
        };
        if self.0.hears_others.swap(true, Ordering::Relaxed) {
            return;
        }
        let (news, me) = (self.0.news.clone(), self.0.me);
        let listening = subscriber.listen(move |heard| {
            if let Some(heard) = understood(&heard, me) {
                news.send(heard).ok();
            }
        });
        tokio::spawn(self.0.stop.clone().run_until_cancelled_owned(listening));
    }
}

/// `None` for what need not be told here.
fn understood(heard: &Heard, me: Uuid) -> Option<News> {
    let text = match heard {
        Heard::Began => return Some(News::Missed),
        Heard::Said(text) => text,
    };
    match serde_json::from_str::<Message>(text) {
        Ok(message) if message.v == VERSION => (message.from != me).then_some(News::Changed(message.topic, message.id)),
        _ => {
            tracing::warn!(bytes = text.len(), "what another process tells is not understood");
            // A newer version's, perhaps: the page looks for itself.
            Some(News::Missed)
        }
    }
}

#[cfg(test)]
mod tests {
    use futures::StreamExt;

    use super::*;

    #[tokio::test]
    async fn every_page_hears_of_a_change_and_one_that_is_far_behind_is_told_to_look() {
        let live = Live::new(Cache::default());
        let (mut quick, mut slow) = (live.subscribe(), live.subscribe());
        let first = Uuid::new_v4();
        live.publish(Topic::Transfer, first).await;
        assert_eq!(quick.next().await, Some(News::Changed(Topic::Transfer, first)));
        for _ in 0..WAITING {
            live.publish(Topic::Transfer, Uuid::new_v4()).await;
        }
        assert_eq!(slow.next().await, Some(News::Missed));
    }

    #[test]
    fn what_another_process_tells_is_passed_on_and_our_own_is_not() {
        let (me, id) = (Uuid::new_v4(), Uuid::new_v4());
        let said = |from: Uuid, v: u8| {
            let text = serde_json::json!({ "v": v, "from": from, "topic": "transfer", "id": id }).to_string();
            understood(&Heard::Said(text), me)
        };
        assert_eq!(said(Uuid::new_v4(), 1), Some(News::Changed(Topic::Transfer, id)));
        assert_eq!(said(me, 1), None);
        assert_eq!(said(Uuid::new_v4(), 9), Some(News::Missed));
        assert_eq!(understood(&Heard::Said("{".to_owned()), me), Some(News::Missed));
        assert_eq!(understood(&Heard::Began, me), Some(News::Missed));
    }
}
