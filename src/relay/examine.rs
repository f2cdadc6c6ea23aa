//! What is ours at RabbitMQ, looked at without changing anything.

use lapin::options::QueueDeclareOptions;
use lapin::protocol::{AMQPErrorKind, AMQPSoftError};
use lapin::types::{FieldTable, ShortString};
use lapin::{Channel, ErrorKind};

use super::broker::{Broker, BrokerError, in_time};
use super::topology::Queue;

/// The queues as they are.
#[derive(Debug, Default)]
pub struct Queues {
    /// The names of those that are not there.
    pub missing: Vec<String>,
    /// Messages for workers.
    pub waiting: u64,
    /// Messages for a person.
    pub dead: u64,
}

impl Broker {
    /// Counts, and where nothing is missing compares the options.
    ///
    /// # Errors
    /// When the broker does not answer, or something of ours has other options there.
    pub async fn examine(&self) -> Result<Queues, BrokerError> {
        let mut queues = Queues::default();
        for queue in Queue::ALL {
            match self.count(self.topology.queue(queue)).await? {
                Some(count) => queues.waiting += count,
                None => queues.missing.push(self.topology.queue(queue).to_string()),
            }
            match self.count(self.topology.dead_queue(queue)).await? {
                Some(count) => queues.dead += count,
                None => queues.missing.push(self.topology.dead_queue(queue).to_string()),
            }
        }
        if queues.missing.is_empty() {
            // What is there stays; what differs is refused.
            self.connect("doctor").await?.close().await;
        }
        Ok(queues)
    }

    /// Over a connection of its own, for a missing queue ends the channel.
    async fn count(&self, queue: ShortString) -> Result<Option<u64>, BrokerError> {
        let session = self.open("doctor").await?;
        let counted = in_time("counting", messages(&session.channel, queue)).await;
        session.close().await;
        match counted {
            Err(BrokerError::Broker(error)) if is_missing(&error) => Ok(None),
            counted => counted.map(Some),
        }
    }
}

async fn messages(channel: &Channel, queue: ShortString) -> Result<u64, BrokerError> {
    let options = QueueDeclareOptions {
        passive: true,
        ..QueueDeclareOptions::default()
    };
    let declared = channel.queue_declare(queue, options, FieldTable::default()).await?;
    Ok(u64::from(declared.message_count()))
}

fn is_missing(error: &lapin::Error) -> bool {
    let ErrorKind::ProtocolError(error) = error.kind() else {
        return false;
    };
    matches!(error.kind(), AMQPErrorKind::Soft(AMQPSoftError::NOTFOUND))
}
