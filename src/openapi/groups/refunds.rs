//! Refunds: give money of a payment back.

use super::Group;
use crate::controllers::api::problem::Code;
use crate::models::kinds::Scope;
use crate::openapi::operation::{Gives, Operation, Takes, Verb};
use crate::openapi::schema::{CURSOR, LIMIT};

pub const GROUP: Group = Group {
    name: "refunds",
    operations: &[
        Operation {
            verb: Verb::Post,
            takes: Some(Takes { schema: "NewRefund" }),
            is_keyed: true,
            is_conditional: true,
            problems: &[Code::RefundExceedsRemaining, Code::PaymentNotRefundable],
            ..Operation::get(
                "createRefund",
                "/payments/{id}/refunds",
                Scope::RefundsWrite,
                Gives::One(202, "Refund"),
            )
        },
        Operation {
            query: &[LIMIT, CURSOR],
            ..Operation::get(
                "listRefundsOfPayment",
                "/payments/{id}/refunds",
                Scope::PaymentsRead,
                Gives::Page("Refund"),
            )
        },
        Operation::get(
            "getRefund",
            "/refunds/{id}",
            Scope::PaymentsRead,
            Gives::One(200, "Refund"),
        ),
    ],
};
