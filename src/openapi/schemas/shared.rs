//! Mandates, banks and problems, and the words of events.

use crate::ids::Prefix;
use crate::models::kinds::{MandateStatus, MoneyMoved, PartnerEventType};
use crate::openapi::schema::{Kind, Schema, choice, field, text, time, version, won, words};

pub const EVENT_TYPES: &[&str] = words!(PartnerEventType::ALL);
/// What an endpoint is told of unasked: all but its test, which is the last.
pub const SUBSCRIBED_TYPES: &[&str] = EVENT_TYPES.split_at(EVENT_TYPES.len() - 1).0;
const MANDATES: &[&str] = words!(MandateStatus::ALL);

pub const ALL: &[Schema] = &[
    Schema {
        name: "Mandate",
        fields: &[
            field("id", Kind::Id(Prefix::Mandate)),
            field("object", Kind::Only("mandate")),
            choice("status", MANDATES).says("mandate_status"),
            version(),
            won("per_payment_limit"),
            won("daily_limit"),
            text("reference", 100).nullable(),
            field("return_url", Kind::Url).nullable(),
            field("approval_url", Kind::Url).nullable(),
            field("bank", Kind::Of("Bank")).nullable(),
            text("account_masked", 40).nullable(),
            time("created_at"),
            time("expires_at").nullable().says("mandate_expires_at"),
            time("activated_at").nullable(),
            time("revoked_at").nullable(),
            field("livemode", Kind::Yes),
        ],
        is_asked: false,
        example: r#"{"id":"man_019ac1f05d7a7b3e8c41f2a90b6d7e10","object":"mandate","status":"active","version":2,
            "per_payment_limit":100000,"daily_limit":300000,"reference":"customer-1",
            "return_url":"https://shop.example/naru/return","approval_url":null,
            "bank":{"code":"011","name":"NH농협은행"},"account_masked":"30200012*****",
            "created_at":"2026-11-01T10:00:00+09:00","expires_at":"2026-11-02T10:00:00+09:00",
            "activated_at":"2026-11-01T10:02:00+09:00","revoked_at":null,"livemode":false}"#,
    },
    Schema {
        name: "Bank",
        fields: &[text("code", 3).says("bank_code"), text("name", 40).says("bank_name")],
        is_asked: false,
        example: r#"{"code":"011","name":"NH농협은행"}"#,
    },
    Schema {
        name: "Problem",
        fields: &[
            text("type", 400).says("problem_type"),
            text("title", 200),
            field("status", Kind::Whole { least: 400, most: 599 }).says("problem_status"),
            text("detail", 400),
            text("instance", 2000),
            text("code", 60).says("problem_code"),
            text("request_id", 255),
            choice("money_moved", words!(MoneyMoved::ALL)),
            field("retryable", Kind::Yes),
            field("errors", Kind::Many("FieldProblem")).optional(),
        ],
        is_asked: false,
        example: r#"{"type":"/docs/problems/invalid_request","title":"요청 값이 올바르지 않아요","status":422,
            "detail":"errors에 있는 항목을 고쳐서 다시 요청해 주세요. 저장된 것은 없어요.","instance":"/api/v1/payments",
            "code":"invalid_request","request_id":"5f0c1d2e-0b7a-4b57-9d0a-6a1f3b1f7a11","money_moved":"no","retryable":false,
            "errors":[{"pointer":"/amount","detail":"1 이상 100,000,000 이하의 정수(원)여야 해요."}]}"#,
    },
    Schema {
        name: "FieldProblem",
        fields: &[field("pointer", Kind::Pointer), text("detail", 400)],
        is_asked: false,
        example: r#"{"pointer":"/amount","detail":"1 이상 100,000,000 이하의 정수(원)여야 해요."}"#,
    },
    Schema {
        name: "Event",
        fields: &[
            field("id", Kind::Id(Prefix::Event)),
            choice("type", EVENT_TYPES).says("event_type"),
            time("created_at"),
            version(),
            text("previous_status", 16),
            field("data", Kind::Open),
        ],
        is_asked: false,
        example: r#"{"id":"evt_019ac1f05d7a7b3e8c41f2a90b6d7e13","type":"payment.succeeded",
            "created_at":"2026-11-26T14:03:01.004512+09:00","version":3,"previous_status":"executing",
            "data":{"id":"pay_019ac1f05d7a7b3e8c41f2a90b6d7e11","object":"payment","status":"succeeded","money_moved":"yes"}}"#,
    },
];
