//! Payments, refunds and their story, as `views/api` writes them.

use crate::ids::Prefix;
use crate::models::kinds::{Actor, EventType, FailureCode, MoneyMoved};
use crate::openapi::schema::{Kind, Schema, TRANSFER_STATES, choice, field, text, time, version, won, words};

const MONEY_MOVED: &[&str] = words!(MoneyMoved::ALL);
const FAILURES: &[&str] = words!(FailureCode::ALL);
const EVENTS: &[&str] = words!(EventType::ALL);
const ACTORS: &[&str] = words!(Actor::ALL);

pub const ALL: &[Schema] = &[
    Schema {
        name: "Payment",
        fields: &[
            field("id", Kind::Id(Prefix::Payment)),
            field("object", Kind::Only("payment")),
            choice("status", TRANSFER_STATES),
            choice("money_moved", MONEY_MOVED),
            version(),
            text("order_id", 100).nullable(),
            won("amount"),
            won("refunded_amount").from_zero(),
            won("refundable_amount").from_zero(),
            field("currency", Kind::Only("KRW")),
            text("description", 200),
            field("mandate_id", Kind::Id(Prefix::Mandate)).nullable(),
            field("bank", Kind::Of("Bank")),
            text("account_masked", 40),
            field("failure", Kind::Of("Failure")).nullable(),
            field("late", Kind::Yes),
            field("metadata", Kind::Metadata),
            time("created_at"),
            time("updated_at"),
            time("executed_at").nullable(),
            time("settled_at").nullable(),
            time("next_check_at").nullable(),
            time("expires_at").nullable(),
            field("livemode", Kind::Yes),
        ],
        is_asked: false,
        example: r#"{"id":"pay_019ac1f05d7a7b3e8c41f2a90b6d7e11","object":"payment","status":"succeeded","money_moved":"yes",
            "version":3,"order_id":"order-1042","amount":12300,"refunded_amount":0,"refundable_amount":12300,"currency":"KRW",
            "description":"원두 1kg","mandate_id":"man_019ac1f05d7a7b3e8c41f2a90b6d7e10","bank":{"code":"011","name":"NH농협은행"},
            "account_masked":"30200012*****","failure":null,"late":false,"metadata":{"cart":"c-77"},
            "created_at":"2026-11-26T14:03:00.123456+09:00","updated_at":"2026-11-26T14:03:01.004512+09:00",
            "executed_at":"2026-11-26T14:03:00.201993+09:00","settled_at":"2026-11-26T14:03:01.004512+09:00",
            "next_check_at":null,"expires_at":"2026-11-27T14:03:00.123456+09:00","livemode":false}"#,
    },
    Schema {
        name: "Refund",
        fields: &[
            field("id", Kind::Id(Prefix::Refund)),
            field("object", Kind::Only("refund")),
            field("payment_id", Kind::Id(Prefix::Payment)).nullable(),
            choice("status", TRANSFER_STATES),
            choice("money_moved", MONEY_MOVED),
            version(),
            won("amount"),
            text("reason", 200),
            field("failure", Kind::Of("Failure")).nullable(),
            time("created_at"),
            time("updated_at"),
            time("executed_at").nullable(),
            time("settled_at").nullable(),
            time("next_check_at").nullable(),
        ],
        is_asked: false,
        example: r#"{"id":"ref_019ac1f05d7a7b3e8c41f2a90b6d7e12","object":"refund",
            "payment_id":"pay_019ac1f05d7a7b3e8c41f2a90b6d7e11","status":"queued","money_moved":"no","version":1,"amount":2300,
            "reason":"단순 변심","failure":null,"created_at":"2026-11-26T14:10:00.123456+09:00",
            "updated_at":"2026-11-26T14:10:00.123456+09:00","executed_at":null,"settled_at":null,"next_check_at":null}"#,
    },
    Schema {
        name: "TimelineEntry",
        fields: &[
            time("at"),
            choice("type", EVENTS).says("timeline_type"),
            version(),
            choice("status", TRANSFER_STATES),
            choice("actor", ACTORS),
            field("detail", Kind::Open).says("timeline_detail"),
        ],
        is_asked: false,
        example: r#"{"at":"2026-11-26T14:03:01.004512+09:00","type":"succeeded","version":3,"status":"succeeded",
            "actor":"worker","detail":{}}"#,
    },
    Schema {
        name: "Failure",
        fields: &[choice("code", FAILURES).says("failure_code"), text("message", 400)],
        is_asked: false,
        example: r#"{"code":"insufficient_balance","message":"계좌의 잔액이 부족해요."}"#,
    },
];
