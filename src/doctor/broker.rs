//! RabbitMQ: whether it answers, what is ours there, and what nobody understood.

use super::Patient;
use super::finding::Finding;
use crate::relay::{BrokerError, Queues};

/// Far more than a database that answers needs.
const STORED_WITHIN_SECS: i64 = 60;

pub(super) async fn examine(patient: &Patient) -> Vec<Finding> {
    let Some(broker) = patient.settings.relay.broker() else {
        return vec![Finding::ok("rabbitmq", "doctor-rabbitmq-none")];
    };
    match broker.examine().await {
        Ok(queues) => vec![topology(&queues), dead(&queues), patience(patient)],
        Err(error) => {
            let key = match &error {
                BrokerError::Broker(error) if is_conflict(error) => "doctor-rabbitmq-options",
                _ => "doctor-rabbitmq-silent",
            };
            vec![Finding::fail("rabbitmq", key).with("why", error)]
        }
    }
}

fn topology(queues: &Queues) -> Finding {
    if queues.missing.is_empty() {
        Finding::ok("rabbitmq", "doctor-rabbitmq-ok").with("waiting", queues.waiting)
    } else {
        Finding::warn("rabbitmq", "doctor-rabbitmq-missing").with("queues", queues.missing.join(", "))
    }
}

fn dead(queues: &Queues) -> Finding {
    if queues.dead == 0 {
        Finding::ok("rabbitmq", "doctor-rabbitmq-no-dead")
    } else {
        Finding::warn("rabbitmq", "doctor-rabbitmq-dead").with("dead", queues.dead)
    }
}

/// A broker tells its `consumer_timeout` to its own tools alone. A message is held for a lease until the bank has a turn for
/// it, for one of the call, and until its result is stored.
fn patience(patient: &Patient) -> Finding {
    let held = patient.settings.relay.claim_lease_secs * 2 + STORED_WITHIN_SECS;
    Finding::ok("rabbitmq", "doctor-rabbitmq-patience").with("seconds", held)
}

/// Something of the same name has other options.
fn is_conflict(error: &lapin::Error) -> bool {
    use lapin::ErrorKind;
    use lapin::protocol::{AMQPErrorKind, AMQPSoftError};
    let ErrorKind::ProtocolError(error) = error.kind() else {
        return false;
    };
    matches!(error.kind(), AMQPErrorKind::Soft(AMQPSoftError::PRECONDITIONFAILED))
}
