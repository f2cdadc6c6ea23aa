//! A connection to RabbitMQ with the topology in place, and how long to wait before the next try.

use std::time::Duration;

use lapin::options::QueueDeclareOptions;
use lapin::types::{FieldTable, ShortString};
use lapin::uri::{AMQPUri, AMQPUserInfo};
use lapin::{Channel, Connection, ConnectionProperties};
use secrecy::{ExposeSecret, SecretString};
use tokio::time::timeout;

use super::dial::dial;
use super::topology::{Queue, Topology};

/// A broker that says nothing for twice as long is counted as gone, though its connection stands.
const HEARTBEAT_SECS: u16 = 10;
/// A broker that takes longer is counted as down.
const PATIENCE: Duration = Duration::from_secs(5);
const FIRST_PAUSE: Duration = Duration::from_millis(250);
/// So long at most is nobody there after the broker is back.
const LONGEST_PAUSE: Duration = Duration::from_secs(4);

/// Why the broker is of no use now.
#[derive(Debug, thiserror::Error)]
pub enum BrokerError {
    #[error("RabbitMQ: {0}")]
    Broker(#[from] lapin::Error),
    /// Without the address: it holds a password.
    #[error("`relay.amqp_url` is no address of a RabbitMQ")]
    Address,
    #[error("RabbitMQ does not answer within {PATIENCE:?}: {0}")]
    Silent(&'static str),
    #[error("RabbitMQ ended the consumer")]
    ConsumerEnded,
    #[error("RabbitMQ did not take {0} messages")]
    NotTaken(usize),
    #[error("a message cannot be written: {0}")]
    Message(#[from] serde_json::Error),
}

/// A broker, and what is ours there.
#[derive(Clone, Debug)]
pub struct Broker {
    /// `amqp://user:password@host:port/vhost`.
    address: SecretString,
    pub topology: Topology,
}

/// A connection and a channel on it. Dropping it ends both.
pub struct Session {
    pub channel: Channel,
    /// The channel lives as long as its connection does.
    connection: Connection,
}

impl Broker {
    #[must_use]
    pub const fn new(address: SecretString, namespace: String) -> Self {
        Self {
            address,
            topology: Topology::new(namespace),
        }
    }

    /// Connects and declares the topology. `what` names the connection in the broker's own list.
    ///
    /// # Errors
    /// When the broker refuses, or does not answer in time.
    pub async fn connect(&self, what: &str) -> Result<Session, BrokerError> {
        let session = self.open(what).await?;
        in_time("declaring the topology", async {
            Ok(self.topology.declare(&session.channel).await?)
        })
        .await?;
        Ok(session)
    }

    /// Who we are there; RabbitMQ's own `guest` where the address says nothing.
    ///
    /// # Errors
    /// When the address is none.
    pub fn credentials(&self) -> Result<AMQPUserInfo, BrokerError> {
        Ok(self.uri()?.authority.userinfo)
    }

    fn uri(&self) -> Result<AMQPUri, BrokerError> {
        self.address.expose_secret().parse().map_err(|_| BrokerError::Address)
    }

    /// A connection with nothing declared.
    pub(super) async fn open(&self, what: &str) -> Result<Session, BrokerError> {
        let name = format!("naru {what}");
        let properties = ConnectionProperties::default().with_connection_name(name.into());
        let mut uri = self.uri()?;
        uri.query.heartbeat.get_or_insert(HEARTBEAT_SECS);
        let connection = in_time("connecting", async { Ok(dial(uri, properties).await?) }).await?;
        let channel = in_time("opening a channel", async { Ok(connection.create_channel().await?) }).await?;
        Ok(Session { channel, connection })
    }

    /// How many messages wait in each queue of transfers and inquiries.
    ///
    /// # Errors
    /// As [`Self::connect`].
    pub async fn waiting(&self) -> Result<[(Queue, u32); 3], BrokerError> {
        let session = self.open("sweeper").await?;
        let mut waiting = Queue::ALL.map(|queue| (queue, 0));
        for (queue, messages) in &mut waiting {
            *messages = session.count(self.topology.queue(*queue)).await?;
        }
        session.close().await;
        Ok(waiting)
    }
}

impl Session {
    /// How many messages wait in a queue.
    ///
    /// # Errors
    /// When it is not there, or the broker does not answer in time.
    pub async fn count(&self, queue: ShortString) -> Result<u32, BrokerError> {
        let options = QueueDeclareOptions {
            passive: true,
            ..QueueDeclareOptions::default()
        };
        let declared = self.channel.queue_declare(queue, options, FieldTable::default());
        Ok(in_time("counting", async { Ok(declared.await?) })
            .await?
            .message_count())
    }

    /// Says good-bye, so that the broker logs no lost client. A broker that is gone needs none.
    pub async fn close(self) {
        let closing = self.connection.close(200, "done".into());
        if let Ok(Err(error)) = timeout(PATIENCE, closing).await {
            tracing::debug!(%error, "the connection to RabbitMQ was gone already");
        }
    }
}

/// The answer of the broker, or that there was none in time.
///
/// # Errors
/// The work's own, or `Silent`.
pub async fn in_time<T>(
    what: &'static str,
    work: impl Future<Output = Result<T, BrokerError>>,
) -> Result<T, BrokerError> {
    timeout(PATIENCE, work).await.unwrap_or(Err(BrokerError::Silent(what)))
}

/// The pauses between tries: each twice as long, up to a limit, with a random part so that many processes do not come
/// back at one moment.
pub struct Pauses(Duration);

impl Pauses {
    #[must_use]
    pub const fn new() -> Self {
        Self(FIRST_PAUSE)
    }

    /// The next pause.
    pub fn next(&mut self) -> Duration {
        let pause = self.0;
        self.0 = (pause * 2).min(LONGEST_PAUSE);
        pause.mul_f64(rand::random_range(0.5..=1.0))
    }

    /// It went well: the next trouble begins with a short pause.
    pub const fn reset(&mut self) {
        self.0 = FIRST_PAUSE;
    }
}

#[cfg(test)]
mod tests {
    use super::{LONGEST_PAUSE, Pauses};

    #[test]
    fn pauses_grow_to_a_limit_and_begin_again() {
        let mut pauses = Pauses::new();
        let first = pauses.next();
        let many: Vec<_> = (0..20).map(|_| pauses.next()).collect();
        assert!(many.iter().all(|pause| *pause <= LONGEST_PAUSE));
        assert!(many.last().unwrap() >= &(LONGEST_PAUSE / 2) && first <= LONGEST_PAUSE / 8);
        pauses.reset();
        assert!(pauses.next() <= LONGEST_PAUSE / 8);
    }
}
