//! One dead letter: looked at, put to its queue again, or closed.

use std::collections::HashMap;

use axum::Form;
use axum::extract::{Path, RawQuery};
use axum::http::StatusCode;
use axum::response::Response;
use loco_rs::controller::Routes;
use sea_orm::{ColumnTrait, DatabaseConnection, DbErr, EntityTrait, QueryFilter};
use serde::Deserialize;
use uuid::Uuid;

use super::actions::kept;
use super::{StaffVisit, asked};
use crate::controllers::extractors::htmx;
use crate::controllers::notice::NoticeWord;
use crate::controllers::pages::PageError;
use crate::controllers::routing::{get, post};
use crate::controllers::web::rows;
use crate::desk::audit::LONGEST_REASON;
use crate::desk::dead_letters::{self, Done, HandleError, Order, Wish};
use crate::desk::dialog::DialogError;
use crate::desk::roles::Permission;
use crate::ids::TransferId;
use crate::models::transfers;
use crate::relay::dead::{DeadLetter, Fate, fate_of};
use crate::relay::{Malformed, Queue, Ring};
use crate::views::cs::dead_letter::{Asks, DeadLetterPage, DeathWord, FateWord, LetterForm, LetterRow, LetterTransfer};
use crate::views::cs::reviews::{PATH, ReviewFilter, Tab};
use crate::views::form::FieldErrors;

pub fn routes() -> Routes {
    Routes::new()
        .add("/cs/reviews/dead-letters/{queue}/{letter}", get(show))
        .add(
            "/cs/reviews/dead-letters/{queue}/{letter}/redrive",
            get(go_back).merge(post(redrive)),
        )
        .add(
            "/cs/reviews/dead-letters/{queue}/{letter}/closing",
            get(go_back).merge(post(close)),
        )
}

/// A form that was refused stands at its own address: who reloads it, or changes the language there, sees the letter.
async fn go_back(
    visit: StaffVisit,
    Path(path): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Result<Response, PageError> {
    let (queue, id) = named(path)?;
    let path = format!("{PATH}/dead-letters/{}/{}", queue.word(), id.simple());
    let path = query.map_or(path.clone(), |query| format!("{path}?{query}"));
    Ok(htmx::redirect(&visit.headers, &path))
}

/// Of the form: a reason, and the dialog that it was opened in.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Typed {
    reason: String,
    dialog: String,
}

/// Which letter a path names.
fn named((queue, letter): (String, String)) -> Result<(Queue, Uuid), PageError> {
    let queue = Queue::parse(&queue);
    let id = Uuid::try_parse(&letter).ok();
    queue.zip(id).ok_or(PageError::not_found())
}

/// The tab that it stood on.
fn tab() -> String {
    let filter = ReviewFilter {
        tab: Tab::DeadLetters,
        ..ReviewFilter::default()
    };
    filter.href()
}

async fn show(visit: StaffVisit, Path(path): Path<(String, String)>) -> Result<Response, PageError> {
    visit.require(Permission::SeePayments)?;
    let named = named(path)?;
    match page(&visit, named).await? {
        Ok(page) => visit.show(&page),
        Err(word) => Ok(visit.go_and_tell(&tab(), word)),
    }
}

/// The page of a letter, or what to tell where there is none to show.
async fn page(visit: &StaffVisit, (queue, id): (Queue, Uuid)) -> Result<Result<DeadLetterPage, NoticeWord>, PageError> {
    let Some(broker) = visit.services.settings.relay.broker() else {
        return Ok(Err(NoticeWord::LetterGone));
    };
    let letter = match dead_letters::find(&broker, queue, id).await {
        Ok(Some(letter)) => letter,
        Ok(None) => return Ok(Err(NoticeWord::LetterGone)),
        Err(error) => {
            tracing::warn!(%error, "a dead letter cannot be looked at");
            return Ok(Err(NoticeWord::BrokerAway));
        }
    };
    let mut rows = letter_rows(visit.db(), &[(queue, letter)]).await?;
    let Some(letter) = rows.pop() else {
        return Ok(Err(NoticeWord::LetterGone));
    };
    let form = || LetterForm {
        dialog: asked::new_dialog(),
        ..LetterForm::default()
    };
    Ok(Ok(DeadLetterPage {
        letter,
        redrive: form(),
        closing: form(),
        may_handle: visit.staff.role.may(Permission::HandleDeadLetters),
        longest_reason: LONGEST_REASON,
    }))
}

async fn redrive(
    visit: StaffVisit,
    Path(path): Path<(String, String)>,
    Form(typed): Form<Typed>,
) -> Result<Response, PageError> {
    handle(visit, path, typed, Order::Redrive).await
}

async fn close(
    visit: StaffVisit,
    Path(path): Path<(String, String)>,
    Form(typed): Form<Typed>,
) -> Result<Response, PageError> {
    handle(visit, path, typed, Order::Close).await
}

async fn handle(visit: StaffVisit, path: (String, String), typed: Typed, order: Order) -> Result<Response, PageError> {
    visit.require(Permission::HandleDeadLetters)?;
    let (queue, id) = named(path)?;
    let errors = reason_errors(&typed.reason);
    let Some(dialog) = asked::dialog(&typed.dialog).filter(|_| errors.is_empty()) else {
        return refuse(&visit, (queue, id), order, (typed.reason, errors)).await;
    };
    let wish = Wish {
        queue,
        id,
        order,
        reason: kept(&typed.reason),
        dialog,
        by: visit.by(),
    };
    let word = match dead_letters::handle(&visit.services, wish).await {
        Ok(Done::Redriven) => NoticeWord::LetterRedriven,
        Ok(Done::NothingToDo) => NoticeWord::LetterNothingToDo,
        Ok(Done::Closed) => NoticeWord::LetterClosed,
        Err(HandleError::NotThere | HandleError::NoBroker) => NoticeWord::LetterGone,
        Err(HandleError::NotUnderstood | HandleError::NobodyKnowsIt) => NoticeWord::LetterStays,
        Err(HandleError::Dialog(DialogError::Foreign)) => NoticeWord::FormSentBefore,
        Err(HandleError::Broker(error)) => {
            tracing::warn!(%error, "a dead letter could not be handled");
            NoticeWord::BrokerAway
        }
        Err(HandleError::Database(error) | HandleError::Dialog(DialogError::Database(error))) => {
            return Err(error.into());
        }
    };
    Ok(visit.go_and_tell(&tab(), word))
}

/// Nothing was done: the page says what is wrong with the reason, or that no form of ours was sent.
async fn refuse(
    visit: &StaffVisit,
    named: (Queue, Uuid),
    order: Order,
    (reason, errors): (String, FieldErrors),
) -> Result<Response, PageError> {
    let is_foreign = errors.is_empty();
    match page(visit, named).await? {
        Ok(page) if is_foreign => visit.refuse_as(
            StatusCode::PRECONDITION_FAILED,
            &keep(page, order, reason, errors),
            Some(NoticeWord::ChangedMeanwhile),
        ),
        Ok(page) => visit.refuse(&keep(page, order, reason, errors)),
        Err(word) => Ok(visit.go_and_tell(&tab(), word)),
    }
}

/// The page with what was typed and what is wrong with it.
fn keep(mut page: DeadLetterPage, order: Order, reason: String, errors: FieldErrors) -> DeadLetterPage {
    let form = match order {
        Order::Redrive => &mut page.redrive,
        Order::Close => &mut page.closing,
    };
    form.reason = reason;
    form.errors = errors;
    form.is_open = true;
    page
}

/// What is wrong with a reason.
pub(super) fn reason_errors(reason: &str) -> FieldErrors {
    let problem = asked::reason_problem(reason);
    problem.map(|problem| ("reason", problem)).into_iter().collect()
}

/// Letters with the transfers that they name, which come in one query.
pub(super) async fn letter_rows(
    db: &DatabaseConnection,
    letters: &[(Queue, DeadLetter)],
) -> Result<Vec<LetterRow>, DbErr> {
    let ids = letters.iter().filter_map(|(_, letter)| letter.ring.as_ref().ok());
    let named = transfers::Entity::find()
        .filter(transfers::Column::Id.is_in(ids.map(|ring| ring.transfer())))
        .all(db)
        .await?;
    let named: HashMap<TransferId, transfers::Model> = named.into_iter().map(|row| (row.id, row)).collect();
    let row = |(queue, letter): &(Queue, DeadLetter)| letter_row(*queue, letter, &named);
    Ok(letters.iter().map(row).collect())
}

fn letter_row(queue: Queue, letter: &DeadLetter, named: &HashMap<TransferId, transfers::Model>) -> LetterRow {
    let row = letter.ring.as_ref().ok().and_then(|ring| named.get(&ring.transfer()));
    let (asks, fate) = match &letter.ring {
        Ok(ring) => (asks(*ring), fate_of(*ring, row.map(|row| row.state))),
        Err(Malformed::NotOurs(_)) => (Asks::Nothing, Fate::NotUnderstood),
        Err(Malformed::OtherVersion(_)) => (Asks::OtherVersion, Fate::NotUnderstood),
    };
    LetterRow {
        queue: queue.word(),
        id: letter.id.simple().to_string(),
        why: DeathWord::parse(&letter.reason),
        times: letter.times,
        asks,
        fate: match fate {
            Fate::Again => FateWord::Again,
            Fate::Over(_) => FateWord::Over,
            Fate::NotUnderstood => FateWord::NotUnderstood,
            Fate::NobodyKnowsIt => FateWord::NobodyKnowsIt,
        },
        transfer: row.map(|row| LetterTransfer {
            id: rows::shown_id(row),
            kind: row.kind,
            state: row.state,
        }),
        body: letter.body.clone(),
    }
}

const fn asks(ring: Ring) -> Asks {
    match ring {
        Ring::Payment(_) => Asks::Payment,
        Ring::Refund(_) => Asks::Refund,
        Ring::Inquiry(_) => Asks::Inquiry,
    }
}
