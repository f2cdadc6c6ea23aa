//! The real program, `naru` without an argument, in a folder and on ports of its own.

use std::process::{Child, Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use super::app::eventually;
use super::http::{self, Answer, Api};
use super::mysql;

pub struct Program {
    pub web: u16,
    pub bank: u16,
    pub client: reqwest::Client,
    folder: TempDir,
    settings: Vec<(&'static str, String)>,
    /// Where it is not the file that is made in its folder.
    database: Option<String>,
    child: Option<Child>,
}

impl Program {
    /// `settings` are environment variables, as `config/development.yaml` names them.
    pub fn new(settings: &[(&'static str, &str)]) -> Self {
        Self {
            web: free_port(),
            bank: free_port(),
            client: http::client(),
            folder: tempfile::tempdir().unwrap(),
            settings: settings
                .iter()
                .map(|(name, value)| (*name, (*value).to_owned()))
                .collect(),
            database: None,
            child: None,
        }
    }

    /// Starts it, and waits until it answers.
    pub async fn start(&mut self) {
        if self.database.is_none() {
            self.database = mysql::database().await;
        }
        let config = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("config");
        let child = Command::new(env!("CARGO_BIN_EXE_naru"))
            .current_dir(self.folder.path())
            .env("LOCO_CONFIG_FOLDER", config)
            .env("PORT", self.web.to_string())
            .env("SIMULATOR_PORT", self.bank.to_string())
            .env("NARU_LOG", "warn")
            .envs(self.database.iter().map(|uri| ("DATABASE_URL", uri)))
            .envs(self.settings.iter().map(|(name, value)| (name, value)))
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

    /// SIGKILL.
    pub fn kill(&mut self) {
        let mut child = self.child.take().expect("it runs");
        child.kill().expect("SIGKILL");
        child.wait().expect("it ended");
    }

    /// Sends a signal, as Ctrl-C does, and answers with the exit code once it ended.
    pub async fn stop(&mut self, signal: &str) -> Option<i32> {
        let mut child = self.child.take().expect("it runs");
        let sent = Command::new("kill")
            .args(["-s", signal, &child.id().to_string()])
            .status();
        assert!(sent.expect("kill is there").success());
        tokio::task::spawn_blocking(move || child.wait().expect("it ended").code())
            .await
            .unwrap()
    }

    pub fn base(&self) -> String {
        format!("http://127.0.0.1:{}", self.web)
    }

    /// The demo partner's way to the API.
    pub fn api(&self) -> Api {
        Api {
            client: self.client.clone(),
            base: self.base(),
            key: naru::demo::PARTNER_KEY.to_owned(),
        }
    }

    pub async fn bank_get(&self, path: &str) -> Value {
        let address = format!("http://127.0.0.1:{}{path}", self.bank);
        Answer::of(self.client.get(address)).await.expect(200).json()
    }

    pub async fn bank_post(&self, path: &str, body: &Value) {
        let address = format!("http://127.0.0.1:{}{path}", self.bank);
        let answer = Answer::of(self.client.post(address).json(body)).await;
        assert!(answer.status.is_success(), "{answer:?}");
    }

    /// What an account has at the bank.
    pub async fn balance_at_bank(&self, number: &str) -> i64 {
        let accounts = self.bank_get("/_sim/accounts").await;
        let found = accounts["data"]
            .as_array()
            .unwrap()
            .iter()
            .find(|account| account["account"] == number);
        found.unwrap_or_else(|| panic!("{number} is not in {accounts}"))["balance_won"]
            .as_i64()
            .unwrap()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        if self.child.is_some() {
            self.kill();
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
