//! Hears a channel of Redis for as long as somebody wants it, over connections that come back by themselves.

use std::time::Duration;

use futures::StreamExt;
use redis::{Client, RedisError};
use tokio::time::timeout;

use super::link::{Miss, PATIENCE, Pauses};

/// A connection that brings nothing may be dead: so often it is asked.
const ASKED_EVERY: Duration = Duration::from_secs(5);

/// What a channel brings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// From here on all is heard; what was said before may be missed.
    Began,
    Said(String),
    /// From here on nothing is heard, until it begins again.
    Lost,
}

pub struct Subscriber {
    client: Client,
    channel: String,
}

impl Subscriber {
    pub(super) const fn new(client: Client, channel: String) -> Self {
        Self { client, channel }
    }

    /// Never ends; it is dropped.
    pub async fn listen(self, mut hear: impl FnMut(Heard)) {
        let mut pauses = Pauses::default();
        loop {
            let Err(error) = self.hear_one_connection(&mut hear, &mut pauses).await;
            hear(Heard::Lost);
            tracing::warn!(%error, "not hearing what other processes tell over Redis; trying again");
            tokio::time::sleep(pauses.next()).await;
        }
    }

    /// For as long as the connection holds.
    async fn hear_one_connection(
        &self,
        hear: &mut impl FnMut(Heard),
        pauses: &mut Pauses,
    ) -> Result<std::convert::Infallible, Miss> {
        let subscribing = async {
            let mut connection = self.client.get_async_pubsub().await?;
            connection.subscribe(&self.channel).await?;
            Ok::<_, RedisError>(connection.split())
        };
        let (mut asking, mut messages) = in_time(subscribing).await?;
        *pauses = Pauses::default();
        hear(Heard::Began);
        loop {
            match timeout(ASKED_EVERY, messages.next()).await {
                Ok(Some(message)) => match message.get_payload() {
                    Ok(text) => hear(Heard::Said(text)),
                    Err(error) => tracing::warn!(%error, "a message over Redis is no text"),
                },
                Ok(None) => return Err(Miss::Down),
                Err(_nothing_came) => in_time(asking.ping()).await?,
            }
        }
    }
}

async fn in_time<T>(work: impl Future<Output = Result<T, RedisError>>) -> Result<T, Miss> {
    match timeout(PATIENCE, work).await {
        Ok(answer) => Ok(answer?),
        Err(_) => Err(Miss::Slow(PATIENCE)),
    }
}
