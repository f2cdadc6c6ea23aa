//! Which partner is asking: the bearer key, looked up by its hash.

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::problem::{Code, Problem};
use crate::ids::PartnerId;
use crate::models::kinds::Mode;
use crate::models::partner_keys;
use crate::partners::keys;
use crate::services::Services;

/// The partner that a request comes from.
#[derive(Clone, Copy, Debug)]
pub struct Partner {
    pub id: PartnerId,
    pub mode: Mode,
}

impl<S: Send + Sync> FromRequestParts<S> for Partner {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        let services = services(parts)?;
        let key = parts
            .headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .map(|(_, key)| key.trim())
            .filter(|key| keys::looks_like_one(key))
            .ok_or(Code::Unauthenticated)?;
        let row = partner_keys::Entity::find()
            .filter(partner_keys::Column::KeyHash.eq(keys::hash(key)))
            .one(services.db.read())
            .await?
            .filter(|row| row.ends_at.is_none_or(|end| end > services.clock.now()))
            .ok_or(Code::Unauthenticated)?;
        let is_trial = row.mode == Mode::Test;
        if is_trial != services.settings.bank.sandbox {
            return Err(Code::Forbidden.into());
        }
        Ok(Self {
            id: row.partner_id,
            mode: row.mode,
        })
    }
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
