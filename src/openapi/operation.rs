//! One call of the partner API: its address, the scope it demands, what it takes and what it answers.

use super::schema::Field;
use crate::controllers::api::problem::Code;
use crate::models::kinds::Scope;

/// How a call is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    Get,
    Post,
    Patch,
    Delete,
}

impl Verb {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// What comes back when all is well.
#[derive(Clone, Copy, Debug)]
pub enum Gives {
    /// One thing of this schema.
    One(u16, &'static str),
    /// A page of a list.
    Page(&'static str),
    /// All of a short list.
    All(&'static str),
    /// Nothing but the status.
    Nothing(u16),
}

/// The body that a call takes.
#[derive(Clone, Copy, Debug)]
pub struct Takes {
    pub schema: &'static str,
}

/// A call. Its texts are `op-{id}` and `op-{id}-detail`.
#[derive(Clone, Copy, Debug)]
pub struct Operation {
    /// The `operationId`.
    pub id: &'static str,
    pub verb: Verb,
    /// Below [`super::BASE`], as the router has it.
    pub path: &'static str,
    pub scope: Scope,
    /// Parameters of the query.
    pub query: &'static [Field],
    pub takes: Option<Takes>,
    pub gives: Gives,
    /// Whether it creates, and so needs an `Idempotency-Key`.
    pub is_keyed: bool,
    /// Whether it takes `If-Match`.
    pub is_conditional: bool,
    /// Whether the answer carries the `ETag` of what it shows.
    pub has_etag: bool,
    /// The problems of its own, beside those that follow from its shape.
    pub problems: &'static [Code],
}

impl Operation {
    /// A call that reads one thing; the starting point of the others.
    #[must_use]
    pub const fn get(id: &'static str, path: &'static str, scope: Scope, gives: Gives) -> Self {
        Self {
            id,
            verb: Verb::Get,
            path,
            scope,
            query: &[],
            takes: None,
            gives,
            is_keyed: false,
            is_conditional: false,
            has_etag: matches!(gives, Gives::One(..)),
            problems: &[],
        }
    }

    /// The names of what stands in braces in the path.
    pub fn path_parameters(&self) -> impl Iterator<Item = &'static str> {
        let parts = self.path.split('/');
        parts.filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
    }

    /// Every problem that it can answer with, in the order of [`Code::ALL`].
    #[must_use]
    pub fn all_problems(&self) -> Vec<Code> {
        let mut codes = vec![
            Code::Unauthenticated,
            Code::Forbidden,
            Code::UnknownApiVersion,
            Code::RateLimited,
            Code::Internal,
            Code::Unavailable,
        ];
        if self.path.contains('{') {
            codes.push(Code::NotFound);
        }
        if self.takes.is_some() {
            codes.extend([Code::MalformedJson, Code::PayloadTooLarge, Code::UnsupportedMediaType]);
        }
        if self.takes.is_some() || self.is_keyed || self.is_conditional || !self.query.is_empty() {
            codes.push(Code::InvalidRequest);
        }
        if self.is_keyed {
            codes.extend([
                Code::IdempotencyKeyMissing,
                Code::IdempotencyKeyInUse,
                Code::IdempotencyKeyReused,
            ]);
        }
        if self.is_conditional {
            codes.push(Code::VersionConflict);
        }
        codes.extend(self.problems);
        Code::ALL.into_iter().filter(|code| codes.contains(code)).collect()
    }
}
