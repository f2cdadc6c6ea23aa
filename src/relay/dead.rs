//! What lies in the dead queues: looked at without taking it, or put to its queue again.
//!
//! If the process dies …
//! - while it looks: nothing was acknowledged, and all of it is back in its dead queue;
//! - after the broker took a message again, before the dead one is acknowledged: it is in both, and whoever gets the second
//!   finds nothing to do.

use std::ops::Range;
use std::time::Duration;

use lapin::message::Delivery;
use lapin::options::{BasicAckOptions, BasicGetOptions, BasicNackOptions};
use lapin::types::{AMQPValue, FieldTable, ShortString};
use sea_orm::{DbErr, EntityTrait};
use sha2::{Digest, Sha256};
use tokio::time::sleep;
use uuid::Uuid;

use super::broker::{Broker, BrokerError, Session, in_time};
use super::topology::{Queue, as_number};
use super::{Ring, message, publisher};
use crate::models::kinds::TransferState;
use crate::models::transfers;
use crate::security::masking;
use crate::services::Services;

/// Of a body that nobody understands a person sees so many characters.
const SHOWN: usize = 200;
/// Messages of a queue that are looked through for one of them, or for a page of them.
pub const REACHED: usize = 1_000;
/// How often it is looked whether what was given back is there, and the pause between: a second at most.
const BACK_LOOKS: usize = 50;
const BACK_PAUSE: Duration = Duration::from_millis(20);

/// A message in a dead queue.
pub struct DeadLetter {
    /// RabbitMQ's word: `rejected`, `delivery_limit`. Empty where it did not come through a queue.
    pub reason: String,
    /// How often it died.
    pub times: i64,
    /// What it asks for, or why that is not understood.
    pub ring: Result<Ring, message::Malformed>,
    /// The beginning of its body, with all in it hidden that may tell of a person.
    pub body: String,
    /// Of its whole body: messages that say the same are one to a person.
    pub id: Uuid,
    /// Seconds since 1970; 0 where it did not come through a queue.
    died_at: u64,
    delivery: Delivery,
}

/// One dead letter, with all that say the same, taken out of everybody else's sight. Dropped, they go back.
pub struct Held {
    session: Session,
    queue: ShortString,
    letters: Vec<DeadLetter>,
}

/// What becomes of a dead letter.
pub enum Fate {
    /// It waits in its queue again.
    Again,
    /// Its transfer is in a state in which there is nothing left to do for it: it is thrown away.
    Over(TransferState),
    /// It stays: nobody understands it.
    NotUnderstood,
    /// It stays: there is no such transfer.
    NobodyKnowsIt,
}

/// Why dead letters could not be put to their queues again.
#[derive(Debug, thiserror::Error)]
pub enum RedriveError {
    #[error(transparent)]
    Broker(#[from] BrokerError),
    #[error("the database: {0}")]
    Database(#[from] DbErr),
}

/// How many messages a dead queue has, and some of its first [`REACHED`], the longest dead first. They stay there. RabbitMQ
/// keeps no order of what was given back, so all of them are looked at each time, and are out of everybody's sight
/// meanwhile.
///
/// # Errors
/// When the broker refuses, or does not answer in time.
pub async fn look(broker: &Broker, queue: Queue, some: Range<usize>) -> Result<(u32, Vec<DeadLetter>), BrokerError> {
    let session = broker.connect("dead letters").await?;
    let count = session.count(broker.topology.dead_queue(queue)).await?;
    let mut letters = Vec::new();
    for _ in 0..REACHED {
        let Some(letter) = next(broker, &session, queue).await? else {
            break;
        };
        letters.push(letter);
    }
    give_back(&session, broker.topology.dead_queue(queue), &letters).await?;
    session.close().await;
    letters.sort_by_key(|letter| (letter.died_at, letter.id));
    Ok((count, letters.into_iter().skip(some.start).take(some.len()).collect()))
}

/// Puts all that a session holds back to where it was, and waits until it is there: what comes back with the end of the
/// session alone may come after the next look, which would not find it.
async fn give_back(session: &Session, queue: ShortString, letters: &[DeadLetter]) -> Result<(), BrokerError> {
    let Some(last) = letters.last() else { return Ok(()) };
    let all = BasicNackOptions {
        multiple: true,
        requeue: true,
    };
    let giving = last.delivery.acker.nack(all);
    in_time("giving back", async { Ok(giving.await?) }).await?;
    for _ in 0..BACK_LOOKS {
        let there = session.count(queue.clone()).await?;
        if usize::try_from(there).unwrap_or(usize::MAX) >= letters.len() {
            break;
        }
        sleep(BACK_PAUSE).await;
    }
    Ok(())
}

/// Puts what is in a dead queue now to its queue again, where its transfer still waits for it. `tell` hears of each letter
/// before it leaves the dead queue.
///
/// # Errors
/// When the broker or the database does not answer: what was not told of stays where it is.
pub async fn redrive(
    services: &Services,
    broker: &Broker,
    queue: Queue,
    mut tell: impl FnMut(&DeadLetter, &Fate),
) -> Result<(), RedriveError> {
    let session = publisher::connect(broker, "redrive").await?;
    for _ in 0..session.count(broker.topology.dead_queue(queue)).await? {
        let Some(letter) = next(broker, &session, queue).await? else {
            break;
        };
        let fate = fate(services, &letter).await?;
        if let (Fate::Again, Ok(ring)) = (&fate, &letter.ring) {
            let taken = publisher::publish(&session.channel, &broker.topology, &[*ring]).await?;
            if taken.is_empty() {
                return Err(BrokerError::NotTaken(1).into());
            }
        }
        tell(&letter, &fate);
        if matches!(fate, Fate::Again | Fate::Over(_)) {
            let ack = letter.delivery.acker.ack(BasicAckOptions::default());
            in_time("acknowledging", async { Ok(ack.await?) }).await?;
        }
    }
    session.close().await;
    Ok(())
}

/// Takes one dead letter by its id; `None` where it is not there, or somebody else has it in hand.
///
/// # Errors
/// When the broker refuses, or does not answer in time.
pub async fn hold(broker: &Broker, queue: Queue, id: Uuid) -> Result<Option<Held>, BrokerError> {
    let session = publisher::connect(broker, "dead letter").await?;
    let mut letters = Vec::new();
    for _ in 0..REACHED {
        let Some(letter) = next(broker, &session, queue).await? else {
            break;
        };
        if letter.id == id {
            letters.push(letter);
        }
    }
    if letters.is_empty() {
        session.close().await;
        return Ok(None);
    }
    let queue = broker.topology.dead_queue(queue);
    Ok(Some(Held {
        session,
        queue,
        letters,
    }))
}

impl Held {
    /// What it says. All of them say the same.
    #[must_use]
    pub fn letter(&self) -> Option<&DeadLetter> {
        self.letters.first()
    }

    /// What would become of it.
    ///
    /// # Errors
    /// The database's.
    pub async fn fate(&self, services: &Services) -> Result<Fate, DbErr> {
        match self.letter() {
            Some(letter) => fate(services, letter).await,
            None => Ok(Fate::NobodyKnowsIt),
        }
    }

    /// Puts what it asks for to its queue again, once, and waits until the broker has it. It is in both then.
    ///
    /// # Errors
    /// When the broker refuses, or does not answer in time: then it may have been taken.
    pub async fn again(&self, broker: &Broker) -> Result<(), BrokerError> {
        let Some(Ok(ring)) = self.letter().map(|letter| &letter.ring) else {
            return Ok(());
        };
        let taken = publisher::publish(&self.session.channel, &broker.topology, &[*ring]).await?;
        if taken.is_empty() {
            return Err(BrokerError::NotTaken(1));
        }
        Ok(())
    }

    /// Takes it out of its dead queue.
    ///
    /// # Errors
    /// When the broker does not answer in time: then it may be there still.
    pub async fn throw_away(self) -> Result<(), BrokerError> {
        for letter in &self.letters {
            let ack = letter.delivery.acker.ack(BasicAckOptions::default());
            in_time("acknowledging", async { Ok(ack.await?) }).await?;
        }
        self.session.close().await;
        Ok(())
    }

    /// Gives it back as it was, and tells what it says.
    pub async fn give_back(mut self) -> Option<DeadLetter> {
        // Where that fails, it goes back with the end of the session.
        if let Err(error) = give_back(&self.session, self.queue, &self.letters).await {
            tracing::debug!(%error, "a dead letter goes back by itself");
        }
        self.session.close().await;
        self.letters.pop()
    }
}

/// How many dead letters there are in each queue. Nothing is taken.
///
/// # Errors
/// When the broker refuses, or does not answer in time.
pub async fn count(broker: &Broker) -> Result<u64, BrokerError> {
    let session = broker.connect("dead letters").await?;
    let mut all = 0;
    for queue in Queue::ALL {
        all += u64::from(session.count(broker.topology.dead_queue(queue)).await?);
    }
    session.close().await;
    Ok(all)
}

async fn fate(services: &Services, letter: &DeadLetter) -> Result<Fate, DbErr> {
    let Ok(ring) = letter.ring else {
        return Ok(Fate::NotUnderstood);
    };
    let row = transfers::Entity::find_by_id(ring.transfer())
        .one(services.db.read())
        .await?;
    Ok(fate_of(ring, row.map(|row| row.state)))
}

/// What would become of a letter whose transfer is in this state; `None`: it is not there.
#[must_use]
pub fn fate_of(ring: Ring, state: Option<TransferState>) -> Fate {
    let waits_in = match ring {
        Ring::Payment(_) | Ring::Refund(_) => TransferState::Queued,
        Ring::Inquiry(_) => TransferState::Unknown,
    };
    match state {
        None => Fate::NobodyKnowsIt,
        Some(state) if state == waits_in => Fate::Again,
        Some(state) => Fate::Over(state),
    }
}

async fn next(broker: &Broker, session: &Session, queue: Queue) -> Result<Option<DeadLetter>, BrokerError> {
    let name = broker.topology.dead_queue(queue);
    let getting = session.channel.basic_get(name, BasicGetOptions::default());
    let got = in_time("getting a message", async { Ok(getting.await?) }).await?;
    Ok(got.map(|got| DeadLetter::of(got.delivery)))
}

impl DeadLetter {
    fn of(delivery: Delivery) -> Self {
        let death = delivery.properties.headers().as_ref().and_then(last_death);
        let of_death = |field: &str| death.and_then(|death| death.inner().get(field));
        let text: String = String::from_utf8_lossy(&delivery.data).chars().take(SHOWN).collect();
        Self {
            reason: of_death("reason").and_then(as_text).unwrap_or_default(),
            times: of_death("count").and_then(as_number).unwrap_or_default(),
            ring: message::decode(&delivery.data),
            body: masking::foreign_text(&text),
            id: id_of(&delivery.data),
            died_at: of_death("time").and_then(as_time).unwrap_or_default(),
            delivery,
        }
    }
}

/// The same for the same bytes.
fn id_of(body: &[u8]) -> Uuid {
    let digest = Sha256::digest(body);
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(digest).for_each(|(byte, digit)| *byte = digit);
    Uuid::from_bytes(bytes)
}

/// RabbitMQ puts the last one first.
fn last_death(headers: &FieldTable) -> Option<&FieldTable> {
    let AMQPValue::FieldArray(deaths) = headers.inner().get("x-death")? else {
        return None;
    };
    match deaths.as_slice().first()? {
        AMQPValue::FieldTable(death) => Some(death),
        _ => None,
    }
}

fn as_time(value: &AMQPValue) -> Option<u64> {
    match value {
        AMQPValue::Timestamp(seconds) => Some(*seconds),
        _ => None,
    }
}

fn as_text(value: &AMQPValue) -> Option<String> {
    match value {
        AMQPValue::LongString(text) => Some(text.to_string()),
        AMQPValue::ShortString(text) => Some(text.to_string()),
        _ => None,
    }
}
