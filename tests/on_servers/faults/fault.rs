//! What goes wrong, and how it is put right again. Each begins when a part of the payments was accepted.

use std::time::{Duration, Instant};

use serde_json::json;
use tokio::sync::watch;

use super::stack::{BANK_ANSWERS_IN_MS, Stack};

/// How long a part that is not started again at once stays away.
const AWAY: Duration = Duration::from_secs(5);

#[derive(Clone, Copy, Debug)]
pub enum Fault {
    RabbitMqKilledThreeTimes,
    RabbitMqDownFor(Duration),
    QueuesDeleted,
    RedisKilled,
    MariaDbKilled,
    WorkerKilled,
    WebKilled,
    BankHangs,
    RollingRestart,
}

impl Fault {
    pub fn name(self) -> String {
        match self {
            Self::RabbitMqKilledThreeTimes => "RabbitMQ killed and restarted, 3 times".to_owned(),
            Self::RabbitMqDownFor(time) => format!("RabbitMQ down for {} s", time.as_secs()),
            Self::QueuesDeleted => "RabbitMQ's queues deleted".to_owned(),
            Self::RedisKilled => "Redis killed, away for 5 s".to_owned(),
            Self::MariaDbKilled => "MariaDB killed, away for 5 s".to_owned(),
            Self::WorkerKilled => "a worker SIGKILLed".to_owned(),
            Self::WebKilled => "a web process SIGKILLed".to_owned(),
            Self::BankHangs => "the bank hangs for 5 s".to_owned(),
            Self::RollingRestart => "all four restarted in turn".to_owned(),
        }
    }

    /// Lets it happen while `payments` are pushed, and puts it right. Answers when it was right again.
    pub async fn happen(self, stack: &mut Stack, payments: usize, mut accepted: watch::Receiver<usize>) -> Instant {
        let mut reached = async |fifths: usize| {
            let enough = accepted.wait_for(|accepted| *accepted >= payments * fifths / 5).await;
            enough.expect("the partner pushes").to_owned()
        };
        match self {
            Self::RabbitMqKilledThreeTimes => {
                for fifths in 1..=3 {
                    reached(fifths).await;
                    stack.servers.kill("rabbitmq");
                    stack.servers.restart(&["rabbitmq"]).await;
                }
            }
            Self::RabbitMqDownFor(time) => {
                reached(0).await;
                stack.servers.kill("rabbitmq");
                tokio::time::sleep(time).await;
                stack.servers.restart(&["rabbitmq"]).await;
            }
            Self::QueuesDeleted => {
                // Slower than the partner pushes, so that some wait there.
                stack.bank_answers_in(1_000).await;
                reached(2).await;
                delete_queues(stack).await;
                stack.bank_answers_in(BANK_ANSWERS_IN_MS).await;
            }
            Self::RedisKilled => {
                reached(1).await;
                stack.servers.kill("redis");
                tokio::time::sleep(AWAY).await;
                stack.servers.restart(&["redis"]).await;
            }
            Self::MariaDbKilled => {
                reached(2).await;
                stack.servers.kill("mariadb");
                tokio::time::sleep(AWAY).await;
                stack.servers.restart(&["mariadb"]).await;
            }
            Self::WorkerKilled => {
                reached(2).await;
                stack.kill_process(2).await;
            }
            Self::WebKilled => {
                reached(2).await;
                stack.kill_process(0).await;
            }
            Self::BankHangs => {
                reached(1).await;
                let hang = json!({ "operation": "withdraw", "mode": "hang" });
                stack.bank_post("/_sim/mode", &hang).await;
                tokio::time::sleep(AWAY).await;
                stack.bank_answers_in(BANK_ANSWERS_IN_MS).await;
            }
            Self::RollingRestart => {
                for index in 0..stack.processes.len() {
                    reached(index).await;
                    stack.processes[index].stop().await;
                    stack.launch(index);
                    stack.is_ready().await;
                }
            }
        }
        Instant::now()
    }
}

async fn delete_queues(stack: &Stack) {
    for queue in ["payments", "refunds", "inquiries"] {
        for name in [format!("naru.{queue}"), format!("naru.{queue}.dead")] {
            stack.servers.rabbitmqctl(&["delete_queue", &name]).await;
        }
    }
}
