//! What a partner sends, as `Fields` of `controllers/api` reads it.

use crate::ids::Prefix;
use crate::openapi::schema::{Kind, Schema, choice, field, text, time, won};

use super::shared::SUBSCRIBED_TYPES;

const MOST_WON: i64 = 100_000_000;

pub const ALL: &[Schema] = &[
    Schema {
        name: "NewPayment",
        fields: &[
            field("mandate_id", Kind::Id(Prefix::Mandate)),
            text("order_id", 100),
            field(
                "amount",
                Kind::Whole {
                    least: 1,
                    most: MOST_WON,
                },
            ),
            text("description", 200),
            field("metadata", Kind::Metadata).optional().nullable(),
            time("expires_at").optional().nullable(),
        ],
        is_asked: true,
        example: r#"{"mandate_id":"man_019ac1f05d7a7b3e8c41f2a90b6d7e10","order_id":"order-1042","amount":12300,
            "description":"원두 1kg","metadata":{"cart":"c-77"}}"#,
    },
    Schema {
        name: "NewRefund",
        fields: &[
            field(
                "amount",
                Kind::Whole {
                    least: 1,
                    most: MOST_WON,
                },
            )
            .optional()
            .says("refund_amount"),
            text("reason", 200),
        ],
        is_asked: true,
        example: r#"{"amount":2300,"reason":"단순 변심"}"#,
    },
    Schema {
        name: "NewMandate",
        fields: &[
            field("return_url", Kind::Url),
            won("per_payment_limit"),
            won("daily_limit"),
            text("reference", 100).optional().nullable(),
        ],
        is_asked: true,
        example: r#"{"return_url":"https://shop.example/naru/return","per_payment_limit":100000,"daily_limit":300000,
            "reference":"customer-1"}"#,
    },
    Schema {
        name: "NewCheckout",
        fields: &[
            text("order_id", 100),
            field(
                "amount",
                Kind::Whole {
                    least: 1,
                    most: MOST_WON,
                },
            ),
            text("description", 200),
            field("return_url", Kind::Url),
            field("metadata", Kind::Metadata).optional().nullable(),
        ],
        is_asked: true,
        example: r#"{"order_id":"order-1043","amount":12300,"description":"원두 1kg",
            "return_url":"https://shop.example/naru/return"}"#,
    },
    Schema {
        name: "NewEndpoint",
        fields: &[
            field("url", Kind::Url).says("endpoint_url"),
            field("event_types", Kind::Choices(SUBSCRIBED_TYPES))
                .optional()
                .nullable(),
            field("description", Kind::TextOrEmpty { most: 100 })
                .optional()
                .nullable()
                .says("endpoint_description"),
        ],
        is_asked: true,
        example: r#"{"url":"https://shop.example/naru/webhooks"}"#,
    },
    Schema {
        name: "EndpointChange",
        fields: &[
            field("url", Kind::Url).optional().nullable().says("endpoint_url"),
            field("description", Kind::TextOrEmpty { most: 100 })
                .optional()
                .nullable()
                .says("endpoint_description"),
            field("event_types", Kind::Choices(SUBSCRIBED_TYPES))
                .optional()
                .nullable(),
            choice("status", &["active", "paused"])
                .optional()
                .nullable()
                .says("endpoint_status"),
        ],
        is_asked: true,
        example: r#"{"status":"paused"}"#,
    },
    Schema {
        name: "EventRedelivery",
        fields: &[field("endpoint_id", Kind::Id(Prefix::Endpoint)).optional().nullable()],
        is_asked: true,
        example: "{}",
    },
    Schema {
        name: "NewRedeliveries",
        fields: &[
            time("from"),
            time("to").optional().nullable(),
            choice("only", &["failed", "all"]),
            field("confirm", Kind::Yes).optional().nullable(),
        ],
        is_asked: true,
        example: r#"{"from":"2026-11-26T09:00:00+09:00","only":"failed"}"#,
    },
];
