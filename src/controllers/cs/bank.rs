//! `/cs/bank`: what goes on at the bank, what may, and when it does not work.

use axum::response::Response;
use chrono::{DateTime, TimeDelta, Utc};
use loco_rs::controller::Routes;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::StaffVisit;
use crate::bank::OUR_BANK;
use crate::bank::calendar::span;
use crate::bank::gate::BreakerWord;
use crate::bank::gate::lane::Lane;
use crate::bank::gate::limits::BankLimits;
use crate::bank::shares::{self, WHOLE};
use crate::controllers::pages::PageError;
use crate::controllers::routing::get;
use crate::controllers::web::status::{bank_word, window_facts};
use crate::desk::bank_windows;
use crate::desk::roles::Permission;
use crate::ids::PartnerId;
use crate::models::{bank_windows as rows, gate_limits, gate_shares};
use crate::views::cs::bank::{CsBank, LimitRow, ProcessRow, WindowRow, WindowStands};

pub const PATH: &str = "/cs/bank";
const COMING: TimeDelta = TimeDelta::days(7);
const NAME_LETTERS: usize = 6;

pub fn routes() -> Routes {
    Routes::new().add(PATH, get(show))
}

async fn show(visit: StaffVisit) -> Result<Response, PageError> {
    visit.require(Permission::SeeOverview)?;
    let (services, now) = (&visit.services, visit.services.clock.now());
    let windows = services.calendar.windows();
    let (look, limits, processes, entered) = tokio::join!(
        services.looks.fresh(services),
        gate_limits::Entity::find().all(visit.db()),
        processes(&visit, now),
        bank_windows::list(visit.db(), now),
    );
    let closed_until = windows.ends(now);
    // Of a partner who has nothing waiting.
    let expected = services.backlog.expected(services, PartnerId::new()).await?;
    let limits_set = limits?;
    let limits = shares::limits_with(&limits_set, services, BankLimits::configured(&services.settings.bank));
    let is_known = services.shares.whole(services).money_per_sec().is_some();
    visit.show(&CsBank {
        bank: bank_word(look, closed_until.is_some()),
        closed_until,
        expected_secs: is_known.then_some(expected.secs()),
        processes: processes?,
        limits: limit_rows(&limits, &limits_set),
        has_budget: limits.per_sec > 0,
        coming: windows
            .between(now, now + COMING)
            .into_iter()
            .map(|window| window_facts(window, now))
            .collect(),
        windows: entered?.iter().map(|window| window_row(window, now)).collect(),
        may_set_limits: visit.staff.role.may(Permission::SetLimits),
        may_plan: visit.staff.role.may(Permission::PlanMaintenance),
        as_of: now,
    })
}

/// Those that renewed their share lately. Index `(bank_code, seen_at)`.
async fn processes(visit: &StaffVisit, now: DateTime<Utc>) -> Result<Vec<ProcessRow>, sea_orm::DbErr> {
    let found = gate_shares::Entity::find()
        .filter(gate_shares::Column::BankCode.eq(OUR_BANK))
        .filter(gate_shares::Column::SeenAt.gt(now - shares::taken_after(&visit.services)))
        .order_by_asc(gate_shares::Column::ProcessId)
        .all(visit.db())
        .await?;
    let row = |row: gate_shares::Model| {
        let id = row.process_id.0.simple().to_string();
        ProcessRow {
            name: id.chars().skip(id.len().saturating_sub(NAME_LETTERS)).collect(),
            at_once: row.at_once,
            per_sec: row.per_sec,
            money_waiting: row.money_waiting,
            reads_waiting: row.reads_waiting,
            running: row.running,
            breaker: BreakerWord::parse(&row.breaker).unwrap_or(BreakerWord::Closed).as_str(),
        }
    };
    Ok(found.into_iter().map(row).collect())
}

fn limit_rows(limits: &BankLimits, rows: &[gate_limits::Model]) -> Vec<LimitRow> {
    let is_changed = |lane: &str| {
        let row = rows.iter().find(|row| row.bank_code == OUR_BANK && row.lane == lane);
        row.is_some_and(|row| row.at_once.is_some() || row.per_sec.is_some() || row.deadline_ms.is_some())
    };
    let whole = LimitRow {
        lane: WHOLE,
        at_once: limits.at_once,
        per_sec: limits.per_sec,
        deadline_ms: None,
        is_changed: is_changed(WHOLE),
    };
    let of_class = |lane: Lane| {
        let class = limits.classes.get(lane);
        LimitRow {
            lane: lane.as_str(),
            at_once: class.at_once,
            per_sec: class.per_sec,
            deadline_ms: u64::try_from(class.deadline.as_millis()).ok(),
            is_changed: is_changed(lane.as_str()),
        }
    };
    [whole].into_iter().chain(Lane::BY_URGENCY.map(of_class)).collect()
}

/// A window that staff entered, as it stands.
pub(super) fn window_row(window: &rows::Model, now: DateTime<Utc>) -> WindowRow {
    let (from, to) = span(window).unwrap_or((window.starts_at, window.ends_at));
    let stands = match span(window) {
        None => WindowStands::TakenBack,
        Some((_, to)) if to <= now => WindowStands::Over,
        Some((from, _)) if from <= now => WindowStands::Now,
        Some(_) => WindowStands::Planned,
    };
    WindowRow {
        id: window.id.0.simple().to_string(),
        kind: window.kind,
        from,
        to,
        reason: window.reason.clone(),
        stands,
    }
}
