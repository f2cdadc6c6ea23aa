//! `/accounts/{id}/statement`: the bank is asked what happened on an account within some days.

use axum::extract::{Path, Query};
use axum::response::Response;
use chrono::NaiveDate;
use loco_rs::controller::Routes;
use serde::Deserialize;

use super::accounts::find;
use super::context::MemberVisit;
use super::link_pages::closed_until;
use super::rows;
use crate::accounts::statement::{self, Cut, NoStatement, Period, PeriodFault, Statement};
use crate::bank::maintenance::in_korea;
use crate::bank::{Direction, StatementRow};
use crate::clock::kst_date;
use crate::controllers::extractors::htmx;
use crate::controllers::pages::PageError;
use crate::controllers::routing::get;
use crate::ids::Prefix;
use crate::money::Won;
use crate::views::form::{FieldErrors, FieldProblem};
use crate::views::web::account_statement::{AccountStatement, PeriodForm, Preset, StatementLine, Told};
use crate::views::words::StatementProblem;

pub fn routes() -> Routes {
    Routes::new().add("/accounts/{id}/statement", get(show))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    /// `YYYY-MM-DD`; both empty: the last month.
    from: String,
    to: String,
}

/// 200 whatever the days are and the bank says: the page tells.
async fn show(visit: MemberVisit, Path(id): Path<String>, Query(asked): Query<Asked>) -> Result<Response, PageError> {
    let account = find(&visit, visit.member, &id).await?;
    let today = kst_date(visit.services.clock.now());
    let period = read(&asked, today);
    let mut page = AccountStatement {
        account_id: Prefix::Account.show(account.id.0),
        account: rows::account_label(&account),
        form: match period {
            Ok(period) => form(&period.from().to_string(), &period.to().to_string(), today),
            Err(_) => form(&asked.from, &asked.to, today),
        },
        errors: FieldErrors::new(),
        problem: None,
        until: None,
        told: None,
    };
    match period {
        Err((field, problem)) => page.errors = FieldErrors::from([(field, problem)]),
        Ok(period) => match statement::read(&visit.services, &account, period).await {
            Ok(statement) => page.told = Some(told(statement)),
            Err(NoStatement::Stopped(stop)) => page.problem = Some(StatementProblem::from_word(stop.as_str())),
            Err(NoStatement::TooMany(_)) => page.problem = Some(StatementProblem::TooManyChecks),
            Err(NoStatement::NotLinked) => return Ok(htmx::redirect(&visit.headers, &rows::account_path(account.id))),
            Err(error @ NoStatement::Seal(_)) => return Err(PageError::internal(&error)),
        },
    }
    if page.problem == Some(StatementProblem::OutsideServiceHours) {
        page.until = closed_until(&visit);
    }
    visit.show(&page)
}

fn read(asked: &Asked, today: NaiveDate) -> Result<Period, (&'static str, FieldProblem)> {
    if asked.from.is_empty() && asked.to.is_empty() {
        return Ok(Period::months(1, today));
    }
    let day = |field, text: &str| text.parse().map_err(|_| (field, FieldProblem::DateFormat));
    let (from, to) = (day("from", &asked.from)?, day("to", &asked.to)?);
    Period::new(from, to, today).map_err(|fault| match fault {
        PeriodFault::Reversed => ("from", FieldProblem::DatesReversed),
        PeriodFault::InFuture => ("to", FieldProblem::PeriodInFuture),
        PeriodFault::TooOld => ("from", FieldProblem::PeriodTooOld),
        PeriodFault::TooLong => ("from", FieldProblem::PeriodTooLong),
    })
}

/// The form for choosing days, with those that are often chosen.
pub(super) fn form(from: &str, to: &str, today: NaiveDate) -> PeriodForm {
    let preset = |name, period: Period| {
        let (first, last) = (period.from().to_string(), period.to().to_string());
        Preset {
            name,
            is_chosen: first == from && last == to,
            from: first,
            to: last,
        }
    };
    PeriodForm {
        from: from.to_owned(),
        to: to.to_owned(),
        first_day: statement::first_day(today).to_string(),
        today: today.to_string(),
        presets: vec![
            preset("week", Period::week(today)),
            preset("month", Period::months(1, today)),
            preset("three-months", Period::months(3, today)),
        ],
    }
}

fn told(statement: Statement) -> Told {
    let cut = statement.cut.map(|cut| match cut {
        Cut::TooMany => "too-many",
        Cut::Stopped => "stopped",
    });
    let rows = statement.rows.into_iter().map(line).collect();
    Told::new(rows, statement.at, cut)
}

fn line(row: StatementRow) -> StatementLine {
    StatementLine {
        at: in_korea(row.date, row.time),
        memo: row.memo,
        amount: match row.direction {
            Direction::In => row.amount,
            Direction::Out => Won::new(-row.amount.get()),
        },
        balance_after: row.balance_after,
        is_canceled: row.canceled,
    }
}
