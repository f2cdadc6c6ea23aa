//! The secrets that an endpoint's webhooks are signed with: shown, changed, and the one before ended.
//!
//! An answer with a secret is a page and no redirect, and is kept by nobody: an address would have to carry the secret.

use axum::Form;
use axum::extract::Path;
use axum::response::Response;
use loco_rs::controller::Routes;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::json;

use super::webhook::{back, parse_id, path_of};
use super::webhook_form::once_key;
use super::webhooks::{asker, failed, owner};
use super::{PartnerVisit, webhook_rows};
use crate::controllers::notice::NoticeWord;
use crate::controllers::pages::PageError;
use crate::controllers::routing::{get, post};
use crate::ids::EndpointId;
use crate::notifications::webhooks::{endpoints, secrets};
use crate::views::partner::webhook_secret::{SecretShown, ShownWhy};

pub fn routes() -> Routes {
    Routes::new()
        .add("/partner/webhooks/{id}/secret", get(back).merge(post(reveal)))
        .add("/partner/webhooks/{id}/secret-rotation", get(back).merge(post(rotate)))
        .add(
            "/partner/webhooks/{id}/previous-secret/end",
            get(back).merge(post(end_previous)),
        )
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Sent {
    once: String,
}

async fn reveal(visit: PartnerVisit, Path(id): Path<String>) -> Result<Response, PageError> {
    let id = parse_id(&id)?;
    let secret = secrets::show(&visit.services, asker(&visit), id).await;
    show(&visit, id, ShownWhy::Asked, secret.map_err(failed)?).await
}

async fn rotate(visit: PartnerVisit, Path(id): Path<String>, Form(sent): Form<Sent>) -> Result<Response, PageError> {
    let id = parse_id(&id)?;
    let key = once_key(&sent.once, &json!({ "endpoint_id": id }));
    let made = secrets::rotate(&visit.services, asker(&visit), id, key, None).await;
    show(&visit, id, ShownWhy::Rotated, made.map_err(failed)?.secret).await
}

async fn end_previous(visit: PartnerVisit, Path(id): Path<String>) -> Result<Response, PageError> {
    let id = parse_id(&id)?;
    let ended = secrets::end_previous(&visit.services, asker(&visit), id, None).await;
    ended.map_err(failed)?;
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
