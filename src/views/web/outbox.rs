//! `/dev/outbox`: the text messages that the development sender kept.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::views::{example, page::Page};

#[derive(Clone, Debug, Serialize)]
pub struct Outbox {
    /// Newest first.
    pub messages: Vec<OutboxMessage>,
}

#[derive(Clone, Debug, Serialize)]
pub struct OutboxMessage {
    pub at: DateTime<Utc>,
    /// Masked.
    pub to: String,
    pub text: String,
}

impl Page for Outbox {
    const TEMPLATE: &'static str = "web/outbox.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let message = |seconds, text: &str| OutboxMessage {
            at: example::at(seconds),
            to: "010-1234-****".to_owned(),
            text: text.to_owned(),
        };
        let messages = vec![
            message(
                30,
                "[나루] 인증번호 123456 (3분 안에 입력). 다른 사람에게 알려 주지 마세요.",
            ),
            message(0, example::HOSTILE),
        ];
        vec![("empty", Self { messages: Vec::new() }), ("two", Self { messages })]
    }
}
