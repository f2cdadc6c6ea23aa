//! `/accounts/new`: linking an account while the member waits, and going on with a link that stopped.

use axum::Form;
use axum::extract::Path;
use axum::response::Response;
use axum::routing::get;
use loco_rs::controller::Routes;
use serde::Deserialize;

use super::accounts::{detail, parse_id};
use super::context::MemberVisit;
use super::rows;
use crate::accounts::link::{self, LinkError, Linked};
use crate::accounts::request::{LinkFault, LinkForm};
use crate::controllers::extractors::session::MEMBER_HOME;
use crate::controllers::notice::NoticeWord;
use crate::controllers::pages::PageError;
use crate::ids::Prefix;
use crate::views::form::{FieldErrors, FieldProblem};
use crate::views::web::account_new::AccountNew;
use crate::views::words::LinkProblem;

pub fn routes() -> Routes {
    Routes::new().add("/accounts/new", get(show).post(create)).add(
        "/accounts/{id}/link",
        get(super::account_manage::account_page).post(resume),
    )
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Typed {
    bank: String,
    number: String,
    nickname: String,
    /// Any value means the box was ticked.
    consent: String,
}

async fn show(visit: MemberVisit) -> Result<Response, PageError> {
    visit.show(&AccountNew::default())
}

async fn create(visit: MemberVisit, Form(typed): Form<Typed>) -> Result<Response, PageError> {
    let form = LinkForm {
        bank: typed.bank,
        number: typed.number,
        nickname: typed.nickname,
        consent: !typed.consent.is_empty(),
    };
    let page = AccountNew {
        bank: form.bank.clone(),
        number: form.number.clone(),
        nickname: form.nickname.clone(),
        consent: form.consent,
        ..AccountNew::default()
    };
    let request = match form.read() {
        Ok(request) => request,
        Err(faults) => {
            return visit.refuse(&AccountNew {
                errors: field_errors(&faults),
                ..page
            });
        }
    };
    match link::link(&visit.services, visit.member, request).await {
        Ok(Linked::Active(_)) => Ok(visit.go_and_tell(MEMBER_HOME, NoticeWord::AccountLinked)),
        Ok(Linked::Pending(account, stop)) => visit.refuse(&AccountNew {
            problem: Some(rows::link_problem(stop)),
            account_id: Some(Prefix::Account.show(account.id.0)),
            ..page
        }),
        Err(LinkError::Duplicate(existing)) => visit.refuse(&AccountNew {
            problem: Some(LinkProblem::Duplicate),
            account_id: Some(Prefix::Account.show(existing.0)),
            ..page
        }),
        Err(LinkError::InHand) => Ok(visit.go_and_tell(MEMBER_HOME, NoticeWord::LinkInHand)),
        Err(error) => Err(error.into()),
    }
}

async fn resume(visit: MemberVisit, Path(id): Path<String>) -> Result<Response, PageError> {
    let id = parse_id(&id)?;
    match link::resume(&visit.services, visit.member, id).await {
        Ok(Linked::Active(account)) => {
            let path = rows::account_path(account.id);
            Ok(visit.go_and_tell(&path, NoticeWord::AccountLinked))
        }
        Ok(Linked::Pending(account, _)) => {
            let page = detail(&visit, visit.member, &account, rows::loading(None), "").await?;
            visit.refuse(&page)
        }
        Err(LinkError::InHand) => Ok(visit.go_and_tell(&rows::account_path(id), NoticeWord::LinkInHand)),
        Err(error) => Err(error.into()),
    }
}

fn field_errors(faults: &[LinkFault]) -> FieldErrors {
    faults
        .iter()
        .map(|fault| match fault {
            LinkFault::Bank => ("bank", FieldProblem::BankUnknown),
            LinkFault::Number => ("number", FieldProblem::AccountNumberFormat),
            LinkFault::Nickname => ("nickname", FieldProblem::NicknameTooLong),
            LinkFault::Consent => ("consent", FieldProblem::ConsentRequired),
        })
        .collect()
}

impl From<LinkError> for PageError {
    fn from(error: LinkError) -> Self {
        match error {
            LinkError::NotFound => Self::not_found(),
            LinkError::NotAMember => Self::forbidden(),
            LinkError::Database(error) => error.into(),
            other => Self::internal(&other),
        }
    }
}
