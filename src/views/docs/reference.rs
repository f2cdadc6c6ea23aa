//! The calls of a group, from the tables that the OpenAPI document is made of.

use serde::Serialize;
use serde_json::Value;

use super::Contents;
use super::problems::ProblemRow;
use crate::models::kinds::{PartnerEventType, Scope};
use crate::openapi::operation::{Gives, Operation, Verb};
use crate::openapi::schema::{Field, Kind, Schema};
use crate::openapi::{Group, events, groups, json as shapes, schemas};
use crate::views::page::Page;

/// `GET /docs/api/{group}`.
#[derive(Clone, Debug, Serialize)]
pub struct Reference {
    toc: Contents,
    group: &'static str,
    calls: Vec<Call>,
    /// Of the group of events alone: what can happen.
    types: Vec<EventKind>,
}

#[derive(Clone, Debug, Serialize)]
struct EventKind {
    word: &'static str,
    /// The key of what it means.
    says: String,
}

#[derive(Clone, Debug, Serialize)]
struct Call {
    id: &'static str,
    verb: &'static str,
    path: String,
    scope: Scope,
    parameters: Vec<Row>,
    headers: Vec<Header>,
    body: Option<Shape>,
    status: u16,
    answer: Option<Shape>,
    problems: Vec<ProblemRow>,
    curl: String,
}

#[derive(Clone, Debug, Serialize)]
struct Header {
    name: &'static str,
    is_required: bool,
}

/// The members of a body, with an example of it.
#[derive(Clone, Debug, Serialize)]
struct Shape {
    rows: Vec<Row>,
    example: String,
}

#[derive(Clone, Debug, Serialize)]
struct Row {
    name: &'static str,
    kind: String,
    is_required: bool,
    says: &'static str,
}

impl Reference {
    #[must_use]
    pub fn new(group: &Group) -> Self {
        Self {
            toc: Contents::new(),
            group: group.name,
            calls: group.operations.iter().map(Call::new).collect(),
            types: if group.name == "events" {
                PartnerEventType::ALL.iter().copied().map(EventKind::new).collect()
            } else {
                Vec::new()
            },
        }
    }
}

impl EventKind {
    fn new(kind: PartnerEventType) -> Self {
        Self {
            word: kind.as_str(),
            says: events::text_key(kind),
        }
    }
}

impl Call {
    fn new(operation: &Operation) -> Self {
        let (status, answer) = answer(operation);
        let header = |name, is_required| Header { name, is_required };
        let keyed = operation.is_keyed.then(|| header("Idempotency-Key", true));
        let conditional = operation.is_conditional.then(|| header("If-Match", false));
        Self {
            id: operation.id,
            verb: operation.verb.as_str(),
            path: format!("{}{}", crate::openapi::BASE, operation.path),
            scope: operation.scope,
            parameters: operation.query.iter().map(Row::new).collect(),
            headers: keyed.into_iter().chain(conditional).collect(),
            body: operation
                .takes
                .and_then(|takes| schemas::find(takes.schema))
                .map(Shape::of),
            status,
            answer,
            problems: operation.all_problems().into_iter().map(ProblemRow::new).collect(),
            curl: curl(operation),
        }
    }
}

fn answer(operation: &Operation) -> (u16, Option<Shape>) {
    let of = |name: &str| schemas::find(name).map(Shape::of);
    match operation.gives {
        Gives::One(status, name) => (status, of(name)),
        Gives::Page(name) | Gives::All(name) => (200, of(name)),
        Gives::Nothing(status) => (status, None),
    }
}

impl Shape {
    fn of(schema: &Schema) -> Self {
        Self {
            rows: schema.fields.iter().map(Row::new).collect(),
            example: pretty(&shapes::example(schema)),
        }
    }
}

impl Row {
    fn new(field: &Field) -> Self {
        Self {
            name: field.name,
            kind: kind_text(field.kind) + if field.is_nullable { " | null" } else { "" },
            is_required: field.is_required,
            says: field.says,
        }
    }
}

/// The type of a member, in words of both languages.
fn kind_text(kind: Kind) -> String {
    let members = || match kind {
        Kind::Choice(words) | Kind::Choices(words) => words.join(" | "),
        _ => String::new(),
    };
    match kind {
        Kind::Id(prefix) => {
            let shown = prefix.show(uuid::Uuid::nil());
            format!("{}_…", shown.split('_').next().unwrap_or_default())
        }
        Kind::Text { most } => format!("string 1–{most}"),
        Kind::TextOrEmpty { most } => format!("string 0–{most}"),
        Kind::Won { .. } => "integer, KRW".to_owned(),
        Kind::Whole { least, most: i64::MAX } => format!("integer ≥ {least}"),
        Kind::Whole { least, most } => format!("integer {least}–{most}"),
        Kind::Time => "RFC 3339".to_owned(),
        Kind::Yes => "boolean".to_owned(),
        Kind::Choice(_) => members(),
        Kind::Only(word) => format!("\"{word}\""),
        Kind::Url => "URL".to_owned(),
        Kind::Pointer => "string".to_owned(),
        Kind::Metadata => "{string: string}".to_owned(),
        Kind::Open => "object".to_owned(),
        Kind::Of(name) => name.to_owned(),
        Kind::Many(name) => format!("[{name}]"),
        Kind::Choices(_) => format!("[{}]", members()),
    }
}

/// How the call is made from a terminal, with its example.
fn curl(operation: &Operation) -> String {
    let path = operation
        .path
        .replace("{id}", "$ID")
        .replace("{key}", "$ORDER_KEY")
        .replace("{delivery_id}", "$DELIVERY_ID");
    let method = match operation.verb {
        Verb::Get => String::new(),
        verb => format!("-X {} ", verb.as_str()),
    };
    let mut lines = vec![
        format!("curl -s {method}\"$API{path}\""),
        "-H \"Authorization: Bearer $KEY\"".to_owned(),
    ];
    if operation.is_keyed {
        lines.push("-H \"Idempotency-Key: order-1042\"".to_owned());
    }
    if let Some(schema) = operation.takes.and_then(|takes| schemas::find(takes.schema)) {
        lines.push("-H \"Content-Type: application/json\"".to_owned());
        lines.push(format!("-d '{}'", shapes::example(schema)));
    }
    lines.join(" \\\n  ")
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

impl Page for Reference {
    const TEMPLATE: &'static str = "docs/reference.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let all = groups::ALL.iter();
        all.map(|group| (group.name, Self::new(group))).collect()
    }
}
