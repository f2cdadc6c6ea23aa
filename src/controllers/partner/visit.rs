//! Who comes to a console, and whose things they see there.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};

use crate::controllers::extractors::partner_user::PartnerUser;
use crate::controllers::web::context::Visit;
use crate::ids::PartnerId;
use crate::models::kinds::Mode;
use crate::models::{partners, users};
use crate::partners::audit::By;
use crate::partners::key_making;

/// A visit of somebody to the console of their partner; others do not come this far.
pub struct PartnerVisit {
    pub user: users::Model,
    pub partner: partners::Model,
    /// What is seen here: trial and real money are never on one page.
    pub mode: Mode,
    visit: Visit,
}

impl PartnerVisit {
    /// Whose things are looked up.
    pub const fn owner(&self) -> (PartnerId, Mode) {
        (self.partner.id, self.mode)
    }

    /// In whose name something is done.
    pub const fn by(&self) -> By {
        By::user(self.partner.id, self.user.id)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for PartnerVisit {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let PartnerUser { user, partner, .. } = PartnerUser::from_request_parts(parts, state).await?;
        let mut visit = Visit::from_request_parts(parts, state)
            .await
            .map_err(IntoResponse::into_response)?;
        visit.frame.partner_name.clone_from(&partner.name);
        Ok(Self {
            user,
            partner,
            mode: key_making::mode(&visit.services),
            visit,
        })
    }
}

impl std::ops::Deref for PartnerVisit {
    type Target = Visit;

    fn deref(&self) -> &Visit {
        &self.visit
    }
}
