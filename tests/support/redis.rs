//! A Redis of a test's own, which can be killed and frozen.

use redis::aio::MultiplexedConnection;
use redis::{Client, FromRedisValue};
use serde_json::{Value, json};

use super::servers::PrivateServers;

const NAMESPACE: &str = "naru";

pub struct PrivateRedis {
    servers: PrivateServers,
    pub address: String,
}

impl PrivateRedis {
    pub async fn start() -> Self {
        let servers = PrivateServers::start(&["redis"]).await;
        let address = servers.variable("REDIS_URL");
        Self { servers, address }
    }

    /// Starts it again; what it knew is gone.
    pub async fn restart(&self) {
        self.servers.restart(&["redis"]).await;
    }

    pub fn kill(&self) {
        self.servers.kill("redis");
    }

    /// It goes on taking connections, and answers nothing.
    pub fn freeze(&self) {
        self.servers.freeze("redis");
    }

    pub fn thaw(&self) {
        self.servers.thaw("redis");
    }

    /// The settings of an app that uses it.
    pub fn settings(&self) -> Value {
        json!({ "cache": { "redis_url": self.address, "namespace": NAMESPACE } })
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
        let client = Client::open(self.address.as_str()).expect("an address");
        client.get_multiplexed_async_connection().await.expect("it answers")
    }
}
