//! Hears RabbitMQ: a bounded number of transfers and inquiries in hand, each message acknowledged after its work is
//! stored, a connection that comes back by itself.
//!
//! If the process dies with a message in hand the broker delivers it again, here or elsewhere: whoever gets it finds the
//! row claimed, and has nothing to do.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures::stream::{SelectAll, StreamExt};
use lapin::message::Delivery;
use lapin::options::{BasicAckOptions, BasicConsumeOptions, BasicQosOptions, BasicRejectOptions};
use lapin::types::{FieldTable, ShortString};
use lapin::{Channel, Consumer};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::broker::{Broker, BrokerError, Pauses, Session, in_time};
use super::topology::Queue;
use super::{Ring, message};
use crate::services::Services;
use crate::workers::{execute_transfer, inquire_transfer};

/// Inquiries in hand at the same time: they must not keep the bank busy while payments wait.
const INQUIRERS: u16 = 8;

/// What the tasks of a consumer share.
#[derive(Clone)]
struct Hands {
    services: Services,
    /// Transfers of both queues together.
    workers: Arc<Semaphore>,
    in_hand: TaskTracker,
    stop: CancellationToken,
}

/// Consumes until `stop`, then finishes what is in hand, or its time is over. `listening` tells whether it does.
pub async fn consume_until_stopped(
    services: Services,
    broker: Broker,
    stop: CancellationToken,
    listening: Arc<AtomicBool>,
) {
    let settings = services.settings.relay.clone();
    let hands = Hands {
        services,
        workers: Arc::new(Semaphore::new(settings.workers)),
        in_hand: TaskTracker::new(),
        stop: stop.clone(),
    };
    let prefetch = u16::try_from(settings.workers).unwrap_or(u16::MAX);
    let mut pauses = Pauses::new();
    let mut last_session = None;
    while !stop.is_cancelled() {
        let consumed = consume(&broker, &hands, prefetch, || {
            listening.store(true, Ordering::Relaxed);
            pauses.reset();
        });
        match consumed.await {
            Ok(session) => last_session = Some(session),
            Err(error) => {
                listening.store(false, Ordering::Relaxed);
                tracing::warn!(%error, "not listening to RabbitMQ; trying again");
                tokio::select! {
                    () = tokio::time::sleep(pauses.next()) => {}
                    () = stop.cancelled() => {}
                }
            }
        }
    }
    hands.in_hand.close();
    let drain = Duration::from_secs(settings.drain_secs);
    let finished = tokio::time::timeout(drain, hands.in_hand.wait()).await.is_ok();
    // What was in hand is acknowledged over it.
    if let Some(session) = last_session {
        session.close().await;
    }
    if !finished {
        tracing::warn!(
            left = hands.in_hand.len(),
            "stopped with bank calls in hand; they will be asked about"
        );
    }
}

/// One connection, for as long as it holds. Answers with it when it is time to stop.
async fn consume(broker: &Broker, hands: &Hands, prefetch: u16, begun: impl FnOnce()) -> Result<Session, BrokerError> {
    let session = broker.connect("consumer").await?;
    let mut deliveries = SelectAll::new();
    for queue in Queue::ALL {
        let at_once = if queue == Queue::Inquiries { INQUIRERS } else { prefetch };
        let name = broker.topology.queue(queue);
        deliveries.push(in_time(listen(&session.channel, name, at_once)).await?);
    }
    begun();
    tracing::info!("listening to RabbitMQ");
    loop {
        tokio::select! {
            biased;
            () = hands.stop.cancelled() => return Ok(session),
            delivery = deliveries.next() => match delivery {
                Some(Ok(delivery)) => take(hands, delivery),
                Some(Err(error)) => return Err(error.into()),
                None => return Err(BrokerError::ConsumerEnded),
            }
        }
    }
}

async fn listen(channel: &Channel, queue: ShortString, at_once: u16) -> Result<Consumer, BrokerError> {
    // Counts for the consumers that begin after it: each may hold so many without an ack.
    channel.basic_qos(at_once, BasicQosOptions::default()).await?;
    let options = BasicConsumeOptions::default();
    let consumer = channel.basic_consume(queue, "".into(), options, FieldTable::default());
    Ok(consumer.await?)
}

fn take(hands: &Hands, delivery: Delivery) {
    match message::decode(&delivery.data) {
        Ok(ring) => {
            let hands = hands.clone();
            hands.in_hand.clone().spawn(async move {
                // What was not begun goes back to the queue when the connection ends.
                if !perform(&hands, ring).await {
                    return;
                }
                if let Err(error) = delivery.acker.ack(BasicAckOptions::default()).await {
                    tracing::debug!(%error, "an ack did not reach RabbitMQ; the message will come again");
                }
            });
        }
        Err(why) => {
            tracing::error!(key = %delivery.routing_key, bytes = delivery.data.len(), %why, "a message goes to its dead queue");
            hands.in_hand.spawn(async move {
                // Not put back: it would come again for ever.
                if let Err(error) = delivery.acker.reject(BasicRejectOptions { requeue: false }).await {
                    tracing::debug!(%error, "a reject did not reach RabbitMQ; the message will come again");
                }
            });
        }
    }
}

/// False when it was not begun, for the process stops.
async fn perform(hands: &Hands, ring: Ring) -> bool {
    match ring {
        Ring::Payment(transfer) | Ring::Refund(transfer) => {
            let Ok(_permit) = hands.workers.acquire().await else {
                return false;
            };
            execute_transfer::perform(&hands.services, transfer, &hands.stop).await
        }
        Ring::Inquiry(transfer) => {
            inquire_transfer::perform(&hands.services, transfer).await;
            true
        }
    }
}
