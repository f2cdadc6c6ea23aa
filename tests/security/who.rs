//! Who asks at an address, and what may come of it.

use naru::models::kinds::Role;
use reqwest::Method;

use crate::support::http::Answer;

/// Who asks. Everything that has an owner is the owner's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    Nobody,
    Owner,
    OtherMember,
    Cs,
    CsLead,
    Operator,
    Auditor,
    /// Of the shop that the owner pays.
    Shop,
    OtherShop,
    /// At the console of the shop that the owner pays.
    Console,
    OtherConsole,
    /// With a token of the members' JSON API.
    OwnerByToken,
    OtherByToken,
}

pub const ALL: [(Who, &str); 13] = [
    (Who::Nobody, "nobody"),
    (Who::Owner, "owner"),
    (Who::OtherMember, "other member"),
    (Who::Cs, "cs"),
    (Who::CsLead, "cs_lead"),
    (Who::Operator, "operator"),
    (Who::Auditor, "auditor"),
    (Who::Shop, "shop"),
    (Who::OtherShop, "other shop"),
    (Who::Console, "console"),
    (Who::OtherConsole, "other console"),
    (Who::OwnerByToken, "owner's token"),
    (Who::OtherByToken, "other's token"),
];

/// What came of asking with an empty form, or with the least of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Let in, whatever was then said of what was sent.
    In,
    SignIn,
    /// Staff are shown to the desk.
    Desk,
    /// People of partners are shown to their console.
    Console,
    /// Shown to another address without a look at anything.
    Elsewhere,
    Refused(u16),
}

impl Fate {
    pub fn of(method: &Method, answer: &Answer) -> Self {
        let status = answer.status.as_u16();
        assert!(status < 500, "{status}: {}", answer.text);
        match (status, answer.header("location")) {
            (303, to) if to.starts_with("/sign-in") => Self::SignIn,
            (303, to) if to.starts_with("/cs/payments") => Self::Desk,
            (303, "/partner") => Self::Console,
            (303, _) if *method == Method::GET => Self::Elsewhere,
            (401 | 403 | 404, _) => Self::Refused(status),
            _ => Self::In,
        }
    }

    pub fn word(self) -> String {
        match self {
            Self::In => "**yes**".to_owned(),
            Self::SignIn => "sign in".to_owned(),
            Self::Desk => "desk".to_owned(),
            Self::Console => "console".to_owned(),
            Self::Elsewhere => "→".to_owned(),
            Self::Refused(status) => status.to_string(),
        }
    }
}

pub const STAFF: [(&str, Role); 4] = [
    ("cs@example.test", Role::Cs),
    ("lead@example.test", Role::CsLead),
    ("ops@example.test", Role::Operator),
    ("audit@example.test", Role::Auditor),
];

pub const CONSOLES: [&str; 2] = ["dev@example.test", "dev@other.test"];
