//! Dead letters at the desk: counted, looked at, put to their queue again or closed by a person with a reason.
//!
//! The broker keeps them, and gives each to one session at a time: of several people, in whichever process, one has a
//! letter in hand and the others are told so. If the process dies …
//! - before the deed is written down: the letter goes back, and may be in its queue as well, where it finds nothing to do;
//! - after it, before the broker was told: the letter is there again, and doing it once more harms nothing.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::FutureExt;
use futures::future::try_join_all;
use sea_orm::DbErr;
use serde_json::json;
use tokio::sync::Mutex;
use tokio::time::{sleep, timeout};
use uuid::Uuid;

use super::audit::{By, Record, Subject, record};
use super::dialog::{self, Dialog, DialogError};
use crate::ids::DialogId;
use crate::models::kinds::{StaffDeed, SubjectKind};
use crate::relay::dead::{self, DeadLetter, Fate, Held};
use crate::relay::{Broker, BrokerError, Queue};
use crate::services::Services;

/// Letters of each queue that are shown; all are counted.
pub const SHOWN: usize = 50;
/// How long a count is good for.
const FRESH: Duration = Duration::from_secs(15);
/// A page does not wait longer for a count.
const PATIENCE: Duration = Duration::from_millis(800);
/// Whoever looks at the letters has them in hand for a moment: a few more looks find one that is there.
const LOOKS: usize = 3;
const BETWEEN_LOOKS: Duration = Duration::from_millis(300);

/// How many there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeadCount {
    /// Everything is in one process: nothing can be dead.
    NoBroker,
    /// The broker does not tell now.
    Unclear,
    Known(u64),
}

type Taken = (Instant, DeadCount);

/// The last count of this process. Cheap to clone.
#[derive(Clone, Default)]
pub struct DeadCounts(Arc<Mutex<Option<Taken>>>);

impl DeadCounts {
    /// How many there are, a few seconds ago at most; many who ask at once ask the broker once.
    pub async fn fresh(&self, services: &Services) -> DeadCount {
        let Some(broker) = services.settings.relay.broker() else {
            return DeadCount::NoBroker;
        };
        let mut last = self.0.lock().await;
        if let Some((at, count)) = *last
            && at.elapsed() < FRESH
        {
            return count;
        }
        let count = match timeout(PATIENCE, dead::count(&broker)).await {
            Ok(Ok(count)) => DeadCount::Known(count),
            Ok(Err(error)) => {
                tracing::debug!(%error, "dead letters cannot be counted");
                DeadCount::Unclear
            }
            Err(_) => DeadCount::Unclear,
        };
        *last = Some((Instant::now(), count));
        count
    }

    /// After a deed the next who asks is told the new count.
    async fn forget(&self) {
        *self.0.lock().await = None;
    }
}

/// The first letters of each queue, and how many there are in all.
///
/// # Errors
/// When the broker refuses, or does not answer in time.
pub async fn list(broker: &Broker) -> Result<(u64, Vec<(Queue, DeadLetter)>), BrokerError> {
    let looks = Queue::ALL.map(|queue| dead::look(broker, queue, SHOWN));
    let (mut all, mut letters) = (0, Vec::new());
    for (queue, (count, some)) in Queue::ALL.into_iter().zip(try_join_all(looks).await?) {
        all += u64::from(count);
        for letter in some {
            // What says the same is one to a person.
            let is_shown = letters
                .iter()
                .any(|(other, shown): &(Queue, DeadLetter)| *other == queue && shown.id == letter.id);
            if !is_shown {
                letters.push((queue, letter));
            }
        }
    }
    Ok((all, letters))
}

/// One letter; `None` where it is not there any more, or somebody has it in hand.
///
/// # Errors
/// When the broker refuses, or does not answer in time.
pub async fn find(broker: &Broker, queue: Queue, id: Uuid) -> Result<Option<DeadLetter>, BrokerError> {
    match hold(broker, queue, id).await? {
        Some(held) => Ok(held.give_back().await),
        None => Ok(None),
    }
}

async fn hold(broker: &Broker, queue: Queue, id: Uuid) -> Result<Option<Held>, BrokerError> {
    for look in 1..=LOOKS {
        if let Some(held) = dead::hold(broker, queue, id).await? {
            return Ok(Some(held));
        }
        if look < LOOKS {
            sleep(BETWEEN_LOOKS).await;
        }
    }
    Ok(None)
}

/// What a person wants to become of a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    Redrive,
    Close,
}

impl Order {
    const fn deed(self) -> StaffDeed {
        match self {
            Self::Redrive => StaffDeed::DeadLetterRedriven,
            Self::Close => StaffDeed::DeadLetterClosed,
        }
    }
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    /// It waits in its queue again.
    Redriven,
    /// Its transfer went on without it: it is gone.
    NothingToDo,
    Closed,
}

impl Done {
    const fn word(self) -> &'static str {
        match self {
            Self::Redriven => "redriven",
            Self::NothingToDo => "nothing_to_do",
            Self::Closed => "closed",
        }
    }

    fn parse(word: &str) -> Self {
        match word {
            "redriven" => Self::Redriven,
            "nothing_to_do" => Self::NothingToDo,
            _ => Self::Closed,
        }
    }
}

/// A wish with everything that answers for it.
#[derive(Clone, Debug)]
pub struct Wish {
    pub queue: Queue,
    pub id: Uuid,
    pub order: Order,
    pub reason: String,
    pub dialog: DialogId,
    pub by: By,
}

/// Why nothing became of it. It stays where it is.
#[derive(Debug, thiserror::Error)]
pub enum HandleError {
    #[error("there is no broker")]
    NoBroker,
    /// Somebody else was faster, or has it in hand.
    #[error("the letter is not there")]
    NotThere,
    #[error("nobody understands it, so there is no queue to put it to")]
    NotUnderstood,
    #[error("there is no such transfer")]
    NobodyKnowsIt,
    #[error(transparent)]
    Broker(#[from] BrokerError),
    #[error(transparent)]
    Dialog(#[from] DialogError),
    #[error("the database: {0}")]
    Database(#[from] DbErr),
}

/// Does what a person wants with a letter, once for each dialog. Whether they may is for the caller to check.
///
/// # Errors
/// [`HandleError`].
pub async fn handle(services: &Services, wish: Wish) -> Result<Done, HandleError> {
    let broker = services.settings.relay.broker().ok_or(HandleError::NoBroker)?;
    let dialog = Dialog {
        id: wish.dialog,
        staff: wish.by.staff,
        deed: wish.order.deed(),
        subject: wish.id,
    };
    if let Some(answer) = dialog::answered(services.db.read(), dialog).await? {
        return Ok(Done::parse(&answer));
    }
    let Some(held) = hold(&broker, wish.queue, wish.id).await? else {
        // The first sending of the same dialog may have ended meanwhile.
        let answer = dialog::answered(services.db.read(), dialog).await?;
        return answer.map(|answer| Done::parse(&answer)).ok_or(HandleError::NotThere);
    };
    let done = match follow(services, &broker, &held, wish.order).await {
        Ok(done) => done,
        Err(error) => {
            held.give_back().await;
            return Err(error);
        }
    };
    let about = held
        .letter()
        .and_then(|letter| letter.ring.as_ref().ok())
        .map(|ring| ring.transfer());
    let (queue, now) = (wish.queue.word(), services.clock.now());
    let written = services.db.write(move |tx| {
        async move {
            let subject = Subject::new(SubjectKind::DeadLetter, wish.id);
            let deed = Record::of(wish.order.deed(), subject, &wish.reason)
                .with(json!({ "queue": queue, "transfer": about, "done": done.word() }));
            record(tx, &wish.by, deed, now).await?;
            dialog::keep(tx, dialog, done.word(), now).await
        }
        .boxed()
    });
    let written: Result<(), DbErr> = written.await;
    written?;
    held.throw_away().await?;
    services.dead_counts.forget().await;
    Ok(done)
}

async fn follow(services: &Services, broker: &Broker, held: &Held, order: Order) -> Result<Done, HandleError> {
    if order == Order::Close {
        return Ok(Done::Closed);
    }
    match held.fate(services).await? {
        Fate::Again => {
            held.again(broker).await?;
            Ok(Done::Redriven)
        }
        Fate::Over(_) => Ok(Done::NothingToDo),
        Fate::NotUnderstood => Err(HandleError::NotUnderstood),
        Fate::NobodyKnowsIt => Err(HandleError::NobodyKnowsIt),
    }
}
