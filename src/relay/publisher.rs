//! Passes the rings of this process on to RabbitMQ: many in flight, each confirmed, and then marked on its row.
//!
//! If the process dies …
//! - before the broker took the message: the row is not marked, and a sweeper rings for it again;
//! - after it, before the mark: the same, and the second message finds nothing to do;
//! - after the mark: the message lies at the broker, on disk.
//!
//! A ring that cannot be passed on is dropped: the row is the job, and stays unmarked.

use futures::future::join_all;
use lapin::options::{BasicPublishOptions, ConfirmSelectOptions};
use lapin::{BasicProperties, Channel, PublisherConfirm};
use tokio_util::sync::CancellationToken;

use super::broker::{Broker, BrokerError, Pauses, Session, in_time};
use super::doorbell::{Ear, Rung};
use super::topology::{Queue, Topology};
use super::{Ring, message, rung};
use crate::fault;
use crate::log;
use crate::models::kinds::TransferKind;
use crate::services::Services;

/// Messages in flight before their confirms are awaited.
const BATCH: usize = 256;
/// Written to disk by the broker.
const PERSISTENT: u8 = 2;

/// Publishes until `stop`, then what waits still.
pub async fn publish_until_stopped(services: Services, broker: Broker, mut ear: Ear, stop: CancellationToken) {
    let mut pauses = Pauses::new();
    let mut session: Option<Session> = None;
    loop {
        let rungs = tokio::select! {
            biased;
            rungs = ear.hear_many(BATCH) => rungs,
            () = stop.cancelled() => break,
        };
        if rungs.is_empty() {
            break;
        }
        match pass_on(&services, &broker, &mut session, &rungs).await {
            Ok(()) => pauses.reset(),
            Err(error) => {
                if let Some(broken) = session.take() {
                    broken.close().await;
                }
                tracing::warn!(%error, rings = rungs.len(), "rings could not be passed on; the sweeper will repeat them");
                tokio::select! {
                    () = tokio::time::sleep(pauses.next()) => {}
                    () = stop.cancelled() => break,
                }
            }
        }
    }
    if let Some(session) = session {
        session.close().await;
    }
}

async fn pass_on(
    services: &Services,
    broker: &Broker,
    session: &mut Option<Session>,
    rungs: &[Rung],
) -> Result<(), BrokerError> {
    let current = match session {
        Some(current) => current,
        None => match connect(broker, "publisher").await {
            Ok(made) => session.insert(made),
            Err(error) => {
                services.metrics.published(0, rungs.len());
                return Err(error);
            }
        },
    };
    let rings: Vec<Ring> = rungs.iter().map(|rung| rung.ring).collect();
    fault::point("publisher.before_publish");
    let published = publish(&current.channel, &broker.topology, &rings).await;
    let taken = published.as_ref().map_or(0, Vec::len);
    let not_taken = rings.len() - taken;
    services.metrics.published(taken, not_taken);
    let taken = published?;
    fault::point("publisher.confirmed");
    rung::mark(services, &taken).await;
    fault::point("publisher.marked");
    for rung in rungs.iter().filter(|rung| taken.contains(&rung.ring)) {
        tell(rung);
    }
    if not_taken > 0 {
        return Err(BrokerError::NotTaken(not_taken));
    }
    Ok(())
}

/// A line for each transfer; an inquiry has its lines where it is made.
fn tell(rung: &Rung) {
    let kind = match rung.ring {
        Ring::Payment(_) => TransferKind::Payment,
        Ring::Refund(_) => TransferKind::Refund,
        Ring::Inquiry(_) => return,
    };
    let transfer = log::shown(kind, rung.ring.transfer());
    let request_id = rung.request_id.as_ref().map(tracing::field::display);
    tracing::info!(transfer, request_id, "told RabbitMQ");
}

/// A connection over which messages are confirmed; `what` names it in the broker's own list.
///
/// # Errors
/// When the broker refuses, or does not answer in time.
pub async fn connect(broker: &Broker, what: &str) -> Result<Session, BrokerError> {
    let session = broker.connect(what).await?;
    let confirms = session.channel.confirm_select(ConfirmSelectOptions::default());
    in_time("asking for confirms", async { Ok(confirms.await?) }).await?;
    Ok(session)
}

/// Sends all, then awaits all confirms; answers with the rings that the broker took and could route.
///
/// # Errors
/// When the broker refuses, or does not answer in time: then any of them may have been taken.
pub async fn publish(channel: &Channel, topology: &Topology, rings: &[Ring]) -> Result<Vec<Ring>, BrokerError> {
    in_time("confirming messages", async {
        let mut confirms: Vec<PublisherConfirm> = Vec::with_capacity(rings.len());
        for ring in rings {
            confirms.push(send(channel, topology, *ring).await?);
        }
        fault::point("publisher.sent");
        let mut taken = Vec::with_capacity(rings.len());
        for (ring, confirmed) in rings.iter().zip(join_all(confirms).await) {
            let confirmed = confirmed?;
            // A message that no queue takes is confirmed as well, and returned.
            if confirmed.is_ack() && confirmed.take_message().is_none() {
                taken.push(*ring);
            }
        }
        Ok(taken)
    })
    .await
}

async fn send(channel: &Channel, topology: &Topology, ring: Ring) -> Result<PublisherConfirm, BrokerError> {
    let options = BasicPublishOptions {
        // Returned instead of silently dropped where no queue is bound.
        mandatory: true,
        ..BasicPublishOptions::default()
    };
    let properties = BasicProperties::default()
        .with_delivery_mode(PERSISTENT)
        .with_content_type("application/json".into());
    let body = message::encode(ring)?;
    let key = Queue::of(ring).key().into();
    let publishing = channel.basic_publish(topology.exchange(), key, options, &body, properties);
    Ok(publishing.await?)
}
