//! `/partner/webhooks`: where the partner is told, and one more such place.

use axum::body::Bytes;
use axum::response::Response;
use loco_rs::controller::Routes;
use secrecy::ExposeSecret;
use serde_json::json;

use super::webhook_form::{Typed, once_key};
use super::{PartnerVisit, webhook_rows};
use crate::controllers::notice::NoticeWord;
use crate::controllers::pages::PageError;
use crate::controllers::routing::{get, post};
use crate::notifications::webhooks::endpoints::{self, NewEndpoint};
use crate::notifications::webhooks::{Asker, Owner, WebhookError};
use crate::views::form::FieldErrors;
use crate::views::partner::webhook_secret::{SecretShown, ShownWhy};
use crate::views::partner::webhooks::EndpointList;

pub const PATH: &str = "/partner/webhooks";
/// More than any partner may have.
const SHOWN: u64 = 200;

pub fn routes() -> Routes {
    Routes::new()
        .add(PATH, get(list))
        .add("/partner/webhooks/new", get(show_new).merge(post(make)))
}

pub(super) fn owner(visit: &PartnerVisit) -> Owner {
    Owner {
        partner_id: visit.partner.id,
        mode: visit.mode,
    }
}

/// The person at the console, for what is to be written down with it.
pub(super) fn asker(visit: &PartnerVisit) -> Asker {
    Asker {
        owner: owner(visit),
        person: Some(visit.user.id),
    }
}

async fn list(visit: PartnerVisit) -> Result<Response, PageError> {
    let found = endpoints::list(visit.db(), owner(&visit), None, SHOWN).await?;
    let most = visit.services.settings.webhooks.endpoints_max;
    let now = visit.services.clock.now();
    visit.show(&EndpointList {
        is_full: u64::try_from(found.len()).unwrap_or(u64::MAX) >= most,
        endpoints: found
            .into_iter()
            .map(|endpoint| webhook_rows::endpoint_row(endpoint, now))
            .collect(),
        most,
    })
}

async fn show_new(visit: PartnerVisit) -> Result<Response, PageError> {
    let page = Typed::blank().page(&visit, None, FieldErrors::new());
    visit.show(&page)
}

async fn make(visit: PartnerVisit, form: Bytes) -> Result<Response, PageError> {
    let typed = Typed::read(&form);
    let (types, errors) = typed.check(&visit);
    if !errors.is_empty() {
        return visit.refuse(&typed.page(&visit, None, errors));
    }
    let meaning = json!({ "url": typed.url, "description": typed.description, "types": types });
    let key = once_key(&typed.once, &meaning);
    let new = NewEndpoint {
        url: typed.url.trim().to_owned(),
        description: typed.description.trim().to_owned(),
        event_types: types,
    };
    match endpoints::create(&visit.services, asker(&visit), new, key).await {
        Ok(made) => {
            let endpoint = endpoints::find(visit.db(), owner(&visit), made.endpoint_id).await;
            visit.show(&SecretShown {
                endpoint: webhook_rows::endpoint_row(endpoint.map_err(failed)?, visit.services.clock.now()),
                why: ShownWhy::Made,
                secret: made.secret.map(|secret| secret.expose_secret().to_owned()),
            })
        }
        Err(WebhookError::TooMany { .. }) => {
            let mut page = typed.page(&visit, None, FieldErrors::new());
            page.is_full = true;
            visit.refuse(&page)
        }
        // The form made another before: this one gets a number of its own.
        Err(WebhookError::Key(_)) => {
            let page = Typed {
                once: Typed::blank().once,
                ..typed
            };
            visit.refuse_with(&page.page(&visit, None, FieldErrors::new()), NoticeWord::FormSentBefore)
        }
        Err(error) => Err(failed(error)),
    }
}

pub(super) fn failed(error: WebhookError) -> PageError {
    match error {
        WebhookError::NotFound => PageError::not_found(),
        WebhookError::Database(error) => error.into(),
        other => PageError::internal(&other),
    }
}
