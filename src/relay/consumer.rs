//! Hears RabbitMQ: a bounded number of transfers and inquiries in hand, each message acknowledged after its work is
//! stored, a connection that comes back by itself.
//!
//! If the process dies …
//! - before the work began: the broker delivers the message again, here or elsewhere, and the row is still queued;
//! - while it works, or before the ack: the same, and whoever gets it finds the row claimed, and has nothing to do;
//! - after the ack: there is nothing left to do; or the bank had no turn, the ring is in memory, and is lost with it: the row
//!   is queued, and whoever has a turn next or the sweeper finds it;
//! - at a stop, before or after what was not begun went back: the broker has it, and its row is queued still.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures::future::{FutureExt, join_all};
use futures::stream::StreamExt;
use lapin::message::Delivery;
use lapin::options::{BasicAckOptions, BasicCancelOptions, BasicConsumeOptions, BasicQosOptions, BasicRejectOptions};
use lapin::types::{FieldTable, ShortString};
use lapin::{Channel, Consumer};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::Instrument;

use super::broker::{Broker, BrokerError, Pauses, Session, in_time};
use super::topology::{DELIVERY_LIMIT, Queue, as_number};
use super::{Ring, message};
use crate::fault;
use crate::log;
use crate::metrics::Metrics;
use crate::services::Services;
use crate::workers::execute_transfer::{self, Rang};
use crate::workers::inquire_transfer;

/// Inquiries in hand at the same time: they must not keep the bank busy while payments wait.
const INQUIRERS: u16 = 8;
/// A message that came back this often may kill its process, and those in hand with it. It and they are begun at random
/// moments, so that the others get past it.
const OFTEN: i64 = 3;
const APART: Duration = Duration::from_secs(1);

/// What the consumers and their tasks share.
#[derive(Clone)]
struct Hands {
    services: Services,
    broker: Broker,
    /// Transfers of both queues together.
    workers: Arc<Semaphore>,
    in_hand: TaskTracker,
    /// How many queues are heard.
    listening: Arc<AtomicUsize>,
    stop: CancellationToken,
    /// No queue is heard any more: what goes back does not come to us again.
    deaf: CancellationToken,
}

impl Hands {
    /// Transfers that are being done.
    fn busy(&self) -> usize {
        let workers = self.services.settings.relay.workers;
        workers.saturating_sub(self.workers.available_permits())
    }

    /// A message waits for the bank as long as a call may take: two leases are the longest that one is held, far below
    /// the time after which RabbitMQ closes the channel of who holds one.
    async fn patience_ends(&self) {
        let lease = u64::try_from(self.services.settings.relay.claim_lease_secs).unwrap_or_default();
        tokio::select! {
            biased;
            () = self.stop.cancelled() => {}
            () = tokio::time::sleep(Duration::from_secs(lease)) => {}
        }
    }
}

/// Counts a queue as heard for as long as it lives.
struct Listening<'a> {
    count: &'a AtomicUsize,
    metrics: &'a Metrics,
    queue: Queue,
}

impl<'a> Listening<'a> {
    fn begin(hands: &'a Hands, queue: Queue) -> Self {
        hands.listening.fetch_add(1, Ordering::Relaxed);
        hands.services.metrics.listening(queue.key(), true);
        Self {
            count: &hands.listening,
            metrics: &hands.services.metrics,
            queue,
        }
    }
}

impl Drop for Listening<'_> {
    fn drop(&mut self) {
        self.count.fetch_sub(1, Ordering::Relaxed);
        self.metrics.listening(self.queue.key(), false);
    }
}

/// Consumes until `stop`, then finishes what is in hand, or its time is over.
pub async fn consume_until_stopped(
    services: Services,
    broker: Broker,
    listening: Arc<AtomicUsize>,
    stop: CancellationToken,
) {
    let settings = services.settings.relay.clone();
    let hands = Hands {
        services,
        broker,
        workers: Arc::new(Semaphore::new(settings.workers)),
        in_hand: TaskTracker::new(),
        listening,
        stop,
        deaf: CancellationToken::new(),
    };
    let sessions = join_all(Queue::ALL.map(|queue| keep_listening(&hands, queue))).await;
    hands.deaf.cancel();
    hands.in_hand.close();
    let drain = Duration::from_secs(settings.drain_secs);
    let finished = tokio::time::timeout(drain, hands.in_hand.wait()).await.is_ok();
    // What was in hand is acknowledged over them.
    join_all(sessions.into_iter().flatten().map(Session::close)).await;
    if !finished {
        tracing::warn!(
            left = hands.in_hand.len(),
            "stopped with bank calls in hand; they will be asked about"
        );
    }
}

/// Listens to one queue over connections of its own, so that a queue in trouble holds up no other. Answers with the
/// connection that it had at the end.
async fn keep_listening(hands: &Hands, queue: Queue) -> Option<Session> {
    let mut pauses = Pauses::new();
    hands.services.metrics.listening(queue.key(), false);
    while !hands.stop.is_cancelled() {
        let heard = tokio::select! {
            biased;
            () = hands.stop.cancelled() => return None,
            session = hands.broker.connect(queue.key()) => match session {
                Ok(session) => hear(hands, queue, session, &mut pauses).await,
                Err(error) => Err(error),
            },
        };
        match heard {
            Ok(session) => return Some(session),
            Err(error) => {
                tracing::warn!(%error, queue = queue.key(), "not listening to RabbitMQ; trying again");
                tokio::select! {
                    () = tokio::time::sleep(pauses.next()) => {}
                    () = hands.stop.cancelled() => {}
                }
            }
        }
    }
    None
}

/// One connection, for as long as it holds. Answers with it when it is time to stop.
async fn hear(hands: &Hands, queue: Queue, session: Session, pauses: &mut Pauses) -> Result<Session, BrokerError> {
    match consume(hands, queue, &session.channel, pauses).await {
        Ok(()) => Ok(session),
        Err(error) => {
            session.close().await;
            Err(error)
        }
    }
}

async fn consume(hands: &Hands, queue: Queue, channel: &Channel, pauses: &mut Pauses) -> Result<(), BrokerError> {
    let at_once = match queue {
        Queue::Payments | Queue::Refunds => u16::try_from(hands.services.settings.relay.workers).unwrap_or(u16::MAX),
        Queue::Inquiries => INQUIRERS,
    };
    let name = hands.broker.topology.queue(queue);
    let mut deliveries = in_time("beginning to consume", listen(channel, name, at_once)).await?;
    let _listening = Listening::begin(hands, queue);
    pauses.reset();
    tracing::info!(queue = queue.key(), "listening to RabbitMQ");
    loop {
        tokio::select! {
            biased;
            () = hands.stop.cancelled() => {
                end(channel, deliveries).await;
                return Ok(());
            }
            delivery = deliveries.next() => match delivery {
                Some(Ok(delivery)) => {
                    hands.services.metrics.delivered(queue.key(), hands.services.clock.now());
                    take(hands, queue, delivery);
                }
                Some(Err(error)) => return Err(error.into()),
                None => return Err(BrokerError::ConsumerEnded),
            }
        }
    }
}

/// Has the broker send no more, and puts back what it sent meanwhile. What is in hand is acknowledged over the channel still.
async fn end(channel: &Channel, mut deliveries: Consumer) {
    let options = BasicCancelOptions {
        // We wait for the broker's word: after it nothing comes.
        nowait: false,
    };
    let ended = channel.basic_cancel(deliveries.tag(), options);
    if let Err(error) = in_time("ending to consume", async { Ok(ended.await?) }).await {
        tracing::debug!(%error, "RabbitMQ may send more; it comes again when the connection ends");
    }
    while let Some(Some(Ok(delivery))) = deliveries.next().now_or_never() {
        give_back(&delivery).await;
    }
}

async fn listen(channel: &Channel, queue: ShortString, at_once: u16) -> Result<Consumer, BrokerError> {
    // Counts for the consumers that begin after it: each may hold so many without an ack.
    channel.basic_qos(at_once, BasicQosOptions::default()).await?;
    let options = BasicConsumeOptions {
        // By us, after the work is stored.
        no_ack: false,
        // Others may consume beside us, on other connections.
        exclusive: false,
        no_local: false,
        // We wait for the broker's word that it began.
        nowait: false,
    };
    let consumer = channel.basic_consume(queue, "".into(), options, FieldTable::default());
    Ok(consumer.await?)
}

/// Hands the message to a task, or to its dead queue.
fn take(hands: &Hands, queue: Queue, delivery: Delivery) {
    let came_back = came_back(&delivery);
    let ring = match message::decode(&delivery.data) {
        Ok(_) if came_back >= DELIVERY_LIMIT => {
            tracing::error!(key = %delivery.routing_key, came_back, "a message that nobody lived to acknowledge goes to its dead queue");
            return bury(hands, delivery);
        }
        Ok(ring) => ring,
        Err(why) => {
            tracing::error!(key = %delivery.routing_key, bytes = delivery.data.len(), %why, "a message goes to its dead queue");
            return bury(hands, delivery);
        }
    };
    let (hands, in_hand) = (hands.clone(), hands.in_hand.clone());
    let work = async move {
        if came_back >= OFTEN {
            tokio::time::sleep(rand::random_range(Duration::ZERO..APART)).await;
        }
        work(&hands, ring, &delivery).await;
    };
    in_hand.spawn(work.instrument(log::work(queue.key())));
}

/// How often the message was delivered before, and not acknowledged.
fn came_back(delivery: &Delivery) -> i64 {
    let headers = delivery.properties.headers().as_ref();
    let count = headers.and_then(|headers| headers.inner().get("x-delivery-count"));
    count.and_then(as_number).unwrap_or_default()
}

/// Puts it back. The broker counts it, as it would when the connection ends.
async fn give_back(delivery: &Delivery) {
    if let Err(error) = delivery.acker.reject(BasicRejectOptions { requeue: true }).await {
        tracing::debug!(%error, "a message did not go back to RabbitMQ; it does when the connection ends");
    }
}

/// Does not put it back: it would come again for ever.
fn bury(hands: &Hands, delivery: Delivery) {
    hands.in_hand.spawn(async move {
        if let Err(error) = delivery.acker.reject(BasicRejectOptions { requeue: false }).await {
            tracing::debug!(%error, "a reject did not reach RabbitMQ; the message will come again");
        }
    });
}

async fn work(hands: &Hands, ring: Ring, delivery: &Delivery) {
    tracing::debug!(id = %ring.transfer().0.simple(), redelivered = delivery.redelivered, "a message is in hand");
    fault::point("consumer.delivered");
    if !perform(hands, ring).await {
        if hands.stop.is_cancelled() {
            // To another process, before what is in hand here is done; and not to us again.
            hands.deaf.cancelled().await;
            return give_back(delivery).await;
        }
        // Rung again, in memory, before it is acknowledged: given back, the broker would count it, and bury it one day. If the
        // process dies between the two, it comes once more and finds nothing to do; if it dies after, the queued row is found.
        tracing::info!(id = %ring.transfer().0.simple(), "the bank had no turn for a transfer; it is told of again");
        hands.services.doorbell.ring(ring);
    }
    fault::point("consumer.done");
    if let Err(error) = delivery.acker.ack(BasicAckOptions::default()).await {
        tracing::debug!(%error, "an ack did not reach RabbitMQ; the message will come again");
        return;
    }
    fault::point("consumer.acked");
    tracing::info!(redelivered = delivery.redelivered, "done and acknowledged");
    if !matches!(ring, Ring::Inquiry(_)) && hands.busy() == 0 {
        let Ok(_permit) = hands.workers.acquire().await else {
            return;
        };
        // Whoever comes meanwhile goes on, and looks itself at the end.
        let is_idle = || hands.busy() == 1;
        execute_transfer::perform_left_over(&hands.services, is_idle, hands.stop.cancelled()).await;
    }
}

/// False when it was not begun: the process stops, or the bank had no turn for as long as a message may wait.
async fn perform(hands: &Hands, ring: Ring) -> bool {
    match ring {
        Ring::Payment(transfer) | Ring::Refund(transfer) => {
            let mut over = pin!(hands.patience_ends());
            let permit = tokio::select! {
                biased;
                () = &mut over => return false,
                permit = hands.workers.acquire() => permit,
            };
            let Ok(_permit) = permit else { return false };
            match execute_transfer::perform(&hands.services, transfer, over).await {
                Rang::Over => true,
                Rang::Nothing => {
                    tracing::debug!("nothing to do: nothing waits");
                    true
                }
                Rang::NoTurn => false,
            }
        }
        Ring::Inquiry(transfer) => {
            inquire_transfer::perform(&hands.services, transfer).await;
            true
        }
    }
}
