//! The answers of a call in the document: what it gives, and every problem it can have, with an example of each.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::json::{example, reference};
use super::operation::{Gives, Operation, Verb};
use super::schemas;
use super::words::Words;
use crate::controllers::api::problem::Code;

/// The answers by their status.
#[must_use]
pub fn of(operation: &Operation, words: Words) -> Value {
    let mut answers = Map::new();
    let (status, answer) = success(operation, words);
    answers.insert(status.to_string(), answer);
    let mut by_status: BTreeMap<u16, Vec<Code>> = BTreeMap::new();
    for code in operation.all_problems() {
        by_status.entry(code.status().as_u16()).or_default().push(code);
    }
    for (status, codes) in by_status {
        answers.insert(status.to_string(), problem(operation, status, &codes, words));
    }
    Value::Object(answers)
}

fn success(operation: &Operation, words: Words) -> (u16, Value) {
    let (status, schema, example) = match operation.gives {
        Gives::Nothing(status) => {
            let answer = json!({ "description": words.get("answer-nothing"), "headers": headers(operation, true) });
            return (status, answer);
        }
        Gives::One(status, name) => (status, reference(name), example_of(name)),
        Gives::Page(name) => (
            200,
            page(name),
            json!({ "data": [example_of(name)], "has_more": false, "next_cursor": null }),
        ),
        Gives::All(name) => (200, all(name), json!({ "data": [example_of(name)] })),
    };
    let answer = json!({
        "description": words.get(match status {
            201 => "answer-created",
            202 => "answer-accepted",
            _ => "answer-ok",
        }),
        "headers": headers(operation, true),
        "content": { "application/json": { "schema": schema, "examples": { "success": { "value": example } } } },
    });
    (status, answer)
}

fn example_of(name: &str) -> Value {
    schemas::find(name).map(example).unwrap_or_default()
}

fn page(name: &str) -> Value {
    json!({
        "type": "object",
        "required": ["data", "has_more", "next_cursor"],
        "properties": {
            "data": { "type": "array", "items": reference(name) },
            "has_more": { "type": "boolean" },
            "next_cursor": { "type": ["string", "null"] },
        },
    })
}

fn all(name: &str) -> Value {
    json!({
        "type": "object",
        "required": ["data"],
        "properties": { "data": { "type": "array", "items": reference(name) } },
    })
}

fn problem(operation: &Operation, status: u16, codes: &[Code], words: Words) -> Value {
    let names: Vec<&str> = codes.iter().map(|code| code.as_str()).collect();
    let examples: Map<String, Value> = codes
        .iter()
        .map(|code| {
            let title = words.get(&format!("api-{}", code.as_str()));
            let value = problem_example(*code, operation, words);
            (code.as_str().to_owned(), json!({ "summary": title, "value": value }))
        })
        .collect();
    let said: Vec<String> = names
        .iter()
        .map(|name| format!("`{name}`: {}", words.get(&format!("api-{name}"))))
        .collect();
    let mut headers = headers(operation, false);
    if codes.iter().any(|code| code.facts().2) && status != 500 {
        headers["Retry-After"] = json!({ "$ref": "#/components/headers/Retry-After" });
    }
    let schema = json!({
        "allOf": [reference("Problem"), { "type": "object", "properties": { "code": { "enum": names } } }],
    });
    json!({
        "description": said.join(" · "),
        "headers": headers,
        "content": { "application/problem+json": { "schema": schema, "examples": examples } },
    })
}

/// A problem as it would be told of this call.
#[must_use]
pub fn problem_example(code: Code, operation: &Operation, words: Words) -> Value {
    let (word, status, is_retryable) = code.facts();
    let moved = match code {
        Code::Internal | Code::Unavailable => "unknown",
        _ => "no",
    };
    json!({
        "type": format!("https://naru.example/docs/problems/{word}"),
        "title": words.get(&format!("api-{word}")),
        "status": status.as_u16(),
        "detail": words.get(&format!("api-{word}-detail")),
        "instance": format!("{}{}", super::BASE, operation.path),
        "code": word,
        "request_id": "5f0c1d2e-0b7a-4b57-9d0a-6a1f3b1f7a11",
        "money_moved": moved,
        "retryable": is_retryable,
    })
}

fn headers(operation: &Operation, is_success: bool) -> Value {
    let mut names = vec!["X-Request-Id", "API-Version", "RateLimit-Policy", "RateLimit"];
    if is_success {
        let creates = operation.is_keyed && operation.verb == Verb::Post;
        names.extend(operation.has_etag.then_some("ETag"));
        names.extend(creates.then_some("Idempotent-Replayed"));
        names.extend((creates && matches!(operation.gives, Gives::One(..))).then_some("Location"));
        // What is accepted waits for the bank; other work that goes on behind does not.
        let waits = matches!(operation.gives, Gives::One(202, "Payment" | "Refund"));
        names.extend(waits.then_some("Naru-Expected-Delay"));
        names.extend(matches!(operation.gives, Gives::Page(_)).then_some("Link"));
    }
    let headers: Map<String, Value> = names
        .into_iter()
        .map(|name| {
            (
                name.to_owned(),
                json!({ "$ref": format!("#/components/headers/{name}") }),
            )
        })
        .collect();
    Value::Object(headers)
}
