//! Our shapes as JSON Schema (2020-12), as OpenAPI 3.1 has it.

use serde_json::{Map, Value, json};

use super::schema::{Field, Kind, Schema};
use super::words::Words;
use crate::ids::Prefix;
use crate::money::MOST_EXACT;

/// What cannot be seen or turns the reading round, as `plain_text` refuses it, for a class of a regular expression.
const HIDDEN: &str = r"\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff";

/// The object of a schema.
#[must_use]
pub fn object(schema: &Schema, words: Words) -> Value {
    let members: Map<String, Value> = schema
        .fields
        .iter()
        .map(|field| (field.name.to_owned(), member(field, words, schema.is_asked)))
        .collect();
    let required: Vec<&str> = schema
        .fields
        .iter()
        .filter(|it| it.is_required)
        .map(|it| it.name)
        .collect();
    let mut object = json!({
        "type": "object",
        "description": words.schema(schema.name),
        "properties": members,
        "required": required,
        "examples": [example(schema)],
    });
    if schema.is_asked {
        object["additionalProperties"] = json!(false);
    }
    object
}

/// The example of a schema; a test reads them all.
#[must_use]
pub fn example(schema: &Schema) -> Value {
    serde_json::from_str(schema.example).unwrap_or_default()
}

/// A member of a body, with its text.
#[must_use]
pub fn member(field: &Field, words: Words, is_asked: bool) -> Value {
    let mut value = of(field.kind, is_asked);
    if field.is_nullable {
        value = nullable(value);
    }
    value["description"] = json!(words.field(field.says));
    value
}

fn nullable(mut value: Value) -> Value {
    if value.get("$ref").is_some() {
        return json!({ "anyOf": [value, { "type": "null" }] });
    }
    if let Some(kind) = value.get("type").cloned() {
        value["type"] = json!([kind, "null"]);
    }
    if let Some(words) = value.get_mut("enum").and_then(Value::as_array_mut) {
        words.push(Value::Null);
    }
    value
}

/// A kind without its text. What we read is told exactly; what we write as far as it helps.
#[must_use]
pub fn of(kind: Kind, is_asked: bool) -> Value {
    match kind {
        Kind::Id(prefix) => json!({ "type": "string", "pattern": format!("^{}[0-9a-f]{{32}}$", prefix_text(prefix)) }),
        Kind::Text { most } if is_asked => json!({
            "type": "string", "minLength": 1, "maxLength": most,
            "pattern": format!(r"^[^{HIDDEN}]*[^{HIDDEN}\s][^{HIDDEN}]*$"),
        }),
        Kind::TextOrEmpty { most } if is_asked => json!({
            "type": "string", "maxLength": most, "pattern": format!("^[^{HIDDEN}]*$"),
        }),
        Kind::Text { most } | Kind::TextOrEmpty { most } => json!({ "type": "string", "maxLength": most }),
        Kind::Won { least } => json!({ "type": "integer", "minimum": least, "maximum": MOST_EXACT }),
        Kind::Whole { least, most: i64::MAX } => json!({ "type": "integer", "minimum": least }),
        Kind::Whole { least, most } => json!({ "type": "integer", "minimum": least, "maximum": most }),
        Kind::Time => json!({ "type": "string", "format": "date-time" }),
        Kind::Yes => json!({ "type": "boolean" }),
        Kind::Choice(words) => json!({ "type": "string", "enum": words }),
        Kind::Only(word) => json!({ "type": "string", "const": word }),
        Kind::Url => json!({ "type": "string", "format": "uri", "maxLength": 2000 }),
        Kind::Pointer => json!({ "type": "string" }),
        Kind::Metadata => json!({
            "type": "object", "maxProperties": 20,
            "propertyNames": { "maxLength": 40 },
            "additionalProperties": { "type": "string", "maxLength": 500 },
        }),
        Kind::Open => json!({ "type": "object" }),
        Kind::Of(name) => reference(name),
        Kind::Many(name) => json!({ "type": "array", "items": reference(name) }),
        Kind::Choices(words) => json!({ "type": "array", "items": { "type": "string", "enum": words } }),
    }
}

#[must_use]
pub fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// The beginning of an id, as it is shown.
fn prefix_text(prefix: Prefix) -> String {
    let mut shown = prefix.show(uuid::Uuid::nil());
    shown.truncate(shown.len() - 32);
    shown
}
