//! A RabbitMQ of a test's own, which can be killed: `scripts/services` in a folder of its own.

use lapin::message::Delivery;
use lapin::options::{
    BasicGetOptions, BasicPublishOptions, ConfirmSelectOptions, QueueDeclareOptions, QueueDeleteOptions,
};
use lapin::types::FieldTable;
use lapin::{BasicProperties, Channel, Connection, ConnectionProperties};
use serde_json::{Value, json};

use super::servers::PrivateServers;

/// The first part of the names of exchanges and queues.
const NAMESPACE: &str = "naru";

pub struct PrivateBroker {
    servers: PrivateServers,
    address: String,
}

impl PrivateBroker {
    pub async fn start() -> Self {
        let servers = PrivateServers::start(&["rabbitmq"]).await;
        let address = servers.variable("AMQP_URL");
        Self { servers, address }
    }

    pub fn address(&self) -> &str {
        &self.address
    }

    /// The settings of an app that uses it.
    pub fn settings(&self) -> Value {
        json!({ "relay": { "amqp_url": self.address, "amqp_namespace": NAMESPACE } })
    }

    /// The environment of a program that uses it.
    pub fn environment(&self) -> [(&'static str, &str); 2] {
        [("AMQP_URL", &self.address), ("AMQP_NAMESPACE", NAMESPACE)]
    }

    /// Asks it for a list, or changes it: `scripts/services rabbitmqctl …`.
    pub fn ctl(&self, arguments: &[&str]) -> String {
        self.servers.rabbitmqctl_now(arguments)
    }

    /// Starts it again, with what it had on disk.
    pub async fn restart(&self) {
        self.servers.restart(&["rabbitmq"]).await;
    }

    /// Has it write to disk what exists there. It does so by itself within moments, and forgets a part of it when it is
    /// killed before that.
    pub fn remember(&self) {
        self.ctl(&[
            "eval",
            "[dets:sync(Table) || Table <- dets:all()], mnesia:sync_log(), mnesia:dump_log().",
        ]);
    }

    pub fn kill(&self) {
        self.servers.kill("rabbitmq");
    }

    pub fn freeze(&self) {
        self.servers.freeze("rabbitmq");
    }

    pub fn thaw(&self) {
        self.servers.thaw("rabbitmq");
    }

    /// Publishes a body that nobody of ours wrote.
    pub async fn publish(&self, key: &str, body: &[u8]) {
        self.publish_all(key, [body].into_iter()).await;
    }

    /// Puts a body into the dead queue of a key, as no worker of ours does.
    pub async fn publish_dead(&self, key: &str, body: &[u8]) {
        self.publish_to(&format!("{NAMESPACE}.dead"), key, [body].into_iter())
            .await;
    }

    /// As [`Self::publish`], over one connection.
    pub async fn publish_all<'a>(&self, key: &str, bodies: impl Iterator<Item = &'a [u8]>) {
        self.publish_to(NAMESPACE, key, bodies).await;
    }

    async fn publish_to<'a>(&self, exchange: &str, key: &str, bodies: impl Iterator<Item = &'a [u8]>) {
        let channel = self.channel().await;
        channel
            .confirm_select(ConfirmSelectOptions::default())
            .await
            .expect("confirms");
        for body in bodies {
            let (options, properties) = (BasicPublishOptions::default(), BasicProperties::default());
            let publishing = channel.basic_publish(exchange.into(), key.into(), options, body, properties);
            assert!(publishing.await.expect("sent").await.expect("confirmed").is_ack());
        }
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

    /// Makes a queue that is not as ours are.
    pub async fn declare_otherwise(&self, queue: &str) {
        let name = format!("{NAMESPACE}.{queue}");
        let channel = self.channel().await;
        let options = QueueDeclareOptions::durable();
        let declared = channel.queue_declare(name.into(), options, FieldTable::default());
        declared.await.expect("declared");
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
        self.take_whole(queue).await.map(|message| message.data)
    }

    /// As [`Self::take`], with its headers.
    pub async fn take_whole(&self, queue: &str) -> Option<Delivery> {
        let name = format!("{NAMESPACE}.{queue}");
        let got = self
            .channel()
            .await
            .basic_get(name.into(), BasicGetOptions { no_ack: true })
            .await;
        got.expect("the queue is there").map(|message| message.delivery)
    }

    pub async fn channel(&self) -> Channel {
        let connection = Connection::connect(&self.address, ConnectionProperties::default()).await;
        connection
            .expect("it answers")
            .create_channel()
            .await
            .expect("a channel")
    }
}
