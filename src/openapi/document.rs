//! The OpenAPI 3.1 document, put together from the tables.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::operation::Operation;
use super::words::Words;
use super::{answers, events, groups, json as shapes, parameters, schemas};
use crate::partners::keys;
use crate::views::i18n::Language;

/// The headers of answers.
const HEADERS: [&str; 10] = [
    "X-Request-Id",
    "API-Version",
    "RateLimit-Policy",
    "RateLimit",
    "ETag",
    "Idempotent-Replayed",
    "Location",
    "Link",
    "Retry-After",
    "Naru-Expected-Delay",
];

/// The whole document in a language.
#[must_use]
pub fn document(language: Language) -> Value {
    let words = Words(language);
    let mut paths = Map::new();
    for group in groups::ALL {
        for operation in group.operations {
            let path = format!("{}{}", super::BASE, operation.path);
            let item = paths.entry(path).or_insert_with(|| json!({}));
            item[operation.verb.as_str().to_lowercase()] = of(operation, group.name, words);
        }
    }
    let tags: Vec<Value> = groups::ALL
        .iter()
        .filter(|group| !group.operations.is_empty())
        .map(|group| json!({ "name": group.name, "description": words.group(group.name) }))
        .collect();
    let mut document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": words.get("openapi-title"),
            "description": words.get("openapi-description"),
            "version": keys::API_VERSION,
        },
        "servers": [{ "url": "/" }],
        "security": [{ "key": [] }],
        "tags": tags,
        "paths": paths,
        "webhooks": events::webhooks(words),
    });
    document["components"] = components(&document, words);
    document
}

fn of(operation: &Operation, group: &str, words: Words) -> Value {
    let mut value = json!({
        "operationId": operation.id,
        "tags": [group],
        "summary": words.summary(operation.id),
        "description": words.description(operation.id),
        "x-required-scope": operation.scope,
        "x-problems": operation.all_problems().iter().map(|code| code.as_str()).collect::<Vec<_>>(),
        "parameters": parameters::of(operation, words),
        "responses": answers::of(operation, words),
    });
    if let Some(takes) = operation.takes {
        let example = schemas::find(takes.schema).map(shapes::example);
        value["requestBody"] = json!({
            "required": true,
            "content": { "application/json": {
                "schema": shapes::reference(takes.schema),
                "examples": { "usual": { "value": example } },
            } },
        });
    }
    value
}

/// What the rest of the document refers to, and nothing else.
fn components(document: &Value, words: Words) -> Value {
    let mut used = BTreeSet::new();
    let mut found = Map::new();
    let mut unread = references(document);
    while let Some(name) = unread.pop() {
        if let Some(schema) = schemas::find(&name).filter(|_| used.insert(name.clone())) {
            let object = shapes::object(schema, words);
            unread.extend(references(&object));
            found.insert(name, object);
        }
    }
    let headers: Map<String, Value> = HEADERS
        .iter()
        .map(|name| {
            let schema = json!({ "type": "string" });
            (
                (*name).to_owned(),
                json!({ "description": words.header(name), "schema": schema }),
            )
        })
        .collect();
    json!({
        "schemas": found,
        "headers": headers,
        "securitySchemes": { "key": {
            "type": "http", "scheme": "bearer", "bearerFormat": "naru_sk_…", "description": words.get("openapi-key"),
        } },
    })
}

/// The names of schemas that a value refers to.
fn references(value: &Value) -> Vec<String> {
    match value {
        Value::Object(members) => {
            let own = members.get("$ref").and_then(Value::as_str);
            let own = own
                .and_then(|to| to.strip_prefix("#/components/schemas/"))
                .map(str::to_owned);
            own.into_iter().chain(members.values().flat_map(references)).collect()
        }
        Value::Array(items) => items.iter().flat_map(references).collect(),
        _ => Vec::new(),
    }
}
