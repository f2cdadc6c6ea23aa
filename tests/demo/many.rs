//! A year of made-up payments: true books, the same from the same seed, whole or not at all, and never where money is real.

use std::collections::{BTreeMap, BTreeSet};

use naru::demo::many::{self, Wish};
use naru::models::kinds::{Mode, TransferKind, TransferState};
use naru::models::{bank_accounts, bank_calls, daily_usage, idempotency_keys, members, partner_events, partners};
use naru::models::{transfer_events, transfers, users, webhook_attempts, webhook_deliveries};
use sea_orm::{EntityTrait, PaginatorTrait, QueryOrder};
use serde_json::json;

use crate::support::app::{self, TestApp};
use crate::support::clock::TestClock;
use crate::support::program::{EMBEDDED, Program};

pub async fn app(clock: &TestClock) -> TestApp {
    let wish = app::wish().without_workers().by_clock(clock);
    wish.settings(json!({ "demo_data": true })).start().await
}

pub async fn make(app: &TestApp, payments: u64, seed: u64, batches: Option<u64>) -> loco_rs::Result<Vec<(u64, u64)>> {
    let wish = Wish {
        payments,
        seed,
        batches,
    };
    let mut told = Vec::new();
    many::make(&app.services, wish, |there, all| told.push((there, all))).await?;
    Ok(told)
}

/// Everything that the history has written, but what is sealed, signed or hashed with a chance of its own.
#[derive(PartialEq)]
pub struct Written {
    pub transfers: Vec<transfers::Model>,
    pub events: Vec<transfer_events::Model>,
    calls: Vec<bank_calls::Model>,
    keys: Vec<idempotency_keys::Model>,
    /// In their one order.
    pub told: Vec<partner_events::Model>,
    pub deliveries: Vec<webhook_deliveries::Model>,
    pub attempts: Vec<webhook_attempts::Model>,
    pub used: Vec<daily_usage::Model>,
}

/// All rows of a table, by a column.
async fn rows<E: EntityTrait>(app: &TestApp, by: E::Column) -> Vec<E::Model>
where
    E::Model: Send + Sync,
{
    E::find().order_by_asc(by).all(app.services.db.read()).await.unwrap()
}

pub async fn written(app: &TestApp) -> Written {
    let mut shops = rows::<partners::Entity>(app, partners::Column::Id).await;
    shops.retain(|partner| partner.name != "나루상점");
    let shops: BTreeSet<_> = shops.into_iter().map(|partner| partner.id).collect();
    let mut transfers = app.every_transfer().await;
    transfers.retain(|row| shops.contains(&row.partner_id));
    let ids: BTreeSet<_> = transfers.iter().map(|row| row.id).collect();
    let mandates: BTreeSet<_> = transfers.iter().filter_map(|row| Some(row.mandate_id?.0)).collect();
    let is_ours = |id: Option<_>| id.is_some_and(|id| ids.contains(&id));
    let mut events = rows::<transfer_events::Entity>(app, transfer_events::Column::Id).await;
    let mut calls = rows::<bank_calls::Entity>(app, bank_calls::Column::Id).await;
    let mut keys = rows::<idempotency_keys::Entity>(app, idempotency_keys::Column::Id).await;
    let mut told = rows::<partner_events::Entity>(app, partner_events::Column::Seq).await;
    let mut deliveries = rows::<webhook_deliveries::Entity>(app, webhook_deliveries::Column::Id).await;
    let mut attempts = rows::<webhook_attempts::Entity>(app, webhook_attempts::Column::Id).await;
    let mut used = rows::<daily_usage::Entity>(app, daily_usage::Column::Day).await;
    events.retain(|event| ids.contains(&event.transfer_id));
    calls.retain(|call| is_ours(call.transfer_id));
    keys.retain(|key| is_ours(key.transfer_id));
    told.retain(|event| shops.contains(&event.partner_id));
    deliveries.retain(|delivery| told.iter().any(|event| event.id == delivery.event_id));
    for attempt in &mut attempts {
        attempt.request_headers.clear();
    }
    used.retain(|row| mandates.contains(&row.owner_id));
    used.sort_by_key(|row| (row.owner_id, row.day.clone()));
    Written {
        transfers,
        events,
        calls,
        keys,
        told,
        deliveries,
        attempts,
        used,
    }
}

#[tokio::test]
async fn a_year_of_two_thousand_payments_agrees_with_itself_and_with_the_bank() {
    let clock = TestClock::stopped();
    let app = app(&clock).await;
    let told = make(&app, 2_000, 1, None).await.unwrap();
    assert_eq!((told.first(), told.last()), (Some(&(0, 2_000)), Some(&(2_000, 2_000))));
    let rows = written(&app).await.transfers;
    let payments = || rows.iter().filter(|row| row.kind == TransferKind::Payment);
    assert_eq!(payments().count(), 2_000);
    let mut states: BTreeMap<&str, usize> = BTreeMap::new();
    for row in payments() {
        *states.entry(row.state.as_str()).or_default() += 1;
    }
    let of = |state: TransferState| states.get(state.as_str()).copied().unwrap_or_default();
    assert!((1_750..1_950).contains(&of(TransferState::Succeeded)), "{states:?}");
    for some in [TransferState::Failed, TransferState::Canceled, TransferState::Expired] {
        assert!(of(some) > 0, "{states:?}");
    }
    let refunds = rows.len() - 2_000;
    assert!((20..200).contains(&refunds), "{refunds} refunds");
    let now = app.services.clock.now();
    for row in &rows {
        assert!(row.created_at < now && row.updated_at < now, "{row:?}");
    }
    let report = app.verify().await;
    assert_eq!(report.found, 0, "{report}");
    assert!(report.transfers >= 2_000 + refunds as u64, "{report}");
}

#[tokio::test]
async fn a_history_that_was_stopped_goes_on_and_is_the_one_that_was_not() {
    let clock = TestClock::stopped();
    let (stopped, whole) = (app(&clock).await, app(&clock).await);
    make(&stopped, 1_200, 7, Some(2)).await.unwrap();
    assert_eq!(make(&stopped, 1_200, 7, Some(0)).await.unwrap(), [(1_000, 1_200)]);
    let report = stopped.verify().await;
    assert_eq!(report.found, 0, "half a history is as true as a whole one: {report}");
    let told = make(&stopped, 1_200, 7, None).await.unwrap();
    assert_eq!(told, [(1_000, 1_200), (1_200, 1_200)]);
    make(&whole, 1_200, 7, None).await.unwrap();
    let (left, right) = (written(&stopped).await, written(&whole).await);
    let counts = (left.transfers.len(), right.transfers.len());
    assert!(left == right, "{counts:?} transfers");
    assert_eq!(make(&stopped, 1_200, 7, None).await.unwrap(), [(1_200, 1_200)]);
    assert!(written(&stopped).await == right, "nothing is made twice");
    assert_eq!(stopped.verify().await.found, 0);
    for (payments, seed) in [(1_200, 8), (1_300, 7)] {
        let refused = make(&stopped, payments, seed, None).await.unwrap_err().to_string();
        assert!(refused.contains("another seed or number"), "{refused}");
    }
    assert!(written(&stopped).await == right);
}

#[tokio::test]
async fn where_money_is_real_or_people_are_no_history_is_made_up() {
    let clock = TestClock::stopped();
    let app = app(&clock).await;
    let counts = async || {
        let db = app.services.db.read();
        (
            users::Entity::find().count(db).await.unwrap(),
            transfers::Entity::find().count(db).await.unwrap(),
        )
    };
    let wish = Wish {
        payments: 10,
        seed: 1,
        batches: None,
    };
    let mut without = app.services.settings.clone();
    without.demo_data = false;
    let mut live = app.services.settings.clone();
    live.bank.sandbox = false;
    assert_eq!(live.bank.mode(), Mode::Live);
    for (settings, why) in [(without, "settings.demo_data"), (live, "settings.bank.sandbox")] {
        let services = app.services_with(settings).await;
        let refused = many::make(&services, wish, |_, _| ()).await.unwrap_err().to_string();
        assert!(refused.contains(why), "{refused}");
    }
    assert_eq!(counts().await, (0, 0));
    app.member("somebody@example.test").await;
    let refused = make(&app, 10, 1, None).await.unwrap_err().to_string();
    assert!(refused.contains("people of its own"), "{refused}");
    assert_eq!(counts().await, (1, 0));
}

#[tokio::test]
async fn the_task_makes_a_history_in_an_empty_folder_asked_for_as_people_write_it() {
    let program = Program::new(&EMBEDDED);
    let made = program.task(&["demo", "--payments", "500", "--seed", "3"]).await;
    let said = String::from_utf8_lossy(&made.stdout).into_owned();
    assert!(
        made.status.success(),
        "{said} {}",
        String::from_utf8_lossy(&made.stderr)
    );
    assert!(
        said.contains("500 of 500 payments") && said.contains("cs@naru.test"),
        "{said}"
    );
    let db = sea_orm::Database::connect(program.database()).await.unwrap();
    let members = members::Entity::find().all(&db).await.unwrap();
    assert!(
        members
            .iter()
            .all(|member| member.phone_sealed.is_some() && member.phone_tail_index.is_some())
    );
    let accounts = bank_accounts::Entity::find().all(&db).await.unwrap();
    for account in accounts {
        assert!(account.number_masked.ends_with("*****"), "{}", account.number_masked);
    }
    let refused = program.task(&["demo", "payments:0"]).await;
    assert_eq!(refused.status.code(), Some(2));
}
