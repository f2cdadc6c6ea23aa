//! Checkouts, and the webhooks of a partner with what became of each telling.

use crate::ids::Prefix;
use crate::models::kinds::{CheckoutStatus, DeliveryStatus, EndpointStatus, PausedReason};
use crate::openapi::schema::{Field, Kind, Schema, choice, field, text, time, won, words};

const COUNT: Kind = Kind::Whole {
    least: 0,
    most: i64::MAX,
};

pub const ALL: &[Schema] = &[
    Schema {
        name: "Checkout",
        fields: &[
            field("id", Kind::Id(Prefix::Checkout)),
            field("object", Kind::Only("checkout")),
            choice("status", words!(CheckoutStatus::ALL)).says("checkout_status"),
            field("version", COUNT),
            text("order_id", 100),
            won("amount"),
            field("currency", Kind::Only("KRW")),
            text("description", 200),
            field("return_url", Kind::Url),
            field("url", Kind::Url).nullable().says("checkout_url"),
            field("payment_id", Kind::Id(Prefix::Payment)).nullable(),
            field("metadata", Kind::Metadata),
            time("created_at"),
            time("expires_at").says("checkout_expires_at"),
            time("completed_at").nullable(),
            field("livemode", Kind::Yes),
        ],
        is_asked: false,
        example: r#"{"id":"chk_019ac1f05d7a7b3e8c41f2a90b6d7e14","object":"checkout","status":"open","version":1,
            "order_id":"order-1043","amount":12300,"currency":"KRW","description":"원두 1kg",
            "return_url":"https://shop.example/naru/return",
            "url":"https://naru.example/checkout/chk_019ac1f05d7a7b3e8c41f2a90b6d7e14","payment_id":null,"metadata":{},
            "created_at":"2026-11-26T14:33:00+09:00","expires_at":"2026-11-26T15:03:00+09:00","completed_at":null,
            "livemode":false}"#,
    },
    Schema {
        name: "Endpoint",
        fields: ENDPOINT,
        is_asked: false,
        example: r#"{"id":"whe_019ac1f05d7a7b3e8c41f2a90b6d7e15","object":"webhook_endpoint",
            "url":"https://shop.example/naru/webhooks","description":"","event_types":[],"status":"active",
            "paused_reason":null,"version":1,"failures":0,"failing_since":null,"previous_secret_ends_at":null,
            "created_at":"2026-11-26T14:03:00+09:00","updated_at":"2026-11-26T14:03:00+09:00","livemode":false}"#,
    },
    Schema {
        name: "EndpointSecret",
        fields: &{
            let mut fields = [text("secret", 100).nullable().says("endpoint_secret"); ENDPOINT.len() + 1];
            let mut at = 0;
            while at < ENDPOINT.len() {
                fields[at] = ENDPOINT[at];
                at += 1;
            }
            fields
        },
        is_asked: false,
        example: r#"{"id":"whe_019ac1f05d7a7b3e8c41f2a90b6d7e15","object":"webhook_endpoint",
            "url":"https://shop.example/naru/webhooks","description":"","event_types":[],"status":"active",
            "paused_reason":null,"version":1,"failures":0,"failing_since":null,"previous_secret_ends_at":null,
            "created_at":"2026-11-26T14:03:00+09:00","updated_at":"2026-11-26T14:03:00+09:00","livemode":false,
            "secret":"whsec_…"}"#,
    },
    Schema {
        name: "Delivery",
        fields: DELIVERY,
        is_asked: false,
        example: r#"{"id":"dlv_019ac1f05d7a7b3e8c41f2a90b6d7e16","object":"webhook_delivery",
            "endpoint_id":"whe_019ac1f05d7a7b3e8c41f2a90b6d7e15","event_id":"evt_019ac1f05d7a7b3e8c41f2a90b6d7e13",
            "event_type":"payment.succeeded","status":"delivered","attempt_count":1,"repeats_id":null,
            "next_attempt_at":null,"created_at":"2026-11-26T14:03:02+09:00","ended_at":"2026-11-26T14:03:02+09:00"}"#,
    },
    Schema {
        name: "DeliveryDetail",
        fields: &{
            let mut fields = [field("event", Kind::Of("Event")); DELIVERY.len() + 2];
            let mut at = 0;
            while at < DELIVERY.len() {
                fields[at] = DELIVERY[at];
                at += 1;
            }
            fields[at] = field("attempts", Kind::Many("Attempt"));
            fields
        },
        is_asked: false,
        example: r#"{"id":"dlv_019ac1f05d7a7b3e8c41f2a90b6d7e16","object":"webhook_delivery",
            "endpoint_id":"whe_019ac1f05d7a7b3e8c41f2a90b6d7e15","event_id":"evt_019ac1f05d7a7b3e8c41f2a90b6d7e13",
            "event_type":"payment.succeeded","status":"delivered","attempt_count":1,"repeats_id":null,
            "next_attempt_at":null,"created_at":"2026-11-26T14:03:02+09:00","ended_at":"2026-11-26T14:03:02+09:00",
            "event":{"id":"evt_019ac1f05d7a7b3e8c41f2a90b6d7e13","type":"payment.succeeded",
            "created_at":"2026-11-26T14:03:01.004512+09:00","version":3,"previous_status":"executing","data":{}},
            "attempts":[{"number":1,"started_at":"2026-11-26T14:03:02+09:00","took_ms":31,"request_headers":{},
            "response_status":204,"response_body":"","failure":null}]}"#,
    },
    Schema {
        name: "Attempt",
        fields: &[
            field("number", COUNT),
            time("started_at"),
            field("took_ms", COUNT).nullable(),
            field("request_headers", Kind::Open),
            field("response_status", COUNT).nullable(),
            text("response_body", 1000).nullable(),
            text("failure", 100).nullable().says("attempt_failure"),
        ],
        is_asked: false,
        example: r#"{"number":1,"started_at":"2026-11-26T14:03:02+09:00","took_ms":31,"request_headers":{},
            "response_status":204,"response_body":"","failure":null}"#,
    },
    Schema {
        name: "Redelivery",
        fields: &[
            field("object", Kind::Only("redelivery")),
            field("event_id", Kind::Id(Prefix::Event)).optional(),
            field("endpoint_id", Kind::Id(Prefix::Endpoint)).optional(),
            time("from").optional(),
            time("to").optional(),
            choice("only", &["failed", "all"]).optional(),
            field("count", COUNT).says("redelivery_count"),
            field("has_more", Kind::Yes).says("redelivery_has_more"),
        ],
        is_asked: false,
        example: r#"{"object":"redelivery","event_id":"evt_019ac1f05d7a7b3e8c41f2a90b6d7e13","count":1,"has_more":false}"#,
    },
    Schema {
        name: "EndpointTest",
        fields: &[
            field("object", Kind::Only("endpoint_test")),
            field("event_id", Kind::Id(Prefix::Event)),
            field("endpoint_id", Kind::Id(Prefix::Endpoint)),
            choice("endpoint_status", words!(EndpointStatus::ALL)),
        ],
        is_asked: false,
        example: r#"{"object":"endpoint_test","event_id":"evt_019ac1f05d7a7b3e8c41f2a90b6d7e13",
            "endpoint_id":"whe_019ac1f05d7a7b3e8c41f2a90b6d7e15","endpoint_status":"active"}"#,
    },
];

const ENDPOINT: &[Field] = &[
    field("id", Kind::Id(Prefix::Endpoint)),
    field("object", Kind::Only("webhook_endpoint")),
    field("url", Kind::Url).says("endpoint_url"),
    field("description", Kind::TextOrEmpty { most: 100 }).says("endpoint_description"),
    field("event_types", Kind::Choices(super::shared::SUBSCRIBED_TYPES)),
    choice("status", words!(EndpointStatus::ALL)).says("endpoint_status"),
    choice("paused_reason", words!(PausedReason::ALL)).nullable(),
    field("version", COUNT),
    field("failures", COUNT),
    time("failing_since").nullable(),
    time("previous_secret_ends_at").nullable(),
    time("created_at"),
    time("updated_at"),
    field("livemode", Kind::Yes),
];

const DELIVERY: &[Field] = &[
    field("id", Kind::Id(Prefix::Delivery)),
    field("object", Kind::Only("webhook_delivery")),
    field("endpoint_id", Kind::Id(Prefix::Endpoint)),
    field("event_id", Kind::Id(Prefix::Event)),
    choice("event_type", super::shared::EVENT_TYPES),
    choice("status", words!(DeliveryStatus::ALL)).says("delivery_status"),
    field("attempt_count", COUNT),
    field("repeats_id", Kind::Id(Prefix::Delivery)).nullable(),
    time("next_attempt_at").nullable(),
    time("created_at"),
    time("ended_at").nullable(),
];
