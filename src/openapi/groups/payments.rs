//! Payments: ask, find again, read the story, cancel while it waits.

use super::Group;
use crate::controllers::api::problem::Code;
use crate::models::kinds::Scope;
use crate::openapi::operation::{Gives, Operation, Takes, Verb};
use crate::openapi::schema::{CURSOR, Field, LIMIT, TRANSFER_STATES, choice, text, time, won};

pub const GROUP: Group = Group {
    name: "payments",
    operations: &[
        Operation {
            verb: Verb::Post,
            takes: Some(Takes { schema: "NewPayment" }),
            is_keyed: true,
            problems: &[
                Code::NotFound,
                Code::PartnerStopped,
                Code::DuplicateOrder,
                Code::MandateInactive,
                Code::LimitExceeded,
            ],
            ..Operation::get(
                "createPayment",
                "/payments",
                Scope::PaymentsWrite,
                Gives::One(202, "Payment"),
            )
        },
        Operation {
            query: FILTERS,
            ..Operation::get("listPayments", "/payments", Scope::PaymentsRead, Gives::Page("Payment"))
        },
        Operation::get(
            "getPayment",
            "/payments/{id}",
            Scope::PaymentsRead,
            Gives::One(200, "Payment"),
        ),
        Operation::get(
            "getPaymentByIdempotencyKey",
            "/payments/by-idempotency-key/{key}",
            Scope::PaymentsRead,
            Gives::One(200, "Payment"),
        ),
        Operation::get(
            "getPaymentTimeline",
            "/payments/{id}/timeline",
            Scope::PaymentsRead,
            Gives::All("TimelineEntry"),
        ),
        Operation {
            verb: Verb::Post,
            is_conditional: true,
            problems: &[Code::NotCancelable],
            ..Operation::get(
                "cancelPayment",
                "/payments/{id}/cancellation",
                Scope::PaymentsWrite,
                Gives::One(200, "Payment"),
            )
        },
    ],
};

const FILTERS: &[Field] = &[
    text("order_id", 100).optional(),
    choice("status", TRANSFER_STATES).optional(),
    text("member", 100).optional(),
    won("amount_min").from_zero().optional(),
    won("amount_max").from_zero().optional(),
    time("created_from").optional(),
    time("created_to").optional(),
    LIMIT,
    CURSOR,
];
