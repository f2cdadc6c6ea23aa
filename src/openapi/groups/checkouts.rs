//! Hosted checkouts: a link under which a member approves one payment.

use super::Group;
use crate::controllers::api::problem::Code;
use crate::models::kinds::Scope;
use crate::openapi::operation::{Gives, Operation, Takes, Verb};

pub const GROUP: Group = Group {
    name: "checkouts",
    operations: &[
        Operation {
            verb: Verb::Post,
            takes: Some(Takes { schema: "NewCheckout" }),
            is_keyed: true,
            problems: &[Code::PartnerStopped, Code::DuplicateOrder, Code::LimitExceeded],
            ..Operation::get(
                "createCheckout",
                "/checkouts",
                Scope::PaymentsWrite,
                Gives::One(201, "Checkout"),
            )
        },
        Operation::get(
            "getCheckout",
            "/checkouts/{id}",
            Scope::PaymentsRead,
            Gives::One(200, "Checkout"),
        ),
    ],
};
