//! What every call of the API needs: the services, the partner who asks, and the language to answer in.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use loco_rs::controller::middleware::request_id::LocoRequestId;
use sea_orm::DatabaseConnection;

use super::partner::{self, Partner};
use super::problem::Problem;
use crate::ids::{PartnerId, RequestId};
use crate::models::kinds::Mode;
use crate::services::Services;
use crate::views::i18n::{Language, LanguageHints};

/// An authenticated call.
pub struct Api {
    pub services: Services,
    pub partner: Partner,
    pub language: Language,
    pub request_id: Option<RequestId>,
}

impl Api {
    #[must_use]
    pub fn db(&self) -> &DatabaseConnection {
        self.services.db.read()
    }

    /// Whose things the call may see: the partner's, of the kind of money that its key is for.
    #[must_use]
    pub const fn owner(&self) -> (PartnerId, Mode) {
        (self.partner.id, self.partner.mode)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Api {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let partner = Partner::from_request_parts(parts, state).await?;
        let services = partner::services(parts)?;
        let language = language(&parts.headers, Some(&services));
        let request_id = parts.extensions.get::<LocoRequestId>();
        Ok(Self {
            request_id: request_id.map(|id| RequestId::new(id.get().to_owned())),
            services,
            partner,
            language,
        })
    }
}

/// The language of an answer: `Accept-Language`, else the installation's.
#[must_use]
pub fn language(headers: &HeaderMap, services: Option<&Services>) -> Language {
    let accept_language = headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok());
    let default = services
        .and_then(|services| Language::parse(&services.settings.language))
        .unwrap_or_default();
    Language::choose(
        LanguageHints {
            accept_language,
            ..LanguageHints::default()
        },
        default,
    )
}
