//! Mandates: ask a member for a standing consent, read it, end it.

use super::Group;
use crate::controllers::api::problem::Code;
use crate::models::kinds::{MandateStatus, Scope};
use crate::openapi::operation::{Gives, Operation, Takes, Verb};
use crate::openapi::schema::{CURSOR, LIMIT, choice, text, words};

pub const GROUP: Group = Group {
    name: "mandates",
    operations: &[
        Operation {
            query: &[
                choice("status", words!(MandateStatus::ALL))
                    .optional()
                    .says("mandate_status"),
                text("reference", 100).optional(),
                LIMIT,
                CURSOR,
            ],
            ..Operation::get("listMandates", "/mandates", Scope::MandatesRead, Gives::Page("Mandate"))
        },
        Operation::get(
            "getMandate",
            "/mandates/{id}",
            Scope::MandatesRead,
            Gives::One(200, "Mandate"),
        ),
        Operation {
            verb: Verb::Post,
            takes: Some(Takes { schema: "NewMandate" }),
            is_keyed: true,
            problems: &[Code::PartnerStopped],
            ..Operation::get(
                "createMandate",
                "/mandates",
                Scope::MandatesWrite,
                Gives::One(201, "Mandate"),
            )
        },
        Operation {
            verb: Verb::Delete,
            is_conditional: true,
            ..Operation::get(
                "revokeMandate",
                "/mandates/{id}",
                Scope::MandatesWrite,
                Gives::One(200, "Mandate"),
            )
        },
    ],
};
