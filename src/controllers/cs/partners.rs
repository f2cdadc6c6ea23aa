//! `/cs/partners`: all partners by name.

use axum::extract::Query;
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use loco_rs::controller::Routes;
use serde::Deserialize;

use super::StaffVisit;
use crate::controllers::pages::PageError;
use crate::controllers::routing::get;
use crate::desk::roles::Permission;
use crate::ids::{PartnerId, Prefix};
use crate::models::partners;
use crate::partners::directory;
use crate::partners::standing::Standing;
use crate::plain_text::whole;
use crate::views::cs::partners::{CsPartnerList, CsPartnerRow, StandingWord};
use crate::views::paging::Paging;

pub(super) const PATH: &str = "/cs/partners";
const PAGE_ROWS: u64 = 50;

pub fn routes() -> Routes {
    Routes::new().add(PATH, get(list))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    q: String,
    cursor: String,
}

async fn list(visit: StaffVisit, Query(asked): Query<Asked>) -> Result<Response, PageError> {
    visit.require(Permission::SeePartners)?;
    let q = whole(asked.q.trim());
    let after = name_of(&asked.cursor);
    let mut found = directory::page(visit.db(), &q, after.as_deref(), PAGE_ROWS).await?;
    let has_more = found.len() > usize::try_from(PAGE_ROWS).unwrap_or(usize::MAX);
    found.truncate(usize::try_from(PAGE_ROWS).unwrap_or(usize::MAX));
    let next = found.last().filter(|_| has_more).map(|last| cursor_of(&last.name));
    let (mode, now) = (visit.services.settings.bank.mode(), visit.services.clock.now());
    let ids = found.iter().map(|partner| partner.id);
    let with_keys = directory::with_keys(visit.db(), ids, mode, now).await?;
    let shown_cursor = after.map(|_| asked.cursor);
    visit.show(&CsPartnerList {
        partners: found
            .iter()
            .map(|partner| row(partner, with_keys.contains(&partner.id)))
            .collect(),
        paging: Paging::new(PATH, &[("q", &q)], shown_cursor.as_deref(), next.as_deref()),
        q,
        mode,
    })
}

fn row(partner: &partners::Model, has_key: bool) -> CsPartnerRow {
    CsPartnerRow {
        path: path_of(partner.id),
        name: partner.name.clone(),
        standing: match (partner.stopped_at, has_key) {
            (Some(_), _) => StandingWord::Stopped,
            (None, false) => StandingWord::NoKey,
            (None, true) => StandingWord::Open,
        },
        made_at: partner.created_at,
    }
}

/// A place in a list that is ordered by name, opaque to the reader.
fn cursor_of(name: &str) -> String {
    URL_SAFE_NO_PAD.encode(name)
}

fn name_of(cursor: &str) -> Option<String> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
    String::from_utf8(bytes).ok().filter(|name| !name.is_empty())
}

pub(super) const fn word_of(standing: Standing) -> StandingWord {
    match standing {
        Standing::Open => StandingWord::Open,
        Standing::Stopped => StandingWord::Stopped,
        Standing::NoKey => StandingWord::NoKey,
    }
}

/// The partner's page.
pub(super) fn path_of(partner: PartnerId) -> String {
    format!("{PATH}/{}", Prefix::Partner.show(partner.0))
}
