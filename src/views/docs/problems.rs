//! What each problem means: `type` in a problem's body leads here.

use serde::Serialize;

use super::Contents;
use crate::controllers::api::problem::Code;
use crate::openapi::answers::problem_example;
use crate::openapi::groups;
use crate::openapi::words::Words;
use crate::views::i18n::Language;
use crate::views::page::Page;

/// `GET /docs/problems`.
#[derive(Clone, Debug, Serialize)]
pub struct ProblemList {
    toc: Contents,
    problems: Vec<ProblemRow>,
}

#[derive(Clone, Debug, Serialize)]
pub struct ProblemRow {
    pub code: &'static str,
    pub status: u16,
}

impl ProblemRow {
    #[must_use]
    pub fn new(code: Code) -> Self {
        Self {
            code: code.as_str(),
            status: code.status().as_u16(),
        }
    }
}

impl Default for ProblemList {
    fn default() -> Self {
        Self {
            toc: Contents::new(),
            problems: Code::ALL.into_iter().map(ProblemRow::new).collect(),
        }
    }
}

/// `GET /docs/problems/{code}`. Its texts are `why-{code}` and `then-{code}`.
#[derive(Clone, Debug, Serialize)]
pub struct ProblemPage {
    toc: Contents,
    code: &'static str,
    status: u16,
    moved: &'static str,
    /// Whether the same request may be sent again: `later`, `same_key` or `changed`.
    again: &'static str,
    example: String,
    calls: Vec<CallLink>,
}

#[derive(Clone, Debug, Serialize)]
struct CallLink {
    group: &'static str,
    id: &'static str,
}

impl ProblemPage {
    #[must_use]
    pub fn new(code: Code, language: Language) -> Self {
        let calls: Vec<_> = groups::ALL
            .iter()
            .flat_map(|group| group.operations.iter().map(|operation| (group.name, operation)))
            .filter(|(_, operation)| operation.all_problems().contains(&code))
            .collect();
        let example = groups::operations()
            .find(|operation| operation.all_problems().contains(&code))
            .or(groups::operations().next())
            .map(|operation| problem_example(code, operation, Words(language)));
        Self {
            toc: Contents::new(),
            code: code.as_str(),
            status: code.status().as_u16(),
            moved: match code {
                Code::Internal | Code::Unavailable => "unknown",
                _ => "no",
            },
            again: match code {
                Code::Internal | Code::Unavailable => "same_key",
                other if other.facts().2 => "later",
                _ => "changed",
            },
            example: example
                .and_then(|example| serde_json::to_string_pretty(&example).ok())
                .unwrap_or_default(),
            calls: calls
                .into_iter()
                .map(|(group, operation)| CallLink {
                    group,
                    id: operation.id,
                })
                .collect(),
        }
    }
}

impl Page for ProblemList {
    const TEMPLATE: &'static str = "docs/problems.html";

    fn samples() -> Vec<(&'static str, Self)> {
        vec![("all", Self::default())]
    }
}

impl Page for ProblemPage {
    const TEMPLATE: &'static str = "docs/problem.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let all = Code::ALL.into_iter();
        all.map(|code| (code.as_str(), Self::new(code, Language::Ko))).collect()
    }
}
