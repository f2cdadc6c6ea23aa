//! The relay as a Loco queue, so that Loco starts it in the processes that work, and waits for it when they stop.
//!
//! Jobs are rows of `transfers`, not messages of a queue: what Loco's own queues keep and list does not exist here.

use async_trait::async_trait;
use loco_rs::bgworker::{Job, JobHandler, JobStatus, QueueProvider};
use loco_rs::{Error, Result};

use super::Relay;
use crate::readiness::Readiness;
use crate::services::Services;

/// The queue that [`crate::app::App`] gives to Loco.
pub struct RelayQueue {
    relay: Relay,
    services: Services,
    readiness: Readiness,
}

impl RelayQueue {
    #[must_use]
    pub const fn new(relay: Relay, services: Services, readiness: Readiness) -> Self {
        Self {
            relay,
            services,
            readiness,
        }
    }
}

/// The answer to what only a queue of messages can do.
fn not_a_message_queue<T>() -> Result<T> {
    Err(Error::Message(
        "a transfer's row is its job: see `transfers`".to_owned(),
    ))
}

#[async_trait]
impl QueueProvider for RelayQueue {
    async fn enqueue(
        &self,
        _class: String,
        _queue: Option<String>,
        _args: serde_json::Value,
        _tags: Option<Vec<String>>,
        _priority: Option<i32>,
    ) -> Result<Option<String>> {
        not_a_message_queue()
    }

    /// Loco registers its mailer everywhere; nothing is sent by mail here.
    async fn register_handler(&self, _name: String, _handler: JobHandler) -> Result<()> {
        Ok(())
    }

    async fn run(&self, _tags: Vec<String>) -> Result<()> {
        self.readiness.until_it_may_work().await;
        self.relay.run(self.services.clone()).await;
        Ok(())
    }

    async fn setup(&self) -> Result<()> {
        Ok(())
    }

    async fn clear(&self) -> Result<()> {
        not_a_message_queue()
    }

    /// For Loco's own `/_readiness` on the public port: whether each part does its work. Who sends people goes by `src/ops.rs`.
    async fn ping(&self) -> Result<()> {
        let parts = self.readiness.parts(&self.services, &self.relay).await;
        if parts.are_well() {
            return Ok(());
        }
        Err(Error::Message(format!("not each part does its work: {}", parts.told())))
    }

    async fn get_jobs(&self, _status: Option<&Vec<JobStatus>>, _age_days: Option<i64>) -> Result<Vec<Job>> {
        not_a_message_queue()
    }

    async fn cancel_jobs_by_name(&self, _name: &str) -> Result<()> {
        not_a_message_queue()
    }

    async fn clear_by_status(&self, _status: Vec<JobStatus>) -> Result<()> {
        not_a_message_queue()
    }

    async fn clear_jobs_older_than(&self, _age_days: i64, _status: Option<&Vec<JobStatus>>) -> Result<()> {
        not_a_message_queue()
    }

    async fn requeue(&self, _age_minutes: &i64) -> Result<()> {
        not_a_message_queue()
    }

    async fn retry_failed(&self, _id: Option<&str>) -> Result<u64> {
        not_a_message_queue()
    }

    fn describe(&self) -> String {
        "the relay of `transfers`".to_owned()
    }

    fn shutdown(&self) -> Result<()> {
        self.relay.stop();
        Ok(())
    }
}
