//! Who is at a partner's console, and for which partner.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};

use super::door::PASSWORD;
use super::htmx;
use super::session::Person;
use crate::controllers::pages::PageError;
use crate::models::kinds::Role;
use crate::models::{partners, sessions as session_rows, users};
use crate::partners::people;
use crate::services::Services;

/// Somebody of a partner's at its console. Members and staff are refused, others sent to sign in; who still has the
/// password that an operator handed over is sent to change it.
#[derive(Clone, Debug)]
pub struct PartnerUser {
    pub user: users::Model,
    pub session: session_rows::Model,
    pub partner: partners::Model,
}

impl<S: Send + Sync> FromRequestParts<S> for PartnerUser {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let Person { user, session } = Person::from_request_parts(parts, state).await?;
        if user.role != Role::Partner {
            return Err(PageError::forbidden().into_response());
        }
        let services = Services::from_request_parts(parts, state)
            .await
            .map_err(IntoResponse::into_response)?;
        let found = people::place_of(services.db.read(), &user).await;
        let place = found.map_err(|error| PageError::from(error).into_response())?;
        let place = place.ok_or_else(|| PageError::forbidden().into_response())?;
        if place.has_given_password {
            return Err(htmx::redirect(&parts.headers, PASSWORD));
        }
        Ok(Self {
            user,
            session,
            partner: place.partner,
        })
    }
}
