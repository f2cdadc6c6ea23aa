//! `/me/shortcuts`: the desk's keyboard shortcuts, on or off for oneself. That is no deed at the desk, so auditors may as well.

use axum::Form;
use axum::response::Response;
use loco_rs::controller::Routes;
use serde::Deserialize;

use super::{StaffVisit, me};
use crate::controllers::extractors::htmx;
use crate::controllers::local_path;
use crate::controllers::notice::NoticeWord;
use crate::controllers::pages::PageError;
use crate::controllers::routing::{get, post};
use crate::desk::shortcuts::{self, Wish};

pub fn routes() -> Routes {
    Routes::new().add("/me/shortcuts", get(go_back).merge(post(turn)))
}

/// Nothing stands at this address: who reloads it sees the switch.
async fn go_back(visit: StaffVisit) -> Response {
    htmx::redirect(&visit.headers, me::PATH)
}

#[derive(Deserialize)]
struct Typed {
    shortcuts: Wanted,
    /// Where the switch stood.
    #[serde(default)]
    back: String,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Wanted {
    On,
    Off,
}

async fn turn(visit: StaffVisit, Form(typed): Form<Typed>) -> Result<Response, PageError> {
    let (wish, word) = match typed.shortcuts {
        Wanted::On => (Wish::On, NoticeWord::ShortcutsOn),
        Wanted::Off => (Wish::Off, NoticeWord::ShortcutsOff),
    };
    shortcuts::turn(&visit.services, visit.staff.id, wish).await?;
    let back = local_path::checked(&typed.back).unwrap_or(me::PATH);
    Ok(visit.go_and_tell(back, word))
}
