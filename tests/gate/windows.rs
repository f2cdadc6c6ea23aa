//! Maintenance: nothing is sent inside, everything after, and nothing fails by it. The clock is moved.

use chrono::{DateTime, Datelike, Days, NaiveDate, TimeDelta, Utc, Weekday};
use naru::clock::{kst_date, kst_midnight};
use naru::desk::audit::By;
use naru::desk::bank_windows::{self, End, NewWindow};
use naru::ids::DialogId;
use naru::models::kinds::{TransferState, WindowKind};
use naru::models::{bank_calls, bank_windows as rows};
use naru::transfers::execute::{self, Begun};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};

use super::{pay, succeeded};
use crate::support::app::{self, TestApp, Wish};
use crate::support::people::ACCOUNT;

fn nonghyup() -> Value {
    json!([{ "from": "00:00", "to": "00:30" }, { "weekday": "mon", "nth": 3, "from": "00:00", "to": "04:00" }])
}

fn wish() -> Wish {
    app::wish().settings(json!({ "bank": { "maintenance": nonghyup() } }))
}

fn is_third_monday(day: NaiveDate) -> bool {
    day.weekday() == Weekday::Mon && (15..=21).contains(&day.day())
}

async fn go_to(app: &TestApp, at: DateTime<Utc>) {
    app.advance(at - app.services.clock.now()).await;
}

/// Withdrawals that were begun from a moment to another.
async fn sent(app: &TestApp, from: DateTime<Utc>, to: DateTime<Utc>) -> u64 {
    bank_calls::Entity::find()
        .filter(bank_calls::Column::StartedAt.gte(from))
        .filter(bank_calls::Column::StartedAt.lt(to))
        .count(app.services.db.read())
        .await
        .unwrap()
}

/// A payment a minute, from five minutes before a window to five after it. The account is linked outside of it.
async fn around(app: &TestApp, begins: DateTime<Utc>, ends: DateTime<Utc>) {
    go_to(app, begins - TimeDelta::hours(2)).await;
    let member = app.member("minji@example.test").await;
    let account = app.account(member, ACCOUNT).await;
    let shop = app.shop("나루상점").await;
    let mandate = app.mandate(&shop, member, account).await;
    let (mut order, mut at) = (0, begins - TimeDelta::minutes(5));
    while at < ends + TimeDelta::minutes(5) {
        go_to(app, at).await;
        pay(&shop, &mandate, [order]).await;
        order += 1;
        let is_inside = begins <= app.services.clock.now() && app.services.clock.now() < ends;
        if !is_inside {
            app.settled().await;
        }
        // Inside of a long window a look every half an hour is enough.
        let step = if is_inside && ends - at > TimeDelta::minutes(40) {
            30
        } else {
            1
        };
        at += TimeDelta::minutes(step);
    }
    app.settled().await;
    assert_eq!(sent(app, begins, ends).await, 0, "something was sent inside");
    assert_eq!(succeeded(app).await, u64::try_from(order).unwrap());
    assert_eq!(app.in_state(&[TransferState::Failed, TransferState::Unknown]).await, 0);
}

#[tokio::test]
async fn around_midnight_nothing_is_sent_inside_everything_after_and_nothing_fails() {
    let app = wish().start().await;
    let tomorrow = kst_date(app.services.clock.now()) + Days::new(2);
    let day = if is_third_monday(tomorrow) {
        tomorrow + Days::new(1)
    } else {
        tomorrow
    };
    let midnight = kst_midnight(day);
    around(&app, midnight, midnight + TimeDelta::minutes(30)).await;
}

#[tokio::test]
async fn on_the_third_monday_the_bank_sleeps_until_four() {
    let app = wish().start().await;
    let first = kst_date(app.services.clock.now()) + Days::new(2);
    let day = first
        .iter_days()
        .find(|day| is_third_monday(*day))
        .expect("one in five weeks");
    let midnight = kst_midnight(day);
    around(&app, midnight, midnight + TimeDelta::hours(4)).await;
}

/// Money calls that were promised, made or not.
async fn money_calls(app: &TestApp) -> u64 {
    bank_calls::Entity::find()
        .filter(bank_calls::Column::TransferId.is_not_null())
        .count(app.services.db.read())
        .await
        .unwrap()
}

#[tokio::test]
async fn a_turn_from_before_a_window_claims_nothing_in_it_and_what_waits_stays_as_it_is() {
    let app = app::wish().without_workers().start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    pay(&shop, &mandate, 0..1).await;
    let (services, waiting) = (&app.services, app.only_transfer().await);
    // The gate has let it through, and then the bank closes.
    let turn = services.bank.money_turn().await;
    let window = an_hour(WindowKind::Once, services.clock.now());
    bank_windows::enter(services, window).await.unwrap();
    assert_eq!(execute::execute_next(services, turn).await.unwrap(), Begun::Closed);
    assert_eq!(app.only_transfer().await, waiting);
    assert_eq!(money_calls(&app).await, 0);

    rows::Entity::delete_many().exec(services.db.read()).await.unwrap();
    services.calendar.refresh(services.db.read()).await.unwrap();
    let turn = services.bank.money_turn().await;
    let begun = execute::execute_next(services, turn).await.unwrap();
    assert_eq!(begun, Begun::One(waiting.id));
    assert_eq!((succeeded(&app).await, money_calls(&app).await), (1, 1));
}

#[tokio::test]
async fn ten_minutes_ahead_pages_tell_of_it_and_inside_calls_that_cannot_wait_say_until_when() {
    let app = wish().without_workers().start().await;
    let midnight = kst_midnight(kst_date(app.services.clock.now()) + Days::new(2));
    go_to(&app, midnight - TimeDelta::hours(1)).await;
    let (_, browser) = app.member_browser("minji@example.test").await;
    let said = async |path: &str| browser.get(path).await.expect(200).text;
    assert!(!said("/accounts").await.contains("은행 점검이에요"));
    go_to(&app, midnight - TimeDelta::minutes(9)).await;
    browser.sign_in("minji@example.test").await.expect(303);
    let page = said("/accounts").await;
    assert!(page.contains("00:00부터") && page.contains("은행 점검이에요"), "{page}");
    go_to(&app, midnight + TimeDelta::minutes(1)).await;
    let page = said("/accounts").await;
    assert!(page.contains("00:30까지 은행 점검이에요"), "{page}");
}

#[tokio::test]
async fn the_breaker_counts_no_failure_of_a_bank_in_maintenance() {
    let app = app::wish()
        .without_workers()
        .settings(json!({ "bank": { "breaker_failures": 1, "maintenance": nonghyup() } }))
        .start()
        .await;
    let midnight = kst_midnight(kst_date(app.services.clock.now()) + Days::new(2));
    go_to(&app, midnight - TimeDelta::minutes(5)).await;
    app.bank_mode("balance", "hang").await;
    let (call, fin) = (
        naru::bank::Call::new(app.services.clock.now()),
        naru::bank::FinAccountNumber::new("00820109000010000000000001413"),
    );
    let look = naru::bank::Bank::balance(&app.services.bank, &call, &fin);
    let (answer, ()) = tokio::join!(look, go_to(&app, midnight + TimeDelta::minutes(1)));
    assert!(
        matches!(answer.outcome, naru::bank::Outcome::Unknown(_)),
        "{:?}",
        answer.outcome
    );
    let breaker = app.services.bank.sight().breaker;
    assert_eq!(breaker, naru::bank::gate::BreakerWord::Closed);
}

/// From now on, for an hour.
pub(super) fn an_hour(kind: WindowKind, now: DateTime<Utc>) -> NewWindow {
    NewWindow {
        by: By::TERMINAL,
        dialog: DialogId::new(),
        kind,
        starts_at: now,
        ends_at: now + TimeDelta::hours(1),
        reason: "점검".to_owned(),
    }
}

/// It is to end now.
fn ended(window: &rows::Model) -> End {
    End {
        by: By::TERMINAL,
        dialog: DialogId::new(),
        window: window.id,
        version: window.version,
        reason: "일찍 끝났어요".to_owned(),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn a_window_that_is_entered_while_payments_are_claimed_fails_none() {
    let app = app::wish().without_workers().start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    pay(&shop, &mandate, 0..100).await;
    let services = app.services.clone();
    let windows = tokio::spawn(async move {
        loop {
            let window = an_hour(WindowKind::Once, services.clock.now());
            bank_windows::enter(&services, window).await.unwrap();
            rows::Entity::delete_many().exec(services.db.read()).await.unwrap();
            services.calendar.refresh(services.db.read()).await.unwrap();
        }
    });
    let works = (0..8).map(|_| async {
        loop {
            let turn = app.services.bank.money_turn().await;
            if execute::execute_next(&app.services, turn).await.unwrap() == Begun::None {
                return;
            }
        }
    });
    futures::future::join_all(works).await;
    windows.abort();
    app.settled().await;
    assert_eq!((succeeded(&app).await, money_calls(&app).await), (100, 100));
}

#[tokio::test]
async fn a_holiday_that_is_taken_back_was_maintenance_until_then() {
    let of_holidays = json!([{ "holidays": true, "from": "02:00", "to": "05:00" }]);
    let app = app::wish()
        .without_workers()
        .settings(json!({ "bank": { "maintenance": of_holidays } }))
        .start()
        .await;
    let services = &app.services;
    let midnight = kst_midnight(kst_date(services.clock.now()) + Days::new(2));
    let at = |minutes| midnight + TimeDelta::minutes(minutes);
    go_to(&app, at(-60)).await;
    let holiday = NewWindow {
        starts_at: midnight,
        ends_at: midnight + TimeDelta::days(1),
        ..an_hour(WindowKind::Holiday, services.clock.now())
    };
    bank_windows::enter(services, holiday).await.unwrap();
    go_to(&app, at(150)).await;
    assert_eq!(services.calendar.money_waits_until(), Some(at(300)));
    let entered = rows::Entity::find().one(services.db.read()).await.unwrap().unwrap();
    bank_windows::end(services, ended(&entered)).await.unwrap();
    assert_eq!(services.calendar.money_waits_until(), None);
    let open = services.calendar.windows().open_between(at(60), at(360));
    // The clock of a test goes on by itself, a little.
    assert!((open - TimeDelta::minutes(270)).abs() < TimeDelta::minutes(1), "{open}");
}

#[tokio::test]
async fn looks_that_were_put_off_come_soon_when_a_window_is_ended_early() {
    let app = app::wish().without_workers().start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    let body = crate::api::payments::payment(&mandate, "order", 19_099);
    shop.api.post("/payments", "key", &body).await.expect(202);
    let (services, id) = (&app.services, app.only_transfer().await.id);
    execute::execute(services, id).await.unwrap();
    app.clock.advance(TimeDelta::minutes(1));
    let window = an_hour(WindowKind::Once, services.clock.now());
    let end = window.ends_at;
    bank_windows::enter(services, window).await.unwrap();
    naru::transfers::inquire::inquire(services, id).await.unwrap();
    let put_off = app.only_transfer().await;
    assert!((put_off.next_check_at.unwrap() - end).abs() < TimeDelta::seconds(1));

    app.clock.advance(TimeDelta::minutes(10));
    let entered = rows::Entity::find().one(services.db.read()).await.unwrap().unwrap();
    bank_windows::end(services, ended(&entered)).await.unwrap();
    app.clock.advance(TimeDelta::seconds(5));
    naru::transfers::inquire::inquire(services, id).await.unwrap();
    assert_eq!(app.only_transfer().await.checks, put_off.checks + 1);
}
