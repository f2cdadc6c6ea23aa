//! The answers of calls whose routes are to come, as the API's contract names them.

use crate::ids::Prefix;
use crate::models::kinds::{CheckoutStatus, DeliveryStatus, EndpointStatus, MandateStatus};
use crate::openapi::schema::{Kind, Schema, choice, field, text, time, won, words};

const LEAST_ONE: Kind = Kind::Whole {
    least: 1,
    most: i64::MAX,
};

pub const ALL: &[Schema] = &[
    Schema {
        name: "MandateRequest",
        fields: &[
            field("id", Kind::Id(Prefix::Mandate)),
            choice("status", words!(MandateStatus::ALL)).says("mandate_status"),
            field("approval_url", Kind::Url),
        ],
        is_asked: false,
        example: r#"{"id":"man_019ac1f05d7a7b3e8c41f2a90b6d7e10","status":"pending",
            "approval_url":"https://naru.example/checkout/mandates/man_019ac1f05d7a7b3e8c41f2a90b6d7e10"}"#,
    },
    Schema {
        name: "Checkout",
        fields: &[
            field("id", Kind::Id(Prefix::Checkout)),
            field("url", Kind::Url).says("checkout_url"),
            time("expires_at").says("checkout_expires_at"),
            choice("status", words!(CheckoutStatus::ALL)).says("checkout_status"),
            text("order_id", 100),
            won("amount"),
            field("payment_id", Kind::Id(Prefix::Payment)).nullable(),
        ],
        is_asked: false,
        example: r#"{"id":"chk_019ac1f05d7a7b3e8c41f2a90b6d7e14",
            "url":"https://naru.example/checkout/chk_019ac1f05d7a7b3e8c41f2a90b6d7e14","status":"open",
            "expires_at":"2026-11-26T15:03:00+09:00","order_id":"order-1043","amount":12300,"payment_id":null}"#,
    },
    Schema {
        name: "Endpoint",
        fields: &[
            field("id", Kind::Id(Prefix::Endpoint)),
            field("url", Kind::Url).says("endpoint_url"),
            choice("status", words!(EndpointStatus::ALL)).says("endpoint_status"),
            text("secret", 100).optional().says("endpoint_secret"),
            time("created_at"),
            field("version", LEAST_ONE),
        ],
        is_asked: false,
        example: r#"{"id":"whe_019ac1f05d7a7b3e8c41f2a90b6d7e15","url":"https://shop.example/naru/webhooks",
            "status":"active","created_at":"2026-11-26T14:03:00+09:00","version":1}"#,
    },
    Schema {
        name: "Delivery",
        fields: &[
            field("id", Kind::Id(Prefix::Delivery)),
            field("event_id", Kind::Id(Prefix::Event)),
            choice("status", words!(DeliveryStatus::ALL)).says("delivery_status"),
            time("created_at"),
        ],
        is_asked: false,
        example: r#"{"id":"dlv_019ac1f05d7a7b3e8c41f2a90b6d7e16","event_id":"evt_019ac1f05d7a7b3e8c41f2a90b6d7e13",
            "status":"delivered","created_at":"2026-11-26T14:03:02+09:00"}"#,
    },
    Schema {
        name: "Redelivery",
        fields: &[field(
            "count",
            Kind::Whole {
                least: 0,
                most: i64::MAX,
            },
        )
        .says("redelivery_count")],
        is_asked: false,
        example: r#"{"count":12}"#,
    },
];
