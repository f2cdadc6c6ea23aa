//! The real program, killed without warning.

use std::process::{Child, Command, Stdio};

use naru::models::kinds::TransferState;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::app::eventually;
use crate::support::http::{Answer, Api};

const PAYMENTS: usize = 100;
const DEMO_KEY: &str = "naru_sk_test_demo_0000000000000000000000000000";

/// `naru` without an argument, in a folder of its own.
struct Program {
    folder: TempDir,
    web: u16,
    bank: u16,
    child: Option<Child>,
    client: reqwest::Client,
}

impl Program {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self {
            folder,
            web: free_port(),
            bank: free_port(),
            child: None,
            client: reqwest::Client::new(),
        }
    }

    async fn start(&mut self) {
        let config = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("config");
        let child = Command::new(env!("CARGO_BIN_EXE_naru"))
            .current_dir(self.folder.path())
            .env("LOCO_CONFIG_FOLDER", config)
            .env("PORT", self.web.to_string())
            .env("SIMULATOR_PORT", self.bank.to_string())
            .env("NARU_LOG", "warn")
            .env("NARU_BANK_MONEY_TIMEOUT_MS", "1000")
            .env("NARU_CLAIM_LEASE_SECS", "2")
            .env("NARU_BANK_CONCURRENCY", "2")
            .env("NARU_INQUIRY_SCHEDULE_SECS", "'1'")
            .env("NARU_NOT_FOUND_ANSWERS", "2")
            .env("NARU_NOT_FOUND_SECS", "1")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .expect("the program starts");
        self.child = Some(child);
        eventually("the program answers", || async {
            let health = format!("http://127.0.0.1:{}/_ping", self.web);
            self.client
                .get(health)
                .send()
                .await
                .is_ok_and(|answer| answer.status().is_success())
        })
        .await;
    }

    fn kill(&mut self) {
        let mut child = self.child.take().expect("it runs");
        child.kill().expect("SIGKILL");
        child.wait().expect("it ended");
    }

    fn api(&self) -> Api {
        let base = format!("http://127.0.0.1:{}", self.web);
        Api {
            client: self.client.clone(),
            base,
            key: DEMO_KEY.to_owned(),
        }
    }

    async fn bank(&self, path: &str) -> Value {
        let address = format!("http://127.0.0.1:{}{path}", self.bank);
        Answer::of(self.client.get(address)).await.expect(200).json()
    }

    async fn count(&self, status: &str) -> usize {
        let path = format!("/payments?limit=100&status={status}&amount_min=1000&amount_max=1099");
        self.api().get(&path).await.expect(200).json()["data"]
            .as_array()
            .unwrap()
            .len()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

#[tokio::test]
async fn killed_with_a_hundred_payments_queued_all_settle_after_the_next_start_and_the_bank_saw_each_once() {
    let mut program = Program::new();
    program.start().await;
    let api = program.api();
    let mandate = api.get("/mandates").await.expect(200).json()["data"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let slow = json!({ "operation": "withdraw", "mode": "slow", "ms": 300 });
    let mode = format!("http://127.0.0.1:{}/_sim/mode", program.bank);
    Answer::of(program.client.post(&mode).json(&slow)).await.expect(200);
    let withdrawals_before = program.bank("/_sim/summary").await["withdrawals"].as_u64().unwrap();

    let bodies: Vec<Value> = (0..PAYMENTS)
        .map(|number| {
            json!({ "mandate_id": mandate, "order_id": format!("kill-{number}"), "amount": 1_000 + number,
                "description": "중단 시험" })
        })
        .collect();
    let keys: Vec<String> = (0..PAYMENTS).map(|number| format!("kill-{number}")).collect();
    let posts = keys
        .iter()
        .zip(&bodies)
        .map(|(key, body)| api.post("/payments", key, body));
    for answer in futures::future::join_all(posts).await {
        answer.expect(202);
    }
    eventually("a call is in hand", || async {
        program.count(TransferState::Executing.as_str()).await > 0
    })
    .await;
    let queued = program.count("queued").await;
    assert!(queued >= 90, "only {queued} were left to kill");
    program.kill();

    program.start().await;
    eventually("all of them succeed", || async {
        program.count("succeeded").await == PAYMENTS
    })
    .await;
    let summary = program.bank("/_sim/summary").await;
    assert_eq!(summary["max_calls_per_trace"], 1, "{summary}");
    assert_eq!(summary["duplicates"], 0, "{summary}");
    assert_eq!(
        summary["withdrawals"].as_u64().unwrap() - withdrawals_before,
        PAYMENTS as u64,
        "{summary}"
    );
}
