//! The calls by what they are about, a file each: the table from which the API demands scopes and the document is made.

mod checkouts;
mod events;
mod mandates;
mod payments;
mod refunds;
mod webhooks;

use super::operation::Operation;

/// The calls about one kind of thing. Its text is `tag-{name}`.
#[derive(Clone, Copy, Debug)]
pub struct Group {
    pub name: &'static str,
    pub operations: &'static [Operation],
}

pub const ALL: [Group; 6] = [
    payments::GROUP,
    refunds::GROUP,
    mandates::GROUP,
    checkouts::GROUP,
    webhooks::GROUP,
    events::GROUP,
];

/// Every call that answers.
pub fn operations() -> impl Iterator<Item = &'static Operation> {
    ALL.iter().flat_map(|group| group.operations)
}

/// The call of a route as the router names it: `/api/v1/payments/{id}`. A `HEAD` is a `GET`.
#[must_use]
pub fn find(verb: &str, route: &str) -> Option<&'static Operation> {
    let path = route.strip_prefix(super::BASE)?;
    let verb = if verb == "HEAD" { "GET" } else { verb };
    operations().find(|operation| operation.path == path && operation.verb.as_str() == verb)
}
