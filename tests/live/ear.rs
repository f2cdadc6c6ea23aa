//! An ear at a stream: reads events as a browser does, one after another.

use naru::ids::{TransferId, UserId};
use naru::models::changes::{Change, TransferChange};
use naru::models::kinds::{EventType, TransferKind, TransferState};
use reqwest::header::ACCEPT_ENCODING;
use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::api::payments::payment;
use crate::support::app::{PATIENCE, TestApp};
use crate::support::people::{ACCOUNT, Shop};
use crate::support::visitor::Browser;

/// One event.
#[derive(Clone, Debug, PartialEq)]
pub struct Heard {
    pub name: String,
    pub id: Option<String>,
    pub data: Value,
}

impl Heard {
    /// A transfer's id, and what happened to it.
    pub fn step(&self) -> (String, String) {
        assert_eq!(self.name, "transfer", "{self:?}");
        let word = |name: &str| self.data[name].as_str().expect("a word").to_owned();
        (word("id"), word("event"))
    }
}

pub struct Ear {
    response: Response,
    buffer: String,
    pub last: Option<String>,
}

impl Ear {
    pub async fn open(browser: &Browser, path: &str) -> Self {
        Self::open_since(browser, path, None).await
    }

    /// As a browser that lost its stream here.
    pub async fn open_since(browser: &Browser, path: &str, last: Option<&str>) -> Self {
        let request = browser.request(Method::GET, path).header(ACCEPT_ENCODING, "gzip, br");
        let request = match last {
            Some(last) => request.header("last-event-id", last),
            None => request,
        };
        let response = request.send().await.expect("the app answers");
        assert_eq!(response.status(), 200, "{path}");
        Self {
            response,
            buffer: String::new(),
            last: None,
        }
    }

    /// Opens a stream and hears it say hello.
    pub async fn greeted(browser: &Browser, path: &str) -> Self {
        let mut ear = Self::open(browser, path).await;
        assert_eq!(ear.next().await.name, "hello");
        ear
    }

    pub fn header(&self, name: &str) -> &str {
        self.response
            .headers()
            .get(name)
            .map_or("", |value| value.to_str().expect("letters"))
    }

    /// The next event; `None` at the stream's end.
    pub async fn take(&mut self) -> Option<Heard> {
        loop {
            if let Some(end) = self.buffer.find("\n\n") {
                let heard = parsed(&self.buffer[..end]);
                self.buffer.drain(..end + 2);
                self.last = heard.id.clone().or(self.last.take());
                return Some(heard);
            }
            let chunk = tokio::time::timeout(PATIENCE, self.response.chunk()).await;
            let chunk = chunk.expect("something is said in time").ok().flatten()?;
            self.buffer.push_str(std::str::from_utf8(&chunk).expect("text"));
        }
    }

    /// The next event that is no beat.
    pub async fn next(&mut self) -> Heard {
        loop {
            let heard = self.take().await.expect("the stream goes on");
            if heard.name != "beat" {
                return heard;
            }
        }
    }

    /// What is said until the stream ends.
    pub async fn rest(&mut self) -> Vec<Heard> {
        let mut all = Vec::new();
        while let Some(heard) = self.take().await {
            if heard.name != "beat" {
                all.push(heard);
            }
        }
        all
    }

    /// The next steps of transfers, so many.
    pub async fn steps(&mut self, count: usize) -> Vec<(String, String)> {
        let mut steps = Vec::new();
        while steps.len() < count {
            steps.push(self.next().await.step());
        }
        steps
    }
}

fn parsed(event: &str) -> Heard {
    let field = |name: &str| {
        event
            .lines()
            .find_map(|line| Some(line.strip_prefix(name)?.strip_prefix(':')?.trim_start().to_owned()))
    };
    Heard {
        name: field("event").unwrap_or_else(|| panic!("a name in {event}")),
        id: field("id"),
        data: serde_json::from_str(&field("data").unwrap_or_default()).expect("JSON"),
    }
}

/// A member in a browser, with a shop that charges them.
pub struct Home {
    pub member: UserId,
    pub browser: Browser,
    pub shop: Shop,
    pub mandate: String,
}

impl TestApp {
    pub async fn home(&self, email: &str) -> Home {
        let (member, browser) = self.member_browser(email).await;
        let account = self.account(member, ACCOUNT).await;
        let shop = self.shop("나루상점").await;
        let mandate = self.mandate(&shop, member, account).await;
        Home {
            member,
            browser,
            shop,
            mandate,
        }
    }

    /// Staff at the desk, in a browser.
    pub async fn desk(&self, email: &str) -> Browser {
        self.staff(email, naru::models::kinds::Role::Cs).await;
        let browser = self.browser();
        browser.sign_in(email).await.expect(303);
        browser
    }
}

impl Home {
    /// Charges the member; answers with the payment's id.
    pub async fn pay(&self, order: &str) -> String {
        let body = payment(&self.mandate, order, 1_000);
        let made = self.shop.api.post("/payments", order, &body).await.expect(202).json();
        made["id"].as_str().expect("an id").to_owned()
    }

    pub async fn refund(&self, payment: &str) -> String {
        let path = format!("/payments/{payment}/refunds");
        let body = json!({ "amount": 300, "reason": "반품" });
        let made = self
            .shop
            .api
            .post(&path, &uuid::Uuid::new_v4().to_string(), &body)
            .await
            .expect(202)
            .json();
        made["id"].as_str().expect("an id").to_owned()
    }
}

/// A change that nobody made, for what only depends on how much is told.
pub fn made_up(member: UserId) -> Change {
    Change::Transfer(TransferChange {
        event: naru::ids::EventId::new(),
        transfer: TransferId::new(),
        kind: TransferKind::Payment,
        payment: None,
        member,
        account: naru::ids::AccountId::new(),
        version: 3,
        event_type: EventType::Succeeded,
        state: TransferState::Succeeded,
    })
}
