//! The parameters of a call: of its path, its query and its headers.

use serde_json::{Value, json};

use super::json as shapes;
use super::operation::Operation;
use super::schema::Kind;
use super::words::Words;
use crate::ids::Prefix;
use crate::partners::versions::ApiVersion;

/// Visible ASCII, spaces inside.
pub const KEY_PATTERN: &str = "^[!-~]([ -~]{0,253}[!-~])?$";
const VERSION_PATTERN: &str = r#"^("v[0-9]{1,18}"|\*)$"#;

#[must_use]
pub fn of(operation: &Operation, words: Words) -> Vec<Value> {
    let mut all: Vec<Value> = operation
        .path_parameters()
        .map(|name| {
            json!({
                "name": name, "in": "path", "required": true,
                "description": words.field(if name == "key" { "path_key" } else { "path_id" }),
                "schema": path_schema(operation, name),
            })
        })
        .collect();
    all.extend(operation.query.iter().map(|field| {
        json!({
            "name": field.name, "in": "query", "required": field.is_required,
            "description": words.field(field.says),
            "schema": shapes::of(field.kind, true),
        })
    }));
    if operation.is_keyed {
        all.push(json!({
            "name": "Idempotency-Key", "in": "header", "required": true,
            "description": words.header("Idempotency-Key"),
            "schema": { "type": "string", "minLength": 1, "maxLength": 255, "pattern": KEY_PATTERN },
            "example": "order-1042-pay",
        }));
    }
    if operation.is_conditional {
        all.push(json!({
            "name": "If-Match", "in": "header", "required": false,
            "description": words.header("If-Match"),
            "schema": { "type": "string", "pattern": VERSION_PATTERN },
        }));
    }
    all.push(json!({
        "name": "API-Version", "in": "header", "required": false,
        "description": words.header("API-Version"),
        "schema": { "type": "string", "enum": ApiVersion::KNOWN.map(ApiVersion::as_str) },
    }));
    all
}

fn path_schema(operation: &Operation, name: &str) -> Value {
    if name == "key" {
        return json!({ "type": "string", "minLength": 1, "maxLength": 255, "pattern": KEY_PATTERN });
    }
    if name == "delivery_id" {
        return shapes::of(Kind::Id(Prefix::Delivery), true);
    }
    let prefix = match operation.path.split('/').nth(1) {
        Some("refunds") => Prefix::Refund,
        Some("mandates") => Prefix::Mandate,
        Some("checkouts") => Prefix::Checkout,
        Some("webhook-endpoints") => Prefix::Endpoint,
        Some("events") => Prefix::Event,
        _ => Prefix::Payment,
    };
    shapes::of(Kind::Id(prefix), true)
}
