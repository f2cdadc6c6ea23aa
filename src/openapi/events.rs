//! The `webhooks` of the document: what an endpoint of the partner is told.

use serde_json::{Map, Value, json};

use super::json as shapes;
use super::schemas;
use super::words::Words;
use crate::models::kinds::PartnerEventType;

#[must_use]
pub fn webhooks(words: Words) -> Value {
    let all: Map<String, Value> = PartnerEventType::ALL
        .iter()
        .map(|kind| (kind.as_str().to_owned(), json!({ "post": told(*kind, words) })))
        .collect();
    Value::Object(all)
}

fn told(kind: PartnerEventType, words: Words) -> Value {
    let word = kind.as_str();
    let header = |name: &str| {
        json!({
            "name": name, "in": "header", "required": true, "description": words.header(name),
            "schema": { "type": "string" },
        })
    };
    let schema = json!({
        "allOf": [
            shapes::reference("Event"),
            { "type": "object", "properties": { "type": { "const": word }, "data": shapes::reference(thing(word)) } },
        ],
    });
    let mut example = schemas::find("Event").map(shapes::example).unwrap_or_default();
    example["type"] = json!(word);
    example["data"] = schemas::find(thing(word)).map(shapes::example).unwrap_or_default();
    json!({
        "operationId": format!("on_{}", word.replace('.', "_")),
        "tags": [word.split('.').next().map(|thing| format!("{thing}s"))],
        "summary": words.get(&text_key(kind)),
        "parameters": [header("webhook-id"), header("webhook-timestamp"), header("webhook-signature")],
        "requestBody": {
            "required": true,
            "content": { "application/json": { "schema": schema, "examples": { "usual": { "value": example } } } },
        },
        "responses": { "2XX": { "description": words.get("answer-heard") } },
    })
}

/// The key of what an event means; a dot cannot stand in one.
#[must_use]
pub fn text_key(kind: PartnerEventType) -> String {
    format!("event-{}", kind.as_str().replace('.', "-"))
}

/// The schema of the snapshot.
fn thing(word: &str) -> &'static str {
    match word.split('.').next() {
        Some("refund") => "Refund",
        Some("mandate") => "Mandate",
        Some("checkout") => "Checkout",
        Some("endpoint") => "Endpoint",
        _ => "Payment",
    }
}
