//! Those who tell: a lane for each endpoint that has something due, so that one which hangs or fails holds up no other.
//!
//! A lane holds a few deliveries at a time and reads the next ones from the database, so memory is the same whatever
//! waits there. Several processes may have a lane for one endpoint: each delivery is claimed by one of them.

use std::collections::HashSet;
use std::time::Duration;

use futures::StreamExt;
use futures::stream::FuturesUnordered;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter};
use tokio::task::JoinSet;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use super::{deliver, due, schedule, sequence};
use crate::ids::{DeliveryId, EndpointId, Prefix};
use crate::models::webhook_endpoints::{self, Column};
use crate::services::Services;

/// Gives events their places and tells partners of them until `stop`, then finishes what is in hand, or its time is over.
pub async fn send_until_stopped(services: Services, stop: CancellationToken) {
    tokio::join!(
        sequence_until_stopped(&services, &stop),
        tell_until_stopped(&services, &stop),
    );
}

fn sweeps(services: &Services) -> tokio::time::Interval {
    let mut tick = tokio::time::interval(Duration::from_millis(services.settings.relay.sweep_every_ms));
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    tick
}

async fn sequence_until_stopped(services: &Services, stop: &CancellationToken) {
    let mut tick = sweeps(services);
    loop {
        tokio::select! {
            biased;
            () = stop.cancelled() => return,
            () = services.webhooks.news.notified() => {}
            _ = tick.tick() => {}
        }
        match sequence::sequence(services).await {
            Ok(0) => {}
            Ok(_) => services.webhooks.wake_lanes(),
            // The next sweep tries again.
            Err(error) => tracing::warn!(%error, "events cannot be given their places"),
        }
    }
}

async fn tell_until_stopped(services: &Services, stop: &CancellationToken) {
    let mut tick = sweeps(services);
    let mut lanes = JoinSet::new();
    let mut in_hand = HashSet::new();
    loop {
        tokio::select! {
            biased;
            () = stop.cancelled() => break,
            Some(ended) = lanes.join_next() => {
                // A lane that panicked is not known by name: all are looked for again, and its claims have leases.
                match ended {
                    Ok(endpoint) => drop(in_hand.remove(&endpoint)),
                    Err(error) => tracing::error!(%error, "a lane ended by itself"),
                }
                // What is due is looked at by the next sweep: a lane ends when it found nothing.
                continue;
            }
            () = services.webhooks.due.notified() => {}
            _ = tick.tick() => {}
        }
        if lanes.is_empty() {
            in_hand.clear();
        }
        let free = services.settings.webhooks.lanes.saturating_sub(in_hand.len());
        match due::endpoints(services, &in_hand, free).await {
            Ok(endpoints) => {
                for endpoint in endpoints {
                    in_hand.insert(endpoint);
                    lanes.spawn(run(services.clone(), endpoint, stop.clone()));
                }
            }
            Err(error) => tracing::warn!(%error, "what is due to be told cannot be read"),
        }
    }
    let drain = Duration::from_secs(services.settings.relay.drain_secs);
    let ended = async { while lanes.join_next().await.is_some() {} };
    if tokio::time::timeout(drain, ended).await.is_err() {
        tracing::warn!("stopped with attempts at endpoints in hand; they will be made again");
    }
}

/// Attempts what is due at one endpoint until nothing is, or `stop`.
async fn run(services: Services, endpoint: EndpointId, stop: CancellationToken) -> EndpointId {
    let mut attempts = FuturesUnordered::new();
    let mut in_hand: HashSet<DeliveryId> = HashSet::new();
    let sweep = Duration::from_millis(services.settings.relay.sweep_every_ms);
    loop {
        if !stop.is_cancelled() {
            match take(&services, endpoint, &in_hand).await {
                Ok(taken) => {
                    for (endpoint, delivery) in taken {
                        let (services, id) = (services.clone(), delivery.id);
                        in_hand.insert(id);
                        attempts.push(async move {
                            if let Err(error) = deliver::attempt(&services, &endpoint, delivery).await {
                                let delivery = Prefix::Delivery.show(id.0);
                                tracing::warn!(delivery, %error, "an attempt could not be made or kept; its lease ends it");
                            }
                            id
                        });
                    }
                }
                Err(error) => tracing::warn!(%error, "what is due at an endpoint cannot be read"),
            }
        }
        tokio::select! {
            biased;
            ended = attempts.next() => match ended {
                Some(ended) => drop(in_hand.remove(&ended)),
                None => return endpoint,
            },
            // One that hangs keeps what came meanwhile from none of the lane's other places.
            () = tokio::time::sleep(sweep) => {}
        }
    }
}

type Taken = Vec<(webhook_endpoints::Model, crate::models::webhook_deliveries::Model)>;

/// As many as the lane has room for: one at a time where the endpoint fails again and again.
async fn take(services: &Services, id: EndpointId, in_hand: &HashSet<DeliveryId>) -> Result<Taken, DbErr> {
    let Some(endpoint) = due::endpoint(services, id).await? else {
        return Ok(Vec::new());
    };
    let is_failing = endpoint.failures >= schedule::FAILING_FROM;
    let most = if is_failing {
        1
    } else {
        services.settings.webhooks.concurrency
    };
    let room = most.saturating_sub(in_hand.len());
    if room == 0 {
        return Ok(Vec::new());
    }
    let due = due::deliveries(services, id, in_hand, room).await?;
    if is_failing && !due.is_empty() && !is_ours_to_probe(services, &endpoint).await? {
        return Ok(Vec::new());
    }
    Ok(due.into_iter().map(|delivery| (endpoint.clone(), delivery)).collect())
}

/// Of all processes one probes a failing endpoint: whoever sets the end of its backoff beyond the attempt.
async fn is_ours_to_probe(services: &Services, known: &webhook_endpoints::Model) -> Result<bool, DbErr> {
    let until = services.clock.now() + services.settings.webhooks.lease();
    let (id, failures, left_alone) = (known.id, known.failures, known.backoff_until);
    let probe = services.db.write(move |tx| {
        Box::pin(async move {
            let as_known = match left_alone {
                Some(until) => Column::BackoffUntil.eq(until),
                None => Column::BackoffUntil.is_null(),
            };
            let taken = webhook_endpoints::Entity::update_many()
                .col_expr(Column::BackoffUntil, Expr::value(until))
                .filter(Column::Id.eq(id))
                .filter(Column::Failures.eq(failures))
                .filter(as_known)
                .exec(tx)
                .await?;
            Ok::<_, DbErr>(taken.rows_affected == 1)
        })
    });
    probe.await
}
