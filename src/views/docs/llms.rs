//! `/llms.txt`: a short map of the documentation, and the API in Markdown, for programs that read for people.

use std::fmt::Write as _;

use super::Contents;
use crate::models::kinds::PartnerEventType;
use crate::openapi::operation::Gives;
use crate::openapi::words::Words;
use crate::openapi::{BASE, events, groups, schemas};
use crate::views::i18n::Language;

/// The text, in English.
#[must_use]
pub fn text() -> String {
    let words = Words(Language::En);
    let mut out = format!(
        "# {}\n\n> {}\n\n",
        words.get("openapi-title"),
        words.get("openapi-description")
    );
    let _ = writeln!(out, "- [OpenAPI 3.1](/openapi.en.json)");
    for address in Contents::addresses() {
        let _ = writeln!(out, "- [{address}]({address})");
    }
    for group in groups::ALL.iter().filter(|group| !group.operations.is_empty()) {
        let _ = writeln!(out, "\n## {}\n", words.group(group.name));
        for operation in group.operations {
            let (path, scope) = (operation.path, operation.scope.as_str());
            let _ = writeln!(out, "### {} {BASE}{path} (scope `{scope}`)\n", operation.verb.as_str());
            let _ = writeln!(out, "{}", words.description(operation.id));
            let body = operation.takes.map(|takes| takes.schema);
            let gives = match operation.gives {
                Gives::One(status, name) => format!("{status} {name}"),
                Gives::Page(name) => format!("200 {{data: [{name}], has_more, next_cursor}}"),
                Gives::All(name) => format!("200 {{data: [{name}]}}"),
                Gives::Nothing(status) => status.to_string(),
            };
            let codes: Vec<_> = operation.all_problems().iter().map(|code| code.as_str()).collect();
            let keyed = if operation.is_keyed {
                " Needs `Idempotency-Key`."
            } else {
                ""
            };
            let _ = writeln!(
                out,
                "Takes {}.{keyed} Gives {gives}. Problems: {}.\n",
                body.unwrap_or("no body"),
                codes.join(", ")
            );
        }
    }
    out.push_str("\n## Types of events\n\n");
    for kind in PartnerEventType::ALL {
        let _ = writeln!(out, "- `{}`: {}", kind.as_str(), words.get(&events::text_key(*kind)));
    }
    out.push_str("\n## Bodies\n");
    for schema in schemas::all() {
        let _ = writeln!(out, "\n### {}\n", schema.name);
        for field in schema.fields {
            let need = if field.is_required { "" } else { "?" };
            let _ = writeln!(out, "- `{}{need}`: {}", field.name, words.field(field.says));
        }
    }
    out
}
