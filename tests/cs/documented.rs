//! The questions that the desk's help names, and how a database goes about each: every query is caught as it is asked, and
//! its plan is looked at. The bench prints the same over a million payments.

use std::collections::BTreeSet;
use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use naru::desk::figures::{self, Period};
use naru::desk::verdict::case::{self, Limits};
use naru::desk::{reviews, told};
use naru::ids::Prefix;
use naru::models::kinds::{FailureCode, TransferKind, TransferState};
use naru::models::transfers::Model;
use naru::security::sealed::Sealer;
use naru::transfers::search::{self, Pick, Search, Sort, amounts, understand};
use sea_orm::{ConnectionTrait, DatabaseBackend, DatabaseConnection, QueryResult, Statement};

type Failed = Box<dyn Error + Send + Sync>;

/// Rows of a page, as the list asks for them.
const PAGE: u64 = 50;

/// What a caller could say of one payment. Each leads to something, for what names nobody asks nothing further.
pub struct Caller {
    pub payment: Model,
    pub trace: String,
    pub email: String,
    pub name: String,
    pub phone: String,
    pub account: String,
    /// A word that some are marked with.
    pub tag: String,
    pub now: DateTime<Utc>,
    pub sealer: Sealer,
}

enum Asked {
    Search(Box<Search>),
    Payment(Box<Model>),
    Overview(Period, Period),
    Waiting(DateTime<Utc>),
}

/// One question with the plans of its queries, each once.
pub struct Plan {
    pub question: &'static str,
    pub lines: BTreeSet<String>,
    /// Queries that read a table, or an index, from end to end.
    pub scans: Vec<String>,
}

impl Caller {
    fn text(&self, text: &str) -> Result<Search, Failed> {
        let today: NaiveDate = naru::clock::kst_date(self.now);
        Ok(Search {
            text: understand(text, today, &self.sealer)?,
            ..Search::default()
        })
    }

    fn questions(&self) -> Result<Vec<(&'static str, Asked)>, Failed> {
        let payment = &self.payment;
        let id = payment.id.0.simple().to_string();
        let tail = self.phone.get(self.phone.len() - 4..).unwrap_or_default();
        let day = naru::clock::kst_date(payment.created_at).to_string();
        let texts = [
            ("an id", id.clone()),
            // Without what it is an end of, one in forty is an amount as well: it has digits alone.
            ("the end of an id", format!("pay_{}", id.get(24..).unwrap_or_default())),
            ("a passbook's code", payment.short_code.clone()),
            ("an order, a request", payment.order_id.clone().unwrap_or_default()),
            ("a trace number", self.trace.clone()),
            ("a member's id", Prefix::Member.show(payment.member_id.0)),
            ("an email", self.email.clone()),
            ("a name", self.name.clone()),
            ("a phone number", self.phone.clone()),
            ("the end of a phone number", tail.to_owned()),
            ("an account number", self.account.clone()),
            ("an amount", format!("{}원", payment.amount_won)),
            ("a day", day),
        ];
        let texts: Result<Vec<_>, Failed> = texts
            .into_iter()
            .map(|(name, text)| Ok((name, self.text(&text)?)))
            .collect();
        let found = texts?.into_iter().chain(self.filters());
        let search = |(name, search)| (name, Asked::Search(Box::new(search)));
        let (now, month) = (self.now, TimeDelta::days(30));
        let period = |to: DateTime<Utc>| Period { from: to - month, to };
        let pages = [
            ("a payment's page", Asked::Payment(Box::new(payment.clone()))),
            ("the overview", Asked::Overview(period(now), period(now - month))),
            ("what waits", Asked::Waiting(now)),
        ];
        Ok(found.map(search).chain(pages).collect())
    }

    fn filters(&self) -> Vec<(&'static str, Search)> {
        let partner = Some(Pick::Is(self.payment.partner_id));
        let states = Some(vec![TransferState::Failed]);
        let from = Some(self.now - TimeDelta::days(30));
        let tag = Some(Pick::Is(self.tag.clone()));
        let asked = |ask: &dyn Fn(&mut Search)| {
            let mut search = Search::default();
            ask(&mut search);
            search
        };
        let of_state = asked(&|search| search.states.clone_from(&states));
        let of_partner = asked(&|search| search.partner.clone_from(&partner));
        vec![
            ("nothing: the newest", Search::default()),
            ("a period", asked(&|search| search.from = from)),
            ("a state", of_state.clone()),
            ("a kind", asked(&|search| search.kind = Some(TransferKind::Refund))),
            ("a partner", of_partner),
            (
                "a partner's state",
                Search {
                    partner,
                    ..of_state.clone()
                },
            ),
            (
                "a reason of failure",
                asked(&|search| search.failures = Some(vec![FailureCode::InsufficientBalance])),
            ),
            ("a tag", asked(&|search| search.tag.clone_from(&tag))),
            (
                "a bank",
                Search {
                    bank: Some(Pick::Is("011".to_owned())),
                    ..of_state
                },
            ),
            ("amounts", asked(&|search| search.amount = amounts("10000..12000").ok())),
            ("the largest first", asked(&|search| search.sort = Sort::Largest)),
        ]
    }
}

/// Asks everything of this connection, and answers with how the database went about it.
pub async fn plans(db: &mut DatabaseConnection, caller: &Caller) -> Result<Vec<Plan>, Failed> {
    let caught: Arc<Mutex<Vec<Statement>>> = Arc::default();
    let to_catch = Arc::clone(&caught);
    db.set_metric_callback(move |info| {
        let mut caught = to_catch.lock().unwrap_or_else(PoisonError::into_inner);
        caught.push(info.statement.clone());
    });
    let mut plans = Vec::new();
    for (question, asked) in caller.questions()? {
        caught.lock().unwrap_or_else(PoisonError::into_inner).clear();
        ask(db, asked).await?;
        let queries = std::mem::take(&mut *caught.lock().unwrap_or_else(PoisonError::into_inner));
        if queries.is_empty() {
            return Err(format!("{question}: no query was caught").into());
        }
        let mut plan = Plan {
            question,
            lines: BTreeSet::new(),
            scans: Vec::new(),
        };
        for query in queries {
            let (lines, scans) = explained(db, &query).await?;
            plan.lines.extend(lines);
            plan.scans.extend(scans);
        }
        plans.push(plan);
    }
    Ok(plans)
}

async fn ask(db: &DatabaseConnection, asked: Asked) -> Result<(), Failed> {
    match asked {
        Asked::Search(asked) => {
            search::search(db, &asked, PAGE).await?;
            search::tally(db, &asked).await?;
        }
        Asked::Payment(payment) => {
            let case = case::read(db, *payment, Limits::PAGE).await?;
            let transfers = std::iter::once(&case.transfer).chain(&case.refunds);
            told::of(db, transfers, PAGE).await?;
        }
        Asked::Overview(present, previous) => {
            figures::read(db, present, previous).await?;
        }
        Asked::Waiting(now) => {
            reviews::counts(db, now).await?;
        }
    }
    Ok(())
}

/// The lines of a plan that read a table, in short, and those of them that go from end to end.
async fn explained(db: &DatabaseConnection, query: &Statement) -> Result<(Vec<String>, Vec<String>), Failed> {
    let is_mysql = db.get_database_backend() == DatabaseBackend::MySql;
    let word = if is_mysql { "EXPLAIN" } else { "EXPLAIN QUERY PLAN" };
    let explain = Statement {
        sql: format!("{word} {}", query.sql),
        ..query.clone()
    };
    let rows = db.query_all_raw(explain).await?;
    let line = if is_mysql { of_mysql } else { of_sqlite };
    // A list of everything is walked by its index, up to the end of the page.
    let ends = query.sql.contains(" LIMIT ");
    let lines: Vec<(String, Way)> = rows.iter().filter_map(line).collect();
    let is_scan = |way: Way| way == Way::Table || way == Way::Index && !ends;
    let scans = lines.iter().filter(|(_, way)| is_scan(*way));
    let scans = scans.map(|(line, _)| format!("{line}: {}", query.sql)).collect();
    Ok((lines.into_iter().map(|(line, _)| line).collect(), scans))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// Enters an index.
    Entry,
    /// Walks an index from its end.
    Index,
    Table,
}

/// `SEARCH transfers USING COVERING INDEX ix_transfers_… (kind=?)` and the like; what reads no table says nothing.
fn of_sqlite(row: &QueryResult) -> Option<(String, Way)> {
    let detail: String = row.try_get("", "detail").ok()?;
    let (word, rest) = detail.split_once(' ')?;
    let (table, how) = rest.split_once(" USING ").unwrap_or((rest, ""));
    if !matches!(word, "SEARCH" | "SCAN") || matches!(table, "some" | "entries") || table.starts_with("(subquery-") {
        return None;
    }
    let is_covering = how.starts_with("COVERING ");
    let how = how.trim_start_matches("COVERING ").trim_start_matches("INDEX ");
    let key = format!("sqlite_autoindex_{table}_1");
    let how = how
        .replace(&format!("ix_{table}_"), "")
        .replace(&format!("uq_{table}_"), "");
    let how = how.replace(&key, "key");
    let way = match word {
        "SEARCH" => Way::Entry,
        _ if how.is_empty() => Way::Table,
        _ => Way::Index,
    };
    Some((shown(table, &how, is_covering, way), way))
}

/// The index alone: whether it is entered by one value or by a range, and whether the row is read as well, is weighed anew by
/// what the server happens to know of its tables.
fn of_mysql(row: &QueryResult) -> Option<(String, Way)> {
    let table: String = row.try_get::<Option<String>>("", "table").ok()??;
    if table.starts_with('<') {
        return None;
    }
    // `ref|filter` with two indexes: the second one sorts out what the first one finds.
    let text = |name| {
        let text = row
            .try_get::<Option<String>>("", name)
            .ok()
            .flatten()
            .unwrap_or_default();
        text.split('|').next().unwrap_or_default().to_owned()
    };
    let way = match text("type").as_str() {
        "ALL" => Way::Table,
        "index" => Way::Index,
        _ => Way::Entry,
    };
    let key = text("key").replace(&format!("ix_{table}_"), "");
    let key = key.replace(&format!("uq_{table}_"), "").replace("PRIMARY", "key");
    Some((shown(&table, &key, false, way), way))
}

fn shown(table: &str, how: &str, is_covering: bool, way: Way) -> String {
    let covering = if is_covering { ", index alone" } else { "" };
    let walked = if way == Way::Index { ", walked" } else { "" };
    format!("{table}: {how}{covering}{walked}")
}
