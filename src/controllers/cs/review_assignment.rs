//! Taking a review to oneself, and letting go of it.

use axum::Form;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{Redirect, Response};
use loco_rs::controller::Routes;
use sea_orm::EntityTrait;
use serde::Deserialize;
use uuid::Uuid;

use super::StaffVisit;
use crate::controllers::local_path;
use crate::controllers::notice::NoticeWord;
use crate::controllers::pages::PageError;
use crate::controllers::routing::{get, post};
use crate::controllers::web::rows;
use crate::desk::assignment::{self, Taken};
use crate::desk::reviews;
use crate::desk::roles::Permission;
use crate::ids::{TransferId, UserId};
use crate::members::history::with_partner_names;
use crate::models::transfers;
use crate::views::cs::review_taken::ReviewTaken;
use crate::views::cs::reviews::PATH;

pub fn routes() -> Routes {
    Routes::new()
        .add("/cs/reviews/{id}/assignment", get(back).merge(post(take)))
        .add("/cs/reviews/{id}/release", get(back).merge(post(let_go)))
}

/// Who reloads the answer of a form sees the list.
async fn back(_: StaffVisit) -> Redirect {
    Redirect::to(PATH)
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Typed {
    /// From whom it is taken, as its taker was told.
    over: String,
    /// The page that the form stood on.
    back: String,
}

impl Typed {
    fn back(&self) -> &str {
        local_path::checked(&self.back)
            .filter(|path| path.starts_with("/cs/"))
            .unwrap_or(PATH)
    }
}

async fn take(visit: StaffVisit, Path(id): Path<String>, Form(typed): Form<Typed>) -> Result<Response, PageError> {
    visit.require(Permission::TakeReviews)?;
    let (_, transfer) = rows::parse_id(&id).ok_or(PageError::not_found())?;
    let over = Uuid::try_parse(&typed.over).ok().map(UserId);
    let taken = assignment::take(&visit.services, &visit.by(), transfer, over).await?;
    match taken.ok_or(PageError::not_found())? {
        Taken::Mine => Ok(visit.go_and_tell(typed.back(), NoticeWord::ReviewTaken)),
        Taken::Over => Ok(visit.go_and_tell(typed.back(), NoticeWord::ReviewOver)),
        Taken::Others { staff, since } => ask(&visit, transfer, (staff, since), &typed).await,
    }
}

/// The question whether it is to be taken from who has it.
async fn ask(
    visit: &StaffVisit,
    transfer: TransferId,
    (staff, since): (UserId, chrono::DateTime<chrono::Utc>),
    typed: &Typed,
) -> Result<Response, PageError> {
    let row = transfers::Entity::find_by_id(transfer).one(visit.db()).await?;
    let entries = with_partner_names(visit.db(), row.into_iter().collect()).await?;
    let entry = entries.into_iter().next().ok_or(PageError::not_found())?;
    let names = reviews::names(visit.db(), [staff]).await?;
    let page = ReviewTaken {
        transfer: rows::transfer_row(entry),
        holder_name: names.get(&staff).cloned().unwrap_or_default(),
        since,
        over: staff.0.simple().to_string(),
        back: typed.back().to_owned(),
    };
    visit.refuse_as(StatusCode::CONFLICT, &page, None)
}

async fn let_go(visit: StaffVisit, Path(id): Path<String>, Form(typed): Form<Typed>) -> Result<Response, PageError> {
    visit.require(Permission::TakeReviews)?;
    let (_, transfer) = rows::parse_id(&id).ok_or(PageError::not_found())?;
    let gone = assignment::let_go(&visit.services, visit.by(), transfer).await?;
    gone.ok_or(PageError::not_found())?;
    Ok(visit.go_and_tell(typed.back(), NoticeWord::ReviewReleased))
}
