//! A partner whose relay keeps dying. It behaves: what was not answered it sends again, under the same key.

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};
use serde_json::{Value, json};

use crate::support::app::eventually;
use crate::support::program::Program;

/// The account that the demo partner's mandate is for.
pub const ACCOUNT: &str = "3020001234567";
/// Enough for any number of repeats.
const RICH_WON: i64 = 1_000_000_000_000;
const NOT_FINAL: [&str; 3] = ["queued", "executing", "unknown"];

pub struct Shop {
    pub program: Program,
    /// All that was asked for and promised.
    pub promised: Vec<Request>,
    pub balance_before: i64,
    mandate: String,
    /// The bank's books. The bank lives on, so they may stay open; ours are opened when all is over.
    ledger: DatabaseConnection,
}

pub struct Request {
    path: String,
    pub key: String,
    body: Value,
    /// What the answer named, once there was one.
    pub id: Option<String>,
    /// Whether that was the answer of an earlier request.
    pub is_replay: bool,
    /// Not the partner's to repeat: a member's at a checkout.
    is_members: bool,
}

impl Request {
    const fn new(path: String, key: String, body: Value) -> Self {
        Self {
            path,
            key,
            body,
            id: None,
            is_replay: false,
            is_members: false,
        }
    }

    /// A payment that a member confirmed, under the id of the checkout.
    pub fn confirmed(checkout: String, payment: String) -> Self {
        Self {
            id: Some(payment),
            is_members: true,
            ..Self::new(String::new(), checkout, Value::Null)
        }
    }

    pub fn refund(payment: &str, amount: i64) -> Self {
        let body = json!({ "amount": amount, "reason": "중단 시험" });
        Self::new(format!("/payments/{payment}/refunds"), unused_key(), body)
    }
}

/// For a payment it is its order, too.
pub fn unused_key() -> String {
    format!("kill-{}", uuid::Uuid::now_v7().simple())
}

impl Shop {
    /// Starts the bank and the program, each in a process of its own, with the demo's past at rest.
    pub async fn open(settings: &[(&'static str, &str)]) -> Self {
        let mut program = Program::beside_its_bank(settings).await;
        program.start().await;
        all_end(&program).await;
        let balance = json!({ "account": ACCOUNT, "balance_won": RICH_WON });
        program.bank_post("/_sim/accounts", &balance).await;
        let mandates = program.api().get("/mandates").await.expect(200).json();
        Self {
            ledger: open(&program.ledger()).await,
            promised: Vec::new(),
            balance_before: RICH_WON,
            mandate: mandates["data"][0]["id"].as_str().unwrap().to_owned(),
            program,
        }
    }

    pub fn payment(&self, amount: i64) -> Request {
        let key = unused_key();
        let body = json!({ "mandate_id": self.mandate, "order_id": key, "amount": amount,
            "description": "중단 시험" });
        Request::new("/payments".to_owned(), key, body)
    }

    pub fn expiring_payment(&self, amount: i64, expires_at: chrono::DateTime<chrono::Utc>) -> Request {
        let mut request = self.payment(amount);
        request.body["expires_at"] = json!(expires_at);
        request
    }

    /// Sends it once; the answer may be lost with the program.
    pub async fn send(&self, request: &mut Request) {
        let api = self.program.api();
        let sent = api
            .request(reqwest::Method::POST, &request.path)
            .header("idempotency-key", &request.key)
            .json(&request.body);
        let Ok(answer) = sent.send().await else { return };
        let status = answer.status();
        request.is_replay = answer.headers().contains_key("idempotent-replayed");
        let Ok(text) = answer.text().await else { return };
        assert_eq!(status, 202, "{text}");
        let body: Value = serde_json::from_str(&text).unwrap();
        request.id = body["id"].as_str().map(str::to_owned);
    }

    /// Sends it again when its answer was lost, and keeps the promise in mind. Answers with the id.
    pub async fn insist(&mut self, mut request: Request) -> String {
        if request.id.is_none() {
            self.send(&mut request).await;
        }
        let id = request.id.clone().expect("a running program answers");
        self.promised.push(request);
        id
    }

    /// Sends everything once more: the same promise must come back, and nothing new.
    pub async fn repeat_all(&self) {
        for request in self.promised.iter().filter(|request| !request.is_members) {
            let api = self.program.api();
            let answer = api.post(&request.path, &request.key, &request.body).await.expect(202);
            assert_eq!(answer.header("idempotent-replayed"), "true", "{}", request.key);
            assert_eq!(answer.json()["id"].as_str(), request.id.as_deref(), "{}", request.key);
        }
    }

    /// Cancels a queued payment, and again when the answer is lost.
    pub async fn cancel(&self, payment: &str) -> Option<Value> {
        let path = format!("/payments/{payment}/cancellation");
        let sent = self.program.api().request(reqwest::Method::POST, &path).send().await;
        let text = sent.ok()?.error_for_status().ok()?.text().await.ok()?;
        serde_json::from_str(&text).ok()
    }

    /// Waits until the transfer is final, and answers how it ended.
    pub async fn ending(&self, id: &str) -> String {
        let path = match id.strip_prefix("ref_") {
            Some(_) => format!("/refunds/{id}"),
            None => format!("/payments/{id}"),
        };
        let status = || async {
            let seen = self.program.api().get(&path).await.expect(200).json();
            seen["status"].as_str().unwrap().to_owned()
        };
        eventually("the transfer ends", || async {
            !NOT_FINAL.contains(&status().await.as_str())
        })
        .await;
        status().await
    }

    /// Waits until no payment is open.
    pub async fn all_end(&self) {
        all_end(&self.program).await;
    }

    /// The trace number of every money-moving call that the bank has received until now.
    pub async fn received_by_bank(&self) -> Vec<String> {
        let calls = "SELECT trace FROM calls WHERE api = 'DrawingTransfer' OR api LIKE 'ReceivedTransfer%'";
        let calls = rows(&self.ledger, calls).await;
        calls.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
    }

    pub fn ledger(&self) -> &DatabaseConnection {
        &self.ledger
    }
}

async fn all_end(program: &Program) {
    for status in NOT_FINAL {
        let path = format!("/payments?limit=1&status={status}");
        eventually("the payments end", || async {
            program.api().get(&path).await.expect(200).json()["data"] == json!([])
        })
        .await;
    }
}

pub async fn open(address: &str) -> DatabaseConnection {
    sea_orm::Database::connect(address).await.expect("the books open")
}

pub async fn rows(books: &DatabaseConnection, query: &str) -> Vec<sea_orm::QueryResult> {
    let statement = Statement::from_string(DbBackend::Sqlite, query);
    books.query_all_raw(statement).await.expect("the books can be read")
}
