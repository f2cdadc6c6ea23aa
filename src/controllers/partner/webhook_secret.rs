//! The secrets that an endpoint's webhooks are signed with: shown, changed, and the one before ended.
//!
//! An answer with a secret is a page and no redirect, and is kept by nobody: an address would have to carry the secret.

use axum::Form;
use axum::extract::Path;
use axum::response::Response;
use axum::routing::get;
use loco_rs::controller::Routes;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::json;

use super::webhook::{back, parse_id, path_of};
use super::webhook_form::once_key;
use super::webhooks::{failed, note, owner};
use super::{PartnerVisit, webhook_rows};
use crate::controllers::notice::NoticeWord;
use crate::controllers::pages::PageError;
use crate::ids::EndpointId;
use crate::models::kinds::Deed;
use crate::notifications::webhooks::{endpoints, secrets, sign};
use crate::views::partner::webhook_secret::{SecretShown, ShownWhy};

pub fn routes() -> Routes {
    Routes::new()
        .add("/partner/webhooks/{id}/secret", get(back).post(reveal))
        .add("/partner/webhooks/{id}/secret-rotation", get(back).post(rotate))
        .add(
            "/partner/webhooks/{id}/previous-secret/end",
            get(back).post(end_previous),
        )
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Sent {
    once: String,
}

async fn reveal(visit: PartnerVisit, Path(id): Path<String>) -> Result<Response, PageError> {
    let id = parse_id(&id)?;
    let found = endpoints::find(visit.db(), owner(&visit), id).await;
    let endpoint = found.map_err(failed)?;
    let living = sign::living_secrets(&visit.services.sealer, &endpoint, visit.services.clock.now());
    let secret = living.map_err(|error| PageError::internal(&error))?.into_iter().next();
    // Before it is shown: whoever sees it is written down.
    note(&visit, Deed::SecretShown, id, &endpoint.url).await?;
    show(&visit, id, ShownWhy::Asked, secret).await
}

async fn rotate(visit: PartnerVisit, Path(id): Path<String>, Form(sent): Form<Sent>) -> Result<Response, PageError> {
    let id = parse_id(&id)?;
    let found = endpoints::find(visit.db(), owner(&visit), id).await;
    let endpoint = found.map_err(failed)?;
    let key = once_key(&sent.once, &json!({ "endpoint_id": id }));
    let made = secrets::rotate(&visit.services, owner(&visit), id, key).await;
    let made = made.map_err(failed)?;
    if !made.replayed {
        note(&visit, Deed::SecretRotated, id, &endpoint.url).await?;
    }
    show(&visit, id, ShownWhy::Rotated, made.secret).await
}

async fn end_previous(visit: PartnerVisit, Path(id): Path<String>) -> Result<Response, PageError> {
    let id = parse_id(&id)?;
    let ended = secrets::end_previous(&visit.services, owner(&visit), id).await;
    let endpoint = ended.map_err(failed)?;
    note(&visit, Deed::SecretRotated, id, &endpoint.url).await?;
    Ok(visit.go_and_tell(&path_of(id), NoticeWord::OldSecretEnded))
}

async fn show(
    visit: &PartnerVisit,
    id: EndpointId,
    why: ShownWhy,
    secret: Option<SecretString>,
) -> Result<Response, PageError> {
    let found = endpoints::find(visit.db(), owner(visit), id).await;
    let endpoint = found.map_err(failed)?;
    visit.show(&SecretShown {
        endpoint: webhook_rows::endpoint_row(endpoint, visit.services.clock.now()),
        why,
        secret: secret.map(|secret| secret.expose_secret().to_owned()),
    })
}
