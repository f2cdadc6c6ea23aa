//! `/cs/me`: who I am at the desk, what my role may do, my second factor, and the keyboard's shortcuts.

use axum::response::Response;
use loco_rs::controller::Routes;

use super::StaffVisit;
use crate::controllers::pages::PageError;
use crate::controllers::routing::get;
use crate::desk::factor::{self, recovery};
use crate::desk::roles::Permission;
use crate::desk::shortcuts;
use crate::members::sign_out;
use crate::models::kinds::Role;
use crate::security::masking;
use crate::views::cs::me::{CsMe, MatrixRow, OwnFactor};

pub(super) const PATH: &str = "/cs/me";

pub fn routes() -> Routes {
    Routes::new().add(PATH, get(show))
}

async fn show(visit: StaffVisit) -> Result<Response, PageError> {
    let (db, staff) = (visit.db(), &visit.staff);
    let factor = match factor::of(db, staff.id).await? {
        None => None,
        Some(found) => Some(OwnFactor {
            enrolled_at: found.enrolled_at,
            codes_left: recovery::left(db, staff.id).await?,
        }),
    };
    visit.show(&CsMe {
        name: staff.name.clone(),
        email_masked: masking::email(&staff.email),
        role: staff.role,
        roles: Role::STAFF,
        matrix: matrix(),
        factor,
        devices: sign_out::living(&visit.services, staff.id).await?.len(),
        shortcuts_on: shortcuts::are_on(db, staff.id).await?,
        may_see_staff: staff.role.may(Permission::ResetFactors),
    })
}

/// Every permission, and which roles have it: read from the one matrix that decides.
fn matrix() -> Vec<MatrixRow> {
    let row = |permission: Permission| MatrixRow {
        permission,
        may: Role::STAFF.map(|role| role.may(permission)),
    };
    Permission::ALL.map(row).to_vec()
}
