//! `/partner/keys`: the keys of the partner.

use axum::response::Response;
use loco_rs::controller::Routes;

use super::{PartnerVisit, rows};
use crate::controllers::pages::PageError;
use crate::controllers::routing::get;
use crate::ids::{KeyId, Prefix};
use crate::partners::key_list;
use crate::partners::key_making::{KeyError, LIVING_MAX};
use crate::views::partner::keys::KeyList;

pub const PATH: &str = "/partner/keys";

pub fn routes() -> Routes {
    Routes::new().add(PATH, get(list))
}

async fn list(visit: PartnerVisit) -> Result<Response, PageError> {
    let now = visit.services.clock.now();
    let (living, ended) = key_list::list_owned_by(visit.db(), visit.partner.id, visit.mode, now).await?;
    let row = |key| rows::key_row(key, now);
    visit.show(&KeyList {
        is_full: living.len() >= LIVING_MAX,
        living: living.into_iter().map(row).collect(),
        ended: ended.into_iter().map(row).collect(),
        most: LIVING_MAX,
    })
}

/// The id in a path or a form.
pub(super) fn parse_id(text: &str) -> Result<KeyId, PageError> {
    Prefix::Key.parse(text).map(KeyId).ok_or(PageError::not_found())
}

pub(super) fn failed(error: KeyError) -> PageError {
    match error {
        KeyError::NotFound => PageError::not_found(),
        KeyError::Database(error) => error.into(),
        other => PageError::internal(&other),
    }
}
