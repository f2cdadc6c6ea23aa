//! `/cs/staff`: who works at the desk.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::models::kinds::Role;
use crate::views::{example, page::Page, paging::Paging};

/// `GET /cs/staff`, by role.
#[derive(Clone, Debug, Serialize)]
pub struct StaffList {
    pub staff: Vec<StaffRow>,
    pub paging: Paging,
}

#[derive(Clone, Debug, Serialize)]
pub struct StaffRow {
    /// `stf_…`.
    pub id: String,
    pub name: String,
    pub email_masked: String,
    pub role: Role,
    pub is_me: bool,
    pub joined_at: DateTime<Utc>,
    /// Their second factor; `None`: they have none.
    pub enrolled_at: Option<DateTime<Utc>>,
}

impl StaffRow {
    pub(super) fn example(role: Role, enrolled_at: Option<DateTime<Utc>>) -> Self {
        Self {
            id: "stf_019ac1f05d7a7b3e8c41f2a90b6d7e10".to_owned(),
            name: example::HOSTILE.to_owned(),
            email_masked: "cs***@naru.test".to_owned(),
            role,
            is_me: role == Role::Operator,
            joined_at: example::at(0),
            enrolled_at,
        }
    }
}

impl Page for StaffList {
    const TEMPLATE: &'static str = "cs/staff.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let staff = Role::STAFF.map(|role| {
            let enrolled_at = (role != Role::Cs).then(|| example::at(60));
            StaffRow::example(role, enrolled_at)
        });
        let list = |staff: &[StaffRow], paging| Self {
            staff: staff.to_vec(),
            paging,
        };
        let middle = Paging::new("/cs/staff", &[], Some("cs.a"), Some("operator.b"));
        vec![
            ("all", list(&staff, Paging::default())),
            ("a page of many", list(&staff, middle.clone())),
            ("past the end", list(&[], middle)),
        ]
    }
}
