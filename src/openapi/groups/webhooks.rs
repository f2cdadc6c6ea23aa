//! Webhook endpoints: where a partner is told, with which secret, and what became of each telling.

use super::Group;
use crate::controllers::api::problem::Code;
use crate::models::kinds::DeliveryStatus;
use crate::models::kinds::Scope;
use crate::openapi::operation::{Gives, Operation, Takes, Verb};
use crate::openapi::schema::{CURSOR, LIMIT, choice, words};
use crate::openapi::schemas::EVENT_TYPES;

const WRITE: Scope = Scope::WebhooksWrite;

pub const GROUP: Group = Group {
    name: "webhooks",
    operations: &[
        Operation {
            verb: Verb::Post,
            takes: Some(Takes { schema: "NewEndpoint" }),
            problems: &[Code::LimitExceeded],
            is_keyed: true,
            ..Operation::get(
                "createWebhookEndpoint",
                "/webhook-endpoints",
                WRITE,
                Gives::One(201, "EndpointSecret"),
            )
        },
        Operation {
            query: &[LIMIT, CURSOR],
            ..Operation::get(
                "listWebhookEndpoints",
                "/webhook-endpoints",
                WRITE,
                Gives::Page("Endpoint"),
            )
        },
        Operation::get(
            "getWebhookEndpoint",
            "/webhook-endpoints/{id}",
            WRITE,
            Gives::One(200, "Endpoint"),
        ),
        Operation {
            verb: Verb::Patch,
            takes: Some(Takes {
                schema: "EndpointChange",
            }),
            is_conditional: true,
            ..Operation::get(
                "changeWebhookEndpoint",
                "/webhook-endpoints/{id}",
                WRITE,
                Gives::One(200, "Endpoint"),
            )
        },
        Operation {
            verb: Verb::Delete,
            is_conditional: true,
            ..Operation::get(
                "deleteWebhookEndpoint",
                "/webhook-endpoints/{id}",
                WRITE,
                Gives::One(200, "Endpoint"),
            )
        },
        Operation {
            verb: Verb::Post,
            is_keyed: true,
            is_conditional: true,
            ..Operation::get(
                "rotateWebhookSecret",
                "/webhook-endpoints/{id}/secret-rotation",
                WRITE,
                Gives::One(200, "EndpointSecret"),
            )
        },
        Operation {
            verb: Verb::Delete,
            is_conditional: true,
            ..Operation::get(
                "endPreviousWebhookSecret",
                "/webhook-endpoints/{id}/previous-secret",
                WRITE,
                Gives::One(200, "Endpoint"),
            )
        },
        Operation {
            verb: Verb::Post,
            is_keyed: true,
            has_etag: false,
            ..Operation::get(
                "testWebhookEndpoint",
                "/webhook-endpoints/{id}/test",
                WRITE,
                Gives::One(202, "EndpointTest"),
            )
        },
        Operation {
            query: &[
                choice("status", words!(DeliveryStatus::ALL))
                    .optional()
                    .says("delivery_status"),
                choice("event_type", EVENT_TYPES).optional(),
                LIMIT,
                CURSOR,
            ],
            ..Operation::get(
                "listWebhookDeliveries",
                "/webhook-endpoints/{id}/deliveries",
                WRITE,
                Gives::Page("Delivery"),
            )
        },
        Operation {
            has_etag: false,
            ..Operation::get(
                "getWebhookDelivery",
                "/webhook-endpoints/{id}/deliveries/{delivery_id}",
                WRITE,
                Gives::One(200, "DeliveryDetail"),
            )
        },
        Operation {
            verb: Verb::Post,
            takes: Some(Takes {
                schema: "NewRedeliveries",
            }),
            problems: &[Code::ConfirmationNeeded],
            is_keyed: true,
            has_etag: false,
            ..Operation::get(
                "redeliverToWebhookEndpoint",
                "/webhook-endpoints/{id}/redeliveries",
                WRITE,
                Gives::One(202, "Redelivery"),
            )
        },
    ],
};
