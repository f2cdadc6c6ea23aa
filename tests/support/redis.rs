//! A Redis of a test's own, which can be killed and frozen.

use redis::aio::MultiplexedConnection;
use redis::{Client, FromRedisValue};
use serde_json::{Value, json};

use super::server::PrivateServer;

const NAMESPACE: &str = "naru";

pub struct PrivateRedis(pub PrivateServer);

impl PrivateRedis {
    pub async fn start() -> Self {
        Self(PrivateServer::start("redis", "REDIS_URL").await)
    }

    /// The settings of an app that uses it.
    pub fn settings(&self) -> Value {
        json!({ "cache": { "redis_url": self.0.address, "namespace": NAMESPACE } })
    }

    /// Says a command, its words apart by a space; a key of ours begins with `@`.
    pub async fn say<T: FromRedisValue>(&self, command: &str) -> T {
        let mut words = command.split(' ');
        let mut command = redis::cmd(words.next().expect("a command"));
        for word in words {
            match word.strip_prefix('@') {
                Some(key) => command.arg(format!("{NAMESPACE}:{key}")),
                None => command.arg(word),
            };
        }
        let mut connection = self.connection().await;
        command.query_async(&mut connection).await.expect("it is done")
    }

    async fn connection(&self) -> MultiplexedConnection {
        let client = Client::open(self.0.address.as_str()).expect("an address");
        client.get_multiplexed_async_connection().await.expect("it answers")
    }
}
