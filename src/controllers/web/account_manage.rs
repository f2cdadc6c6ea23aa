//! An account's name, and unlinking it.

use axum::Form;
use axum::extract::{Path, RawQuery};
use axum::response::{Redirect, Response};
use loco_rs::controller::Routes;
use serde::Deserialize;

use super::accounts::{detail, find, parse_id};
use super::context::MemberVisit;
use super::rows;
use crate::accounts::manage::{self, RenameError};
use crate::accounts::unlink::{self, UnlinkError};
use crate::controllers::extractors::session::MEMBER_HOME;
use crate::controllers::notice::NoticeWord;
use crate::controllers::pages::PageError;
use crate::controllers::routing::{get, post};
use crate::views::form::{FieldErrors, FieldProblem};
use crate::views::web::account_detail::AccountDetail;

pub fn routes() -> Routes {
    Routes::new()
        .add("/accounts/{id}/nickname", get(account_page).merge(post(rename)))
        .add("/accounts/{id}/unlink", get(account_page).merge(post(unlink)))
}

/// A form that was refused stands at its own address: who reloads it, or changes the language there, sees the account.
pub(super) async fn account_page(Path(id): Path<String>, RawQuery(query): RawQuery) -> Result<Redirect, PageError> {
    let path = rows::account_path(parse_id(&id)?);
    Ok(Redirect::to(
        &query.map_or(path.clone(), |query| format!("{path}?{query}")),
    ))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Typed {
    nickname: String,
}

async fn rename(visit: MemberVisit, Path(id): Path<String>, Form(typed): Form<Typed>) -> Result<Response, PageError> {
    let id = parse_id(&id)?;
    match manage::rename(&visit.services, visit.member, id, &typed.nickname).await {
        Ok(()) => Ok(visit.go_and_tell(&rows::account_path(id), NoticeWord::NicknameSaved)),
        Err(RenameError::TooLong) => {
            let page = AccountDetail {
                nickname: typed.nickname,
                errors: FieldErrors::from([("nickname", FieldProblem::NicknameTooLong)]),
                ..present(&visit, id).await?
            };
            visit.refuse(&page)
        }
        Err(RenameError::NotFound) => Err(PageError::not_found()),
        Err(RenameError::Database(error)) => Err(error.into()),
    }
}

async fn unlink(visit: MemberVisit, Path(id): Path<String>) -> Result<Response, PageError> {
    let id = parse_id(&id)?;
    match unlink::unlink(&visit.services, visit.member, id).await {
        Ok(unlinked) => {
            let word = if unlinked.revoked_mandates == 0 {
                NoticeWord::AccountUnlinked
            } else {
                NoticeWord::AccountUnlinkedConsentEnded
            };
            Ok(visit.go_and_tell(MEMBER_HOME, word))
        }
        Err(UnlinkError::LinkInHand) => visit.refuse_with(&present(&visit, id).await?, NoticeWord::LinkInHand),
        Err(UnlinkError::Unsettled) => visit.refuse_with(&present(&visit, id).await?, NoticeWord::UnlinkUnsettled),
        Err(UnlinkError::NotFound) => Err(PageError::not_found()),
        Err(UnlinkError::Database(error)) => Err(error.into()),
    }
}

/// The account's page as it is, from our own data.
async fn present(visit: &MemberVisit, id: crate::ids::AccountId) -> Result<AccountDetail, PageError> {
    let shown = crate::ids::Prefix::Account.show(id.0);
    let account = find(visit, visit.member, &shown).await?;
    let known = visit.services.balances.last_known(account.id).await;
    detail(visit, visit.member, &account, rows::loading(known), "").await
}
