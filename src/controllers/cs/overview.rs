//! `/cs`: how the day goes, what waits, and how the bank is.

use std::collections::BTreeMap;

use axum::extract::Query;
use axum::response::Response;
use chrono::{Days, NaiveDate};
use loco_rs::controller::Routes;
use serde::Deserialize;

use super::StaffVisit;
use super::overview_range::{self, Range};
use crate::bank::gate::BreakerWord;
use crate::clock::{kst, kst_date, kst_midnight};
use crate::controllers::pages::PageError;
use crate::controllers::routing::get;
use crate::controllers::web::status::{bank_word, next_window};
use crate::desk::dead_counts::DeadCount;
use crate::desk::figures::{self, Cell};
use crate::desk::reviews;
use crate::desk::roles::Permission;
use crate::models::kinds::{FailureCode, TransferKind, TransferState};
use crate::money::Won;
use crate::transfers::hours::{begin_of, hour_of};
use crate::views::cs::age::Age;
use crate::views::cs::chart::{Chart, Counts, list, percent};
use crate::views::cs::overview::{Figure, Figures, NowFacts, Overview, Ratio, Reason, StateFigure};
use crate::views::cs::payments::STATES;
use crate::views::cs::review_rows::BrokerWord;
use crate::views::paging::address;

/// Ranges of so many days are drawn by the hour; longer ones by the day.
const BY_HOUR_DAYS: i64 = 2;
const WHOLE: i64 = 10_000;

pub fn routes() -> Routes {
    Routes::new().add("/cs", get(show))
}

/// The query as it came.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    range: String,
    from: String,
    to: String,
}

async fn show(visit: StaffVisit, Query(asked): Query<Asked>) -> Result<Response, PageError> {
    visit.require(Permission::SeeOverview)?;
    let now = visit.services.clock.now();
    let (range, choice) = overview_range::read(&asked.range, &asked.from, &asked.to, now);
    let (counted, facts) = tokio::join!(counted(&visit, range), now_facts(&visit));
    let kept = [("range", &asked.range), ("from", &asked.from), ("to", &asked.to)];
    let kept = kept.map(|(name, value)| (name, value.as_str()));
    visit.show(&Overview {
        range: choice,
        here: address("/cs", &kept, None),
        figures: counted?,
        now: facts?,
        as_of: now,
    })
}

async fn counted(visit: &StaffVisit, range: Option<Range>) -> Result<Option<Figures>, PageError> {
    let Some(range) = range else { return Ok(None) };
    let read = figures::read(visit.db(), range.present, range.previous).await?;
    Ok(Some(figures_of(&range, &read)))
}

fn figures_of(range: &Range, read: &figures::Figures) -> Figures {
    use TransferKind::{Payment, Refund};
    use TransferState::{Failed, Succeeded};
    let (first, last) = (range.first.to_string(), range.last.to_string());
    let figure = |kind: TransferKind, state: Option<TransferState>| {
        let (count, won) = sum(&read.present, |cell| {
            cell.kind == kind && state.is_none_or(|state| cell.state == state)
        });
        Figure {
            count,
            sum: Won::new(won),
            href: list(&[
                ("kind", kind.as_str()),
                ("state", state.map_or("", TransferState::as_str)),
                ("from", &first),
                ("to", &last),
            ]),
        }
    };
    let ended = |cells: &[Cell]| {
        let of = |state| sum(cells, |cell| cell.kind == Payment && cell.state == state).0;
        (of(Succeeded), of(Failed))
    };
    let states = STATES.map(|state| StateFigure {
        state,
        figure: figure(Payment, Some(state)),
    });
    Figures {
        payments: figure(Payment, None),
        succeeded: figure(Payment, Some(Succeeded)),
        failed: figure(Payment, Some(Failed)),
        refunded: figure(Refund, Some(Succeeded)),
        ratio: Ratio::of(ended(&read.present), ended(&read.previous), range.days_before),
        chart: chart(range, &read.present),
        states: states.into_iter().filter(|row| row.figure.count > 0).collect(),
        reasons: reasons(&read.present, &first, &last),
    }
}

/// How many, and how much.
fn sum(cells: &[Cell], is_of: impl Fn(&Cell) -> bool) -> (i64, i64) {
    let of = cells.iter().filter(|cell| is_of(cell));
    of.fold((0, 0), |(count, won), cell| {
        (count + cell.transfers, won.saturating_add(cell.won))
    })
}

fn reasons(cells: &[Cell], first: &str, last: &str) -> Vec<Reason> {
    let of = |failure: FailureCode| {
        sum(cells, |cell| {
            cell.kind == TransferKind::Payment && cell.failure == Some(failure)
        })
        .0
    };
    let all: i64 = FailureCode::ALL.iter().map(|failure| of(*failure)).sum();
    let mut reasons: Vec<Reason> = FailureCode::ALL
        .iter()
        .map(|failure| (*failure, of(*failure)))
        .filter(|(_, count)| *count > 0)
        .map(|(failure, count)| Reason {
            failure,
            count,
            width: percent(count * WHOLE / all.max(1)),
            href: list(&[
                ("kind", "payment"),
                ("state", TransferState::Failed.as_str()),
                ("failure", failure.as_str()),
                ("from", first),
                ("to", last),
            ]),
        })
        .collect();
    reasons.sort_by_key(|reason| std::cmp::Reverse(reason.count));
    reasons
}

/// Payments by the hour, or by the day where there are many.
fn chart(range: &Range, cells: &[Cell]) -> Chart {
    let days = range.first.iter_days().take_while(|day| *day <= range.last);
    let by_hour = by_hour(cells);
    let counts = |from: i64, to: i64| {
        let within = by_hour.range(from..to).map(|(_, counts)| *counts);
        within.fold(Counts::default(), |all, some| Counts {
            succeeded: all.succeeded + some.succeeded,
            failed: all.failed + some.failed,
            other: all.other + some.other,
        })
    };
    let begin = |day: NaiveDate| hour_of(kst_midnight(day));
    let end = |day: NaiveDate| begin(day.checked_add_days(Days::new(1)).unwrap_or(day));
    if (range.last - range.first).num_days() < BY_HOUR_DAYS {
        let hours = begin(range.first)..end(range.last);
        let label = |hour| begin_of(hour).with_timezone(&kst()).format("%H:%M").to_string();
        return Chart::new(hours.map(|hour| (label(hour), counts(hour, hour + 1), None)).collect());
    }
    let slot = |day: NaiveDate| {
        let label = day.format("%m.%d").to_string();
        (label, counts(begin(day), end(day)), Some(day.to_string()))
    };
    Chart::new(days.map(slot).collect())
}

fn by_hour(cells: &[Cell]) -> BTreeMap<i64, Counts> {
    let mut hours: BTreeMap<i64, Counts> = BTreeMap::new();
    for cell in cells.iter().filter(|cell| cell.kind == TransferKind::Payment) {
        let counts = hours.entry(cell.hour).or_default();
        match cell.state {
            TransferState::Succeeded => counts.succeeded += cell.transfers,
            TransferState::Failed => counts.failed += cell.transfers,
            _ => counts.other += cell.transfers,
        }
    }
    hours
}

async fn now_facts(visit: &StaffVisit) -> Result<NowFacts, PageError> {
    let (services, now) = (&visit.services, visit.services.clock.now());
    let windows = services.calendar.windows();
    let maintenance_until = windows.ends(now);
    let (counts, look, dead) = tokio::join!(
        reviews::counts(visit.db(), reviews::stuck_before(services)),
        services.looks.fresh(services),
        services.dead_counts.fresh(services),
    );
    let counts = counts?;
    let (broker, dead_letters) = match dead {
        DeadCount::NoBroker => (BrokerWord::None, 0),
        DeadCount::Unclear => (BrokerWord::Down, 0),
        DeadCount::Known(count) => (BrokerWord::Up, count),
    };
    Ok(NowFacts {
        bank: bank_word(look, maintenance_until.is_some()),
        maintenance_until,
        next_maintenance: next_window(&windows, now).filter(|next| is_near(kst_date(next.from), kst_date(now))),
        breaker: look.map_or(BreakerWord::Closed, |look| look.breaker),
        queued: counts.queued,
        oldest_queued: counts.oldest_queued.map(|oldest| Age::of(oldest, now)),
        unknown: counts.unknown,
        needs_review: counts.needs_review,
        approvals: counts.approvals,
        stuck_refunds: counts.stuck_refunds,
        mismatches: counts.mismatches,
        failing_endpoints: counts.failing_endpoints,
        dead_letters,
        broker,
    })
}

/// Today or tomorrow.
fn is_near(day: NaiveDate, today: NaiveDate) -> bool {
    (day - today).num_days() <= 1
}
