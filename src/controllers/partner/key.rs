//! `/partner/keys/{id}`: one key, its successor, its end, and what was done with it.

use axum::Form;
use axum::extract::{Path, RawQuery};
use axum::http::StatusCode;
use axum::response::{Redirect, Response};
use loco_rs::controller::Routes;
use secrecy::ExposeSecret;
use serde::Deserialize;

use super::key_new::made_before;
use super::keys::{PATH, failed, parse_id};
use super::{PartnerVisit, rows};
use crate::controllers::notice::NoticeWord;
use crate::controllers::pages::PageError;
use crate::controllers::routing::{get, post};
use crate::ids::{KeyId, Prefix};
use crate::partners::key_making::{KeyError, LIVING_MAX};
use crate::partners::key_rotation::{self, Overlap};
use crate::partners::{audit, key_ending, key_list};
use crate::views::partner::key::{KeyDetail, Rotation};
use crate::views::partner::key_made::KeyMade;
use crate::views::partner::keys::{KeyRow, KeyState};

const HISTORY_SHOWN: u64 = 20;

pub fn routes() -> Routes {
    Routes::new()
        .add("/partner/keys/{id}", get(show))
        .add("/partner/keys/{id}/rotation", get(back).merge(post(rotate)))
        .add("/partner/keys/{id}/end", get(back).merge(post(end)))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Wanted {
    next: String,
    overlap: String,
}

async fn show(visit: PartnerVisit, Path(id): Path<String>) -> Result<Response, PageError> {
    let page = present(&visit, parse_id(&id)?).await?;
    visit.show(&page)
}

/// The page of a key as it is.
async fn present(visit: &PartnerVisit, id: KeyId) -> Result<KeyDetail, PageError> {
    let (partner, now) = (visit.partner.id, visit.services.clock.now());
    let (living, ended) = key_list::list_owned_by(visit.db(), partner, visit.mode, now).await?;
    let found = key_list::find_owned_by(visit.db(), partner, visit.mode, id).await?;
    let key = found.ok_or(PageError::not_found())?;
    let history = audit::of_subject(visit.db(), partner, id.0, HISTORY_SHOWN).await?;
    let is_last = living.iter().all(|other| other.id == id);
    let row = |key| rows::key_row(key, now);
    let living_count = living.len();
    let mut before = None;
    let mut after = None;
    for other in living.into_iter().chain(ended) {
        if key.replaces_id == Some(other.id) {
            before = Some(row(other));
        } else if other.replaces_id == Some(id) && after.is_none() {
            after = Some(row(other));
        }
    }
    let key = row(key);
    let lives = |key: &Option<KeyRow>| key.as_ref().is_some_and(|key| key.state != KeyState::Ended);
    let rotation = if key.state == KeyState::Ended {
        Rotation::Ended
    } else if lives(&after) {
        Rotation::HasSuccessor
    } else if lives(&before) {
        Rotation::PredecessorLives
    } else if living_count >= LIVING_MAX {
        Rotation::TooMany
    } else {
        Rotation::Possible
    };
    Ok(KeyDetail {
        key,
        rotation,
        next_id: Prefix::Key.show(KeyId::new().0),
        overlaps: Overlap::ALL.map(Overlap::as_str).to_vec(),
        before,
        after,
        history: history.into_iter().map(rows::deed_row).collect(),
        is_last,
    })
}

async fn rotate(
    visit: PartnerVisit,
    Path(id): Path<String>,
    Form(wanted): Form<Wanted>,
) -> Result<Response, PageError> {
    let old = parse_id(&id)?;
    let (Ok(next), Some(overlap)) = (parse_id(&wanted.next), Overlap::parse(&wanted.overlap)) else {
        return visit.refuse(&present(&visit, old).await?);
    };
    match key_rotation::rotate(&visit.services, visit.by(), old, next, overlap).await {
        Ok(made) => {
            let now = visit.services.clock.now();
            let before = key_list::find_owned_by(visit.db(), visit.partner.id, visit.mode, old).await?;
            visit.show(&KeyMade {
                key: rows::key_row(made.row, now),
                text: Some(made.text.expose_secret().to_owned()),
                old: before.map(|key| rows::key_row(key, now)),
            })
        }
        Err(KeyError::AlreadyMade) => made_before(&visit, next).await,
        Err(KeyError::HasSuccessor | KeyError::PredecessorLives | KeyError::Ended | KeyError::TooMany) => {
            let page = present(&visit, old).await?;
            visit.refuse_as(StatusCode::CONFLICT, &page, Some(NoticeWord::KeyNotRotated))
        }
        Err(error) => Err(failed(error)),
    }
}

async fn end(visit: PartnerVisit, Path(id): Path<String>) -> Result<Response, PageError> {
    match key_ending::end(&visit.services, visit.by(), parse_id(&id)?).await {
        Ok(()) => Ok(visit.go_and_tell(PATH, NoticeWord::KeyEnded)),
        Err(KeyError::Ended) => Ok(visit.go_and_tell(PATH, NoticeWord::KeyEndedBefore)),
        Err(error) => Err(failed(error)),
    }
}

/// The answer to a form stands at its own address: who goes there again sees the key.
async fn back(_: PartnerVisit, Path(id): Path<String>, RawQuery(query): RawQuery) -> Result<Redirect, PageError> {
    let path = format!("{PATH}/{}", Prefix::Key.show(parse_id(&id)?.0));
    Ok(Redirect::to(
        &query.map_or(path.clone(), |query| format!("{path}?{query}")),
    ))
}
