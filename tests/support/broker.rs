//! A RabbitMQ of a test's own, which can be killed.

use lapin::options::{
    BasicGetOptions, BasicPublishOptions, ConfirmSelectOptions, QueueDeclareOptions, QueueDeleteOptions,
};
use lapin::types::FieldTable;
use lapin::{BasicProperties, Channel, Connection, ConnectionProperties};
use serde_json::{Value, json};

use super::server::PrivateServer;

/// The first part of the names of exchanges and queues.
const NAMESPACE: &str = "naru";

pub struct PrivateBroker(PrivateServer);

impl PrivateBroker {
    pub async fn start() -> Self {
        Self(PrivateServer::start("rabbitmq", "AMQP_URL").await)
    }

    /// The settings of an app that uses it.
    pub fn settings(&self) -> Value {
        json!({ "relay": { "amqp_url": self.0.address, "amqp_namespace": NAMESPACE } })
    }

    /// Starts it again, with what it had on disk.
    pub async fn restart(&self) {
        self.0.restart().await;
    }

    /// Has it write to disk what exists there. It does so by itself within moments, and forgets a part of it when it is
    /// killed before that.
    pub fn remember(&self) {
        let run = self
            .0
            .services(&["rabbitmqctl", "eval", "mnesia:sync_log(), mnesia:dump_log()."]);
        assert!(run.status.success(), "{run:?}");
    }

    /// SIGKILL, with everything that it started.
    pub fn kill(&self) {
        self.0.kill();
    }

    /// Publishes a body that nobody of ours wrote.
    pub async fn publish(&self, key: &str, body: &[u8]) {
        let channel = self.channel().await;
        channel
            .confirm_select(ConfirmSelectOptions::default())
            .await
            .expect("confirms");
        let (options, properties) = (BasicPublishOptions::default(), BasicProperties::default());
        let publishing = channel.basic_publish(NAMESPACE.into(), key.into(), options, body, properties);
        assert!(publishing.await.expect("sent").await.expect("confirmed").is_ack());
    }

    pub async fn delete_queue(&self, queue: &str) {
        let name = format!("{NAMESPACE}.{queue}");
        let deleting = self
            .channel()
            .await
            .queue_delete(name.into(), QueueDeleteOptions::default())
            .await;
        deleting.expect("deleted");
    }

    pub async fn waiting(&self, queue: &str) -> u32 {
        let options = QueueDeclareOptions {
            passive: true,
            ..QueueDeclareOptions::default()
        };
        let name = format!("{NAMESPACE}.{queue}");
        let declared = self
            .channel()
            .await
            .queue_declare(name.into(), options, FieldTable::default())
            .await;
        declared.expect("the queue is there").message_count()
    }

    /// Takes one message from a queue.
    pub async fn take(&self, queue: &str) -> Option<Vec<u8>> {
        let name = format!("{NAMESPACE}.{queue}");
        let got = self
            .channel()
            .await
            .basic_get(name.into(), BasicGetOptions { no_ack: true })
            .await;
        got.expect("the queue is there").map(|message| message.delivery.data)
    }

    async fn channel(&self) -> Channel {
        let connection = Connection::connect(&self.0.address, ConnectionProperties::default()).await;
        connection
            .expect("it answers")
            .create_channel()
            .await
            .expect("a channel")
    }
}
