//! `/cs/staff`: who works at the desk, in which role and with which second factor, for who may take a factor away.

use axum::extract::Query;
use axum::response::Response;
use loco_rs::controller::Routes;
use serde::Deserialize;
use uuid::Uuid;

use super::StaffVisit;
use crate::controllers::pages::PageError;
use crate::controllers::routing::get;
use crate::desk::people::{self, StaffMember};
use crate::desk::roles::Permission;
use crate::ids::{Prefix, UserId};
use crate::models::kinds::Role;
use crate::security::masking;
use crate::views::cs::staff::{StaffList, StaffRow};
use crate::views::paging::Paging;

pub const PATH: &str = "/cs/staff";
const PAGE_ROWS: usize = 50;

pub fn routes() -> Routes {
    Routes::new().add(PATH, get(list))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    cursor: String,
}

async fn list(visit: StaffVisit, Query(asked): Query<Asked>) -> Result<Response, PageError> {
    visit.require(Permission::ResetFactors)?;
    let after = parse(&asked.cursor);
    let mut found = people::list(visit.db(), after, PAGE_ROWS as u64).await?;
    let has_more = found.len() > PAGE_ROWS;
    found.truncate(PAGE_ROWS);
    let next = found.last().filter(|_| has_more).map(cursor);
    let cursor = after.map(|_| asked.cursor.as_str());
    visit.show(&StaffList {
        staff: found.iter().map(|one| row(one, visit.staff.id)).collect(),
        paging: Paging::new(PATH, &[], cursor, next.as_deref()),
    })
}

pub(super) fn row(of: &StaffMember, me: UserId) -> StaffRow {
    StaffRow {
        id: Prefix::Staff.show(of.user.id.0),
        name: of.user.name.clone(),
        email_masked: masking::email(&of.user.email),
        role: of.user.role,
        is_me: of.user.id == me,
        joined_at: of.user.created_at,
        enrolled_at: of.factor.as_ref().map(|factor| factor.enrolled_at),
    }
}

/// A place in the list: the role and the id of the last one that was shown.
fn cursor(of: &StaffMember) -> String {
    format!("{}.{}", of.user.role.as_str(), of.user.id.0.simple())
}

/// What is no place begins the list anew.
fn parse(cursor: &str) -> Option<(Role, UserId)> {
    let (role, id) = cursor.split_once('.')?;
    let role = Role::parse(role).filter(|role| role.is_staff())?;
    Some((role, UserId(Uuid::try_parse(id).ok()?)))
}
