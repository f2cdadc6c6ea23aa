//! One dead letter at the desk: looked at, put to its queue again or closed by a person with a reason.
//!
//! The broker keeps them, and gives each to one session at a time: of several people, in whichever process, one has a
//! letter in hand and the others are told so. If the process dies …
//! - before the deed is written down: the letter goes back, and may be in its queue as well, where it finds nothing to do;
//! - after it, before the broker was told: the letter is there again, and doing it once more harms nothing.

use std::time::Duration;

use futures::FutureExt;
use sea_orm::DbErr;
use serde_json::json;
use tokio::time::sleep;
use uuid::Uuid;

use super::audit::{By, Record, Subject, record};
use super::dialog::{self, Dialog, DialogError};
use crate::ids::DialogId;
use crate::models::kinds::{StaffDeed, SubjectKind};
use crate::relay::dead::{self, DeadLetter, Fate, Held};
use crate::relay::{Broker, BrokerError, Queue};
use crate::services::Services;

/// Whoever looks at the letters has them in hand for a moment: a few more looks find one that is there.
const LOOKS: usize = 3;
const BETWEEN_LOOKS: Duration = Duration::from_millis(300);

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
    // It is done and written down: a letter that the broker keeps all the same is there again for whoever looks.
    if let Err(error) = held.throw_away().await {
        tracing::warn!(%error, "a dead letter that was handled may be in its dead queue still");
    }
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
