//! Which partner is asking, and what its key may: read from the key's row.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::problem::{Code, Problem};
use crate::ids::{KeyId, PartnerId};
use crate::models::kinds::{Mode, Scope};
use crate::models::partner_keys;
use crate::partners::keys;
use crate::partners::versions::ApiVersion;
use crate::services::Services;

/// The partner that a request comes from. The middleware of [`super::gate`] puts it beside the request.
#[derive(Clone, Debug)]
pub struct Partner {
    pub id: PartnerId,
    pub mode: Mode,
    pub key_id: KeyId,
    pub scopes: Vec<Scope>,
    /// What the answer is in: the request's own wish, else the key's.
    pub api_version: ApiVersion,
}

impl Partner {
    /// # Errors
    /// `forbidden`, naming the scope that the key has not.
    pub fn demand(&self, scope: Scope) -> Result<(), Problem> {
        if self.scopes.contains(&scope) {
            Ok(())
        } else {
            Err(Problem::missing_scope(scope))
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Partner {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| {
            tracing::error!("a route of the API is not in the table of its operations, and stays closed");
            Code::Internal.into()
        })
    }
}

/// The bearer key, where one is there that may be one of ours.
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, key)| key.trim())
        .filter(|key| keys::looks_like_one(key))
}

/// The row of a key that opens now.
///
/// # Errors
/// `unauthenticated` when it opens nothing, `forbidden` when it is for the other kind of money.
pub async fn opened(services: &Services, hash: &str) -> Result<partner_keys::Model, Problem> {
    let row = partner_keys::Entity::find()
        .filter(partner_keys::Column::KeyHash.eq(hash))
        .one(services.db.read())
        .await?
        .filter(|row| row.ends_at.is_none_or(|end| end > services.clock.now()))
        .ok_or(Code::Unauthenticated)?;
    let is_trial = row.mode == Mode::Test;
    if is_trial != services.settings.bank.sandbox {
        return Err(Code::Forbidden.into());
    }
    Ok(row)
}

/// The services of this process, for extractors.
///
/// # Errors
/// `internal` when the application was wired without them.
pub fn services(parts: &Parts) -> Result<Services, Problem> {
    parts
        .extensions
        .get::<Services>()
        .cloned()
        .ok_or_else(|| Code::Internal.into())
}
