//! Who comes to the desk, and what they may do there.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};

use crate::controllers::extractors::session::Staff;
use crate::controllers::pages::PageError;
use crate::controllers::web::context::Visit;
use crate::desk::audit::By;
use crate::desk::roles::Permission;
use crate::ids::RequestId;
use crate::models::users;

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
