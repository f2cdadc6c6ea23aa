//! A year of made-up payments: true books, the same from the same seed, whole or not at all, and never where money is real.

use std::collections::BTreeMap;

use naru::demo::many::{self, Wish};
use naru::models::kinds::{Mode, TransferKind, TransferState};
use naru::models::{bank_accounts, bank_calls, idempotency_keys, members, partners, transfer_events, transfers, users};
use sea_orm::{EntityTrait, PaginatorTrait, QueryOrder};
use serde_json::json;

use crate::support::app::{self, TestApp};
use crate::support::clock::TestClock;
use crate::support::program::{EMBEDDED, Program};

async fn app(clock: &TestClock) -> TestApp {
    let wish = app::wish().without_workers().by_clock(clock);
    wish.settings(json!({ "demo_data": true })).start().await
}

async fn make(app: &TestApp, payments: u64, seed: u64, batches: Option<u64>) -> loco_rs::Result<Vec<(u64, u64)>> {
    let wish = Wish {
        payments,
        seed,
        batches,
    };
    let mut told = Vec::new();
    many::make(&app.services, wish, |there, all| told.push((there, all))).await?;
    Ok(told)
}

/// Everything that the history has written, but what is sealed or hashed with a chance of its own.
type Written = (
    Vec<transfers::Model>,
    Vec<transfer_events::Model>,
    Vec<bank_calls::Model>,
    Vec<idempotency_keys::Model>,
);

async fn written(app: &TestApp) -> Written {
    let db = app.services.db.read();
    let shops: Vec<_> = partners::Entity::find()
        .all(db)
        .await
        .unwrap()
        .into_iter()
        .filter(|partner| partner.name != "나루상점")
        .map(|partner| partner.id)
        .collect();
    let mut rows = app.every_transfer().await;
    rows.retain(|row| shops.contains(&row.partner_id));
    let ids: std::collections::BTreeSet<_> = rows.iter().map(|row| row.id).collect();
    let is_ours = |id: Option<_>| id.is_some_and(|id| ids.contains(&id));
    let events = transfer_events::Entity::find().order_by_asc(transfer_events::Column::Id);
    let calls = bank_calls::Entity::find().order_by_asc(bank_calls::Column::Id);
    let keys = idempotency_keys::Entity::find().order_by_asc(idempotency_keys::Column::Id);
    let mut events = events.all(db).await.unwrap();
    let mut calls = calls.all(db).await.unwrap();
    let mut keys = keys.all(db).await.unwrap();
    events.retain(|event| ids.contains(&event.transfer_id));
    calls.retain(|call| is_ours(call.transfer_id));
    keys.retain(|key| is_ours(key.transfer_id));
    (rows, events, calls, keys)
}

#[tokio::test]
async fn a_year_of_two_thousand_payments_agrees_with_itself_and_with_the_bank() {
    let clock = TestClock::stopped();
    let app = app(&clock).await;
    let told = make(&app, 2_000, 1, None).await.unwrap();
    assert_eq!((told.first(), told.last()), (Some(&(0, 2_000)), Some(&(2_000, 2_000))));
    let (rows, ..) = written(&app).await;
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
    assert!(left == right, "{} and {} transfers", left.0.len(), right.0.len());
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
    assert!(members.iter().all(|member| member.phone_sealed.is_some()));
    let accounts = bank_accounts::Entity::find().all(&db).await.unwrap();
    for account in accounts {
        assert!(account.number_masked.ends_with("*****"), "{}", account.number_masked);
    }
    let refused = program.task(&["demo", "payments:0"]).await;
    assert_eq!(refused.status.code(), Some(2));
}
