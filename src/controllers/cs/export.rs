//! `/cs/payments/export`: all that a filter of the list finds, as a file. The page tells what it would hold and asks why;
//! its form answers with the file itself.

use axum::Form;
use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use axum::http::StatusCode;
use axum::response::Response;
use loco_rs::controller::Routes;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::actions::kept;
use super::asked::text_problem;
use super::export_file::File;
use super::payments::{self, failed};
use super::payments_filter::{Asked, Wanted};
use super::{StaffVisit, payments_links};
use crate::controllers::extractors::htmx;
use crate::controllers::pages::PageError;
use crate::controllers::routing::{get, post};
use crate::desk::export::{self, Export, Extent};
use crate::desk::roles::Permission;
use crate::ids::Prefix;
use crate::transfers::search::Search;
use crate::views::cs::export::{CsExport, Holds, LONGEST_REASON, Who, grouped};
use crate::views::csv::Mark;
use crate::views::form::FieldErrors;
use crate::views::paging::address;

pub(super) const PATH: &str = "/cs/payments/export";
/// From here on the page says how long it takes.
const LARGE: u64 = 20_000;
/// What two busy processors were seen to write, and less.
const ROWS_PER_SEC: u64 = 5_000;

pub fn routes() -> Routes {
    Routes::new().add(PATH, get(show).merge(post(download)))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Typed {
    reason: String,
    /// `0`: without the mark.
    bom: String,
}

/// What the address asks for, read as the list reads it, and the page that tells of it.
struct Found {
    wanted: Wanted,
    extent: Option<Extent>,
    page: CsExport,
}

async fn find(visit: &StaffVisit, asked: Result<Query<Asked>, QueryRejection>) -> Result<Found, PageError> {
    let is_query = asked.is_ok();
    let asked = asked.map(|Query(asked)| asked).unwrap_or_default();
    let (mut wanted, partners) = payments::read(visit, asked).await?;
    // From the first row on, wherever the list was.
    wanted.search.after = None;
    let most = visit.services.settings.limits.export_rows_max;
    let extent = if is_query && wanted.is_readable() {
        Some(export::extent(visit.db(), &wanted.search, most).await.map_err(failed)?)
    } else {
        None
    };
    let pairs = wanted.shown.pairs();
    let page = CsExport {
        q: wanted.shown.q.clone(),
        chips: payments_links::links(&wanted, None, &partners).chips,
        action: address(PATH, &pairs, None),
        list: address(payments::PATH, &pairs, None),
        holds: extent.map(holds),
        most: grouped(most),
        who: Who {
            name: visit.staff.name.clone(),
            role: visit.staff.role,
        },
        reason: String::new(),
        plain: false,
        errors: FieldErrors::new(),
        as_of: visit.services.clock.now(),
    };
    Ok(Found { wanted, extent, page })
}

fn holds(extent: Extent) -> Holds {
    let is_large = extent.rows >= LARGE && !extent.is_capped;
    Holds {
        rows: grouped(extent.rows),
        is_empty: extent.rows == 0,
        won: extent.won,
        is_over: extent.is_capped,
        takes_secs: is_large.then(|| extent.rows.div_ceil(ROWS_PER_SEC)),
    }
}

async fn show(visit: StaffVisit, asked: Result<Query<Asked>, QueryRejection>) -> Result<Response, PageError> {
    visit.require(Permission::Export)?;
    let found = find(&visit, asked).await?;
    if !found.wanted.is_canonical {
        return Ok(htmx::redirect(&visit.headers, &found.page.action));
    }
    tell_of(&visit, &found.wanted).await?;
    visit.show(&found.page)
}

/// How many somebody's payments are, and how much, is of that person as well: the page that says so is a search for them.
async fn tell_of(visit: &StaffVisit, wanted: &Wanted) -> Result<(), PageError> {
    if wanted.is_readable() {
        payments::tell_of(visit, wanted).await?;
    }
    Ok(())
}

async fn download(
    visit: StaffVisit,
    asked: Result<Query<Asked>, QueryRejection>,
    Form(typed): Form<Typed>,
) -> Result<Response, PageError> {
    visit.require(Permission::Export)?;
    let Found { wanted, extent, page } = find(&visit, asked).await?;
    let errors = problems(&typed);
    let rows = extent.filter(|it| !it.is_capped).map(|it| it.rows);
    let (Some(rows), true) = (rows, errors.is_empty()) else {
        tell_of(&visit, &wanted).await?;
        let page = CsExport {
            plain: Mark::asked(&typed.bom) == Mark::Without,
            reason: typed.reason,
            errors,
            ..page
        };
        return visit.refuse_as(StatusCode::UNPROCESSABLE_ENTITY, &page, None);
    };
    let told = (told(&wanted), rows);
    let export = Export::begin(&visit.services, visit.by(), &kept(&typed.reason), told).await?;
    let search = Search {
        after: None,
        ..wanted.search
    };
    let file = File::new(&visit, search, export, Mark::asked(&typed.bom));
    Ok(file.answer(visit.services.clock.today_kst()))
}

fn problems(typed: &Typed) -> FieldErrors {
    let problem = text_problem(&typed.reason, LONGEST_REASON);
    problem.map(|problem| ("reason", problem)).into_iter().collect()
}

/// The filter as the audit keeps it: of a text that may be somebody's, what it was taken for and not the text.
fn told(wanted: &Wanted) -> Value {
    let mut told = Map::new();
    for (name, value) in wanted.shown.pairs() {
        match name {
            _ if value.is_empty() => {}
            "q" if wanted.search.names_a_person() => {
                let understood = wanted.search.understood();
                let kinds: Vec<&str> = understood.iter().map(|kind| kind.as_str()).collect();
                told.insert("by".to_owned(), json!(kinds));
                let member = wanted.search.member().map(|id| json!(Prefix::Member.show(id.0)));
                told.extend(member.map(|id| ("member".to_owned(), id)));
            }
            _ => {
                told.insert(name.to_owned(), json!(value));
            }
        }
    }
    Value::Object(told)
}
