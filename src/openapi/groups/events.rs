//! Events: everything that happened, in order, for a partner that was away.

use super::Group;
use crate::models::kinds::Scope;
use crate::openapi::operation::{Gives, Operation, Verb};
use crate::openapi::schema::{LIMIT, text};

pub const GROUP: Group = Group {
    name: "events",
    operations: &[],
    to_come: &[
        Operation {
            query: &[LIMIT, text("after_cursor", 255).optional()],
            ..Operation::get("listEvents", "/events", Scope::EventsRead, Gives::Page("Event"))
        },
        Operation {
            verb: Verb::Post,
            is_keyed: true,
            ..Operation::get(
                "redeliverEvent",
                "/events/{id}/redelivery",
                Scope::WebhooksWrite,
                Gives::One(202, "Redelivery"),
            )
        },
    ],
};
