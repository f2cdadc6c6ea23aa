//! The desk: what staff see while a caller is on the line.

mod actions;
mod asked;
mod audit;
mod bank;
mod bank_limit;
mod bank_window;
mod correction;
mod dead_letters;
mod detail;
mod export;
mod export_file;
mod mandate;
mod me;
mod members;
mod mismatches;
mod notice_edit;
pub(super) mod notice_form;
mod notice_page;
mod notices;
mod overview;
mod overview_range;
mod partner;
mod partner_stop;
mod partners;
mod payments;
mod payments_cursor;
pub(super) mod payments_filter;
mod payments_links;
mod payments_newer;
mod payments_typed;
mod review_assignment;
mod reviews;
mod staff;
mod staff_member;
mod story;
mod told;
mod unmask;
mod verdict;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use loco_rs::controller::Routes;

use super::extractors::session::Staff;
use super::pages::{PageError, pages};
use super::web::context::Visit;
use crate::desk::audit::By;
use crate::desk::roles::Permission;
use crate::ids::RequestId;
use crate::models::users;

/// All routes of the desk.
#[must_use]
pub fn routes() -> Routes {
    let routes = overview::routes()
        .merge(payments::routes())
        .merge(payments_newer::routes())
        .merge(detail::routes())
        .merge(told::routes());
    pages(
        routes
            .merge(correction::routes())
            .merge(export::routes())
            .merge(actions::routes())
            .merge(members::routes())
            .merge(unmask::routes())
            .merge(mandate::routes())
            .merge(partners::routes())
            .merge(partner::routes())
            .merge(partner_stop::routes())
            .merge(audit::routes())
            .merge(notices::routes())
            .merge(bank::routes())
            .merge(bank_limit::routes())
            .merge(bank_window::routes())
            .merge(notice_edit::routes())
            .merge(reviews::routes())
            .merge(review_assignment::routes())
            .merge(dead_letters::routes())
            .merge(mismatches::routes())
            .merge(me::routes())
            .merge(staff::routes())
            .merge(staff_member::routes()),
    )
}

/// A visit of staff; members and strangers do not come this far.
pub struct StaffVisit {
    pub staff: users::Model,
    visit: Visit,
}

impl<S: Send + Sync> FromRequestParts<S> for StaffVisit {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let staff = Staff::from_request_parts(parts, state).await?.user;
        let visit = Visit::from_request_parts(parts, state)
            .await
            .map_err(IntoResponse::into_response)?;
        Ok(Self { staff, visit })
    }
}

impl StaffVisit {
    /// Nothing where the matrix allows it to this role, else the page that says no.
    ///
    /// # Errors
    /// Forbidden.
    pub fn require(&self, permission: Permission) -> Result<(), PageError> {
        if self.staff.role.may(permission) {
            Ok(())
        } else {
            Err(PageError::forbidden())
        }
    }

    /// Who acts, for the audit.
    pub fn by(&self) -> By {
        By {
            staff: self.staff.id,
            request_id: Some(RequestId::new(self.frame.request_id.clone()))
                .filter(|_| !self.frame.request_id.is_empty()),
        }
    }
}

impl std::ops::Deref for StaffVisit {
    type Target = Visit;

    fn deref(&self) -> &Visit {
        &self.visit
    }
}
