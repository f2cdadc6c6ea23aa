//! Events: everything that happened, in order, for a partner that was away.

use super::Group;
use crate::models::kinds::Scope;
use crate::openapi::operation::{Gives, Operation, Takes, Verb};
use crate::openapi::schema::{LIMIT, choice, text};
use crate::openapi::schemas::EVENT_TYPES;

pub const GROUP: Group = Group {
    name: "events",
    operations: &[
        Operation {
            query: &[
                choice("type", EVENT_TYPES).optional().says("event_type"),
                LIMIT,
                text("after_cursor", 255).optional(),
            ],
            ..Operation::get("listEvents", "/events", Scope::EventsRead, Gives::Page("Event"))
        },
        Operation {
            has_etag: false,
            ..Operation::get("getEvent", "/events/{id}", Scope::EventsRead, Gives::One(200, "Event"))
        },
        Operation {
            verb: Verb::Post,
            takes: Some(Takes {
                schema: "EventRedelivery",
            }),
            is_keyed: true,
            has_etag: false,
            ..Operation::get(
                "redeliverEvent",
                "/events/{id}/redelivery",
                Scope::WebhooksWrite,
                Gives::One(202, "Redelivery"),
            )
        },
    ],
};
