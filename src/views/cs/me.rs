//! `/cs/me`: who one is at the desk, what one's role may do, one's second factor, the ways to password and devices, and the
//! switch of the shortcuts.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::desk::roles::Permission;
use crate::models::kinds::Role;
use crate::views::{example, page::Page};

/// `GET /cs/me`. Its form: `POST /me/shortcuts` (`shortcuts`: `on` or `off`).
#[derive(Clone, Debug, Serialize)]
pub struct CsMe {
    pub name: String,
    pub email_masked: String,
    pub role: Role,
    /// The columns of the matrix.
    pub roles: [Role; 4],
    pub matrix: Vec<MatrixRow>,
    /// `None`: not enrolled.
    pub factor: Option<OwnFactor>,
    /// Where one is signed in, this one among them.
    pub devices: usize,
    /// Whether the desk listens to its keys.
    pub shortcuts_on: bool,
    pub may_see_staff: bool,
}

#[derive(Clone, Debug, Serialize)]
pub struct MatrixRow {
    pub permission: Permission,
    /// In the order of the columns.
    pub may: [bool; 4],
}

#[derive(Clone, Debug, Serialize)]
pub struct OwnFactor {
    pub enrolled_at: DateTime<Utc>,
    pub codes_left: u64,
}

impl Page for CsMe {
    const TEMPLATE: &'static str = "cs/me.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let row = |permission: Permission| MatrixRow {
            permission,
            may: Role::STAFF.map(|role| role.may(permission)),
        };
        let with = |role, factor| Self {
            name: example::HOSTILE.to_owned(),
            email_masked: "le***@naru.test".to_owned(),
            role,
            roles: Role::STAFF,
            matrix: Permission::ALL.map(row).to_vec(),
            factor,
            devices: 1,
            shortcuts_on: role != Role::Auditor,
            may_see_staff: role == Role::Operator,
        };
        let enrolled = |codes_left| {
            Some(OwnFactor {
                enrolled_at: example::at(0),
                codes_left,
            })
        };
        vec![
            ("no factor", with(Role::Cs, None)),
            ("a lead with a factor", with(Role::CsLead, enrolled(10))),
            ("few codes left", with(Role::Operator, enrolled(2))),
            ("no code left", with(Role::Auditor, enrolled(0))),
        ]
    }
}
