//! What exists at RabbitMQ, declared by every connection, so that a broker that lost everything is made whole again.
//!
//! ```text
//!  exchange naru (topic) ── payment ──▶ naru.payments  ─┐ rejected, or
//!                        ├─ refund ───▶ naru.refunds   ─┤ delivered too often
//!                        └─ inquiry ──▶ naru.inquiries ─┘
//!                                                        ▼
//!  exchange naru.dead (topic) ── the same keys ──▶ naru.payments.dead, naru.refunds.dead, naru.inquiries.dead
//! ```
//! `naru` is the namespace: several Narus can share a broker.

use lapin::options::{ExchangeDeclareOptions, QueueBindOptions, QueueDeclareOptions};
use lapin::types::{AMQPValue, FieldTable, LongString, ShortString};
use lapin::{Channel, ExchangeKind, Result};

use super::Ring;

/// A message that came back as often, as one does that kills its process, is looked at by a person. The consumer buries it
/// and says so; the broker would do it next, and silently. The row behind it is rung again all the same.
pub const DELIVERY_LIMIT: i64 = 20;

/// Looks at a dead letter: as good as without end.
const LOOKS: i64 = 1_000_000;

/// The queues, each with the key that leads to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Queue {
    Payments,
    Refunds,
    Inquiries,
}

impl Queue {
    pub const ALL: [Self; 3] = [Self::Payments, Self::Refunds, Self::Inquiries];

    /// Where a ring goes.
    #[must_use]
    pub const fn of(ring: Ring) -> Self {
        match ring {
            Ring::Payment(_) => Self::Payments,
            Ring::Refund(_) => Self::Refunds,
            Ring::Inquiry(_) => Self::Inquiries,
        }
    }

    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Payments => "payment",
            Self::Refunds => "refund",
            Self::Inquiries => "inquiry",
        }
    }

    /// What its name ends in.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Payments => "payments",
            Self::Refunds => "refunds",
            Self::Inquiries => "inquiries",
        }
    }

    /// The queue of a [`Self::word`].
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|queue| queue.word() == word)
    }
}

/// The names of one Naru's exchanges and queues.
#[derive(Clone, Debug)]
pub struct Topology {
    namespace: String,
}

impl Topology {
    #[must_use]
    pub const fn new(namespace: String) -> Self {
        Self { namespace }
    }

    #[must_use]
    pub fn exchange(&self) -> ShortString {
        self.namespace.as_str().into()
    }

    #[must_use]
    pub fn queue(&self, queue: Queue) -> ShortString {
        format!("{}.{}", self.namespace, queue.word()).into()
    }

    fn dead_exchange(&self) -> ShortString {
        format!("{}.dead", self.namespace).into()
    }

    #[must_use]
    pub fn dead_queue(&self, queue: Queue) -> ShortString {
        format!("{}.{}.dead", self.namespace, queue.word()).into()
    }

    /// Declares all of it; what is there already stays.
    ///
    /// # Errors
    /// The broker's own, also where something of the same name has other options.
    pub async fn declare(&self, channel: &Channel) -> Result<()> {
        for exchange in [self.exchange(), self.dead_exchange()] {
            let options = ExchangeDeclareOptions {
                // Outlives a restart of the broker.
                durable: true,
                ..ExchangeDeclareOptions::default()
            };
            channel
                .exchange_declare(exchange, ExchangeKind::Topic, options, FieldTable::default())
                .await?;
        }
        for queue in Queue::ALL {
            let (dead, alive) = (self.dead_queue(queue), self.queue(queue));
            declare_queue(channel, dead, self.dead_exchange(), queue, looked_at_often()).await?;
            declare_queue(channel, alive, self.exchange(), queue, self.with_dead_letters(queue)).await?;
        }
        Ok(())
    }

    fn with_dead_letters(&self, queue: Queue) -> FieldTable {
        let mut arguments = quorum();
        arguments.insert("x-delivery-limit".into(), AMQPValue::LongLongInt(DELIVERY_LIMIT));
        arguments.insert("x-dead-letter-exchange".into(), text(self.dead_exchange().as_str()));
        arguments.insert("x-dead-letter-routing-key".into(), text(queue.key()));
        arguments
    }
}

async fn declare_queue(
    channel: &Channel,
    name: ShortString,
    exchange: ShortString,
    queue: Queue,
    arguments: FieldTable,
) -> Result<()> {
    channel
        .queue_declare(name.clone(), QueueDeclareOptions::durable(), arguments)
        .await?;
    let options = QueueBindOptions::default();
    channel
        .queue_bind(name, exchange, queue.key().into(), options, FieldTable::default())
        .await
}

/// To look at a dead letter is to take it and give it back, which newer brokers count and allow twenty times.
fn looked_at_often() -> FieldTable {
    let mut arguments = quorum();
    arguments.insert("x-delivery-limit".into(), AMQPValue::LongLongInt(LOOKS));
    arguments
}

/// Kept by a majority of the brokers of a cluster, and on disk.
fn quorum() -> FieldTable {
    let mut arguments = FieldTable::default();
    arguments.insert("x-queue-type".into(), text("quorum"));
    arguments
}

fn text(value: &str) -> AMQPValue {
    AMQPValue::LongString(LongString::from(value))
}

/// A whole number, however wide the broker wrote it.
pub fn as_number(value: &AMQPValue) -> Option<i64> {
    match value {
        AMQPValue::ShortShortInt(number) => Some(i64::from(*number)),
        AMQPValue::ShortShortUInt(number) => Some(i64::from(*number)),
        AMQPValue::ShortInt(number) => Some(i64::from(*number)),
        AMQPValue::ShortUInt(number) => Some(i64::from(*number)),
        AMQPValue::LongInt(number) => Some(i64::from(*number)),
        AMQPValue::LongUInt(number) => Some(i64::from(*number)),
        AMQPValue::LongLongInt(number) => Some(*number),
        _ => None,
    }
}
