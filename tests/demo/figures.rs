//! A year of made-up payments in the figures of those who read it: hours, sums, used limits, and what the shops were told.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, TimeDelta, Utc};
use naru::clock::kst_date;
use naru::desk::export;
use naru::desk::figures::{self, Period};
use naru::ids::{PartnerId, Prefix};
use naru::models::kinds::{DeliveryStatus, EndpointStatus, EventType, LimitScope, PartnerEventType};
use naru::models::kinds::{TransferKind, TransferState};
use naru::models::{bank_accounts, daily_usage, event_order, overview_hours, partner_events, webhook_endpoints};
use naru::models::{transfer_tags, transfers, webhook_attempts};
use naru::notifications::webhooks::sequence;
use naru::transfers::search::{self, Pick, Search};
use naru::transfers::{hours, usage};
use naru::views::api::{PaymentBody, RefundBody};
use naru::views::i18n::Language;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};

use super::many::{self, Written};
use crate::support::app::{self, TestApp};
use crate::support::clock::TestClock;

async fn year(payments: u64) -> TestApp {
    let app = many::app(&TestClock::stopped()).await;
    many::make(&app, payments, 1, None).await.unwrap();
    app
}

/// How many rows there are of a filter, and how much they are.
fn counted<'a>(rows: impl Iterator<Item = &'a transfers::Model>) -> (i64, i64) {
    rows.fold((0, 0), |(count, won), row| (count + 1, won + row.amount_won))
}

/// The overview's figures of so many days until now, and those of as many days before, by hand and as they are read.
async fn expect_exact(app: &TestApp, days: i64) {
    let now = app.services.clock.now();
    let from = now - TimeDelta::days(days);
    let present = Period { from, to: now };
    let previous = Period {
        from: from - TimeDelta::days(days),
        to: from - TimeDelta::hours(1),
    };
    let read = figures::read(app.services.db.read(), present, previous).await.unwrap();
    let rows = app.every_transfer().await;
    for (cells, period) in [(&read.present, present), (&read.previous, previous)] {
        let by_hand = |kind, state| {
            let within = (period.from..period.to).clone();
            let of = rows.iter().filter(move |row| within.contains(&row.created_at));
            counted(of.filter(move |row| (row.kind, row.state) == (kind, state)))
        };
        for kind in TransferKind::ALL.iter().copied() {
            for state in TransferState::ALL.iter().copied() {
                let of = cells.iter().filter(|cell| (cell.kind, cell.state) == (kind, state));
                let sums = of.fold((0, 0), |(count, won), cell| (count + cell.transfers, won + cell.won));
                assert_eq!(sums, by_hand(kind, state), "{days} days, {kind:?} {state:?}");
            }
        }
    }
}

#[tokio::test]
async fn the_overview_reads_the_hours_of_the_year_and_they_are_those_of_its_rows() {
    let app = year(2_000).await;
    let db = app.services.db.read();
    let counted = overview_hours::Entity::find().filter(overview_hours::Column::CountedAt.is_not_null());
    let counted = counted.count(db).await.unwrap();
    assert!(counted > 364 * 24, "{counted} hours are counted");
    assert_eq!(hours::announce(&app.services, hours::AT_ONCE).await.unwrap(), 0);
    for days in [1, 7, 30, 92] {
        expect_exact(&app, days).await;
    }
}

#[tokio::test]
async fn an_hour_that_was_counted_while_the_year_was_half_there_is_counted_again() {
    let app = many::app(&TestClock::stopped()).await;
    many::make(&app, 1_200, 1, Some(2)).await.unwrap();
    hours::count_all(&app.services).await.unwrap();
    expect_exact(&app, 92).await;
    many::make(&app, 1_200, 1, None).await.unwrap();
    expect_exact(&app, 92).await;
}

#[tokio::test]
async fn what_the_desk_counts_of_the_year_is_what_its_rows_make() {
    let app = year(2_000).await;
    let db = app.services.db.read();
    let rows = app.every_transfer().await;
    let shop = rows[rows.len() / 2].partner_id;
    let from = app.services.clock.now() - TimeDelta::days(100);
    let searches = [
        Search::default(),
        Search {
            partner: Some(Pick::Is(shop)),
            ..Search::default()
        },
        Search {
            from: Some(from),
            amount: search::amounts(">30000").ok(),
            ..Search::default()
        },
    ];
    for asked in searches {
        let is_asked = |row: &&transfers::Model| {
            let is_of_shop = asked.partner.is_none() || row.partner_id == shop;
            let is_late = asked.from.is_none_or(|from| row.created_at >= from);
            is_of_shop && is_late && (asked.amount.is_none() || row.amount_won > 30_000)
        };
        let tally = search::tally(db, &asked).await.unwrap();
        for kind in TransferKind::ALL.iter().copied() {
            for state in TransferState::ALL.iter().copied() {
                let sum = tally.of(Some(kind), Some(&[state]));
                let of = rows
                    .iter()
                    .filter(is_asked)
                    .filter(|row| (row.kind, row.state) == (kind, state));
                assert_eq!((sum.count, sum.won), counted(of), "{asked:?} {kind:?} {state:?}");
                assert!(!sum.is_capped);
            }
        }
        let extent = export::extent(db, &asked, 100_000).await.unwrap();
        let (count, won) = counted(rows.iter().filter(is_asked));
        assert_eq!((extent.rows.cast_signed(), extent.won.get()), (count, won), "{asked:?}");
    }
    let tags = transfer_tags::Entity::find().all(db).await.unwrap();
    let word = tags.first().unwrap().word.clone();
    let marked: BTreeSet<_> = tags
        .iter()
        .filter(|tag| tag.word == word)
        .map(|tag| (tag.transfer_id.0, tag.accepted_at))
        .collect();
    let asked = Search {
        tag: Some(Pick::Is(word)),
        ..Search::default()
    };
    let page = search::search(db, &asked, 100).await.unwrap();
    let found: BTreeSet<_> = page.iter().map(|row| (row.id.0, row.created_at)).collect();
    assert_eq!(found, marked);
}

#[tokio::test]
async fn a_day_has_used_what_its_payments_make() {
    let app = year(1_000).await;
    app.counters_agree().await;
    let written = many::written(&app).await;
    let payments = written.transfers.iter().filter(|row| row.kind == TransferKind::Payment);
    let days: BTreeSet<_> = payments
        .map(|row| (row.mandate_id.unwrap().0, day_of(row.created_at)))
        .collect();
    let counters: BTreeSet<_> = written.used.iter().map(|row| (row.owner_id, row.day.clone())).collect();
    assert_eq!(counters, days);
    assert!(written.used.iter().all(|row| row.scope == LimitScope::Mandate));
}

fn day_of(at: DateTime<Utc>) -> String {
    kst_date(at).format("%Y%m%d").to_string()
}

#[tokio::test]
async fn a_day_that_was_counted_for_a_limit_of_another_stays_right_while_the_year_goes_on() {
    let clock = TestClock::stopped();
    let limited = async || {
        let limits = json!({ "demo_data": true, "limits": { "member_daily_won": 90_000_000 } });
        app::wish()
            .without_workers()
            .by_clock(&clock)
            .settings(limits)
            .start()
            .await
    };
    let (whole, app) = (limited().await, limited().await);
    many::make(&whole, 1_000, 1, None).await.unwrap();
    many::make(&app, 1_000, 1, Some(1)).await.unwrap();
    // The shop of a payment that is still to come was given a limit for that payment's day.
    let there: BTreeSet<_> = many::written(&app).await.transfers.iter().map(|row| row.id).collect();
    let all = many::written(&whole).await.transfers;
    let to_come = all
        .iter()
        .filter(|row| row.kind == TransferKind::Payment && !there.contains(&row.id));
    let next = to_come
        .filter(|row| usage::counts(row.state))
        .min_by_key(|row| row.created_at)
        .unwrap();
    let (shop, day) = (next.partner_id, kst_date(next.created_at));
    let used_won = usage::used(app.services.db.read(), LimitScope::Partner, shop.0, day)
        .await
        .unwrap();
    let row = daily_usage::ActiveModel {
        scope: sea_orm::Set(LimitScope::Partner),
        owner_id: sea_orm::Set(shop.0),
        day: sea_orm::Set(day.format("%Y%m%d").to_string()),
        used_won: sea_orm::Set(used_won),
    };
    let insert = app.services.db.write(move |tx| {
        Box::pin(async move {
            daily_usage::Entity::insert(row)
                .exec_without_returning(tx)
                .await
                .map(drop)
        })
    });
    insert.await.unwrap();
    many::make(&app, 1_000, 1, None).await.unwrap();
    app.counters_agree().await;
    let rows = daily_usage::Entity::find().all(app.services.db.read()).await.unwrap();
    let of = |scope| rows.iter().filter(move |row| row.scope == scope);
    assert_eq!(of(LimitScope::Partner).count(), 1);
    assert!(
        of(LimitScope::Partner).all(|row| row.used_won > used_won),
        "the day went on"
    );
    assert!(of(LimitScope::Member).count() > 500);
}

/// The event that a partner is told of a change, if any, spelled by hand.
fn told_as(kind: TransferKind, event: EventType) -> Option<PartnerEventType> {
    let word = match (kind, event) {
        (TransferKind::Payment, EventType::RefundSucceeded) => "payment.refunded".to_owned(),
        (_, EventType::RefundRequested | EventType::RefundSucceeded | EventType::RefundFailed) => return None,
        (_, EventType::Created | EventType::Claimed | EventType::Inquired | EventType::Note) => return None,
        (kind, event) => format!("{}.{}", kind.as_str(), event.as_str()),
    };
    Some(PartnerEventType::parse(&word).unwrap_or_else(|| panic!("{word} is told to nobody")))
}

#[tokio::test]
async fn the_shops_were_told_of_each_change_once_as_the_row_was_then_and_in_order() {
    let app = year(1_000).await;
    let written = many::written(&app).await;
    let kinds: HashMap<_, _> = written.transfers.iter().map(|row| (row.id, row.kind)).collect();
    let expected: BTreeMap<_, _> = written
        .events
        .iter()
        .filter_map(|event| {
            let told = told_as(kinds[&event.transfer_id], event.event_type)?;
            Some(((event.transfer_id.0, event.version), (told.as_str(), event.at)))
        })
        .collect();
    let told = |event: &partner_events::Model| {
        let of = (event.subject_id, event.version);
        (of, (event.event_type.as_str(), event.created_at))
    };
    let found: BTreeMap<_, _> = written.told.iter().map(told).collect();
    assert_eq!(found, expected);
    assert_eq!(written.told.len(), expected.len());
    expect_last_snapshots(&app, &written).await;

    let mut versions: HashMap<_, i64> = HashMap::new();
    let places: Vec<i64> = written.told.iter().map(|event| event.seq.unwrap()).collect();
    assert!(places.is_sorted() && places.iter().collect::<BTreeSet<_>>().len() == places.len());
    for event in &written.told {
        let before = versions.insert(event.subject_id, event.version);
        assert!(before.is_none_or(|before| before < event.version), "{event:?}");
    }
    let order = event_order::Entity::find()
        .one(app.services.db.read())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(Some(&order.last_seq), places.last());
    // What comes next goes on behind them: the payments of the demo beside them.
    assert!(sequence::sequence(&app.services).await.unwrap() > 0);
}

/// Where the last change was told, the partner knows the row as it is.
async fn expect_last_snapshots(app: &TestApp, written: &Written) {
    let accounts = bank_accounts::Entity::find().all(app.services.db.read()).await.unwrap();
    let accounts: HashMap<_, _> = accounts.into_iter().map(|account| (account.id, account)).collect();
    let rows: HashMap<_, _> = written.transfers.iter().map(|row| (row.id.0, row)).collect();
    let mut compared = 0;
    for event in &written.told {
        let row = rows[&event.subject_id];
        if event.version != row.version {
            continue;
        }
        let body = match row.kind {
            TransferKind::Payment => {
                json!(PaymentBody::new(row, &accounts[&row.account_id], Language::Ko).unwrap())
            }
            TransferKind::Refund => json!(RefundBody::new(row, Language::Ko)),
        };
        assert_eq!(serde_json::from_str::<Value>(&event.snapshot).unwrap(), body);
        compared += 1;
    }
    assert!(compared > 900, "{compared} of {}", written.told.len());
}

#[tokio::test]
async fn each_endpoint_heard_what_it_wants_and_nobody_is_called() {
    let app = year(1_000).await;
    let db = app.services.db.read();
    let written = many::written(&app).await;
    let mut endpoints: HashMap<PartnerId, webhook_endpoints::Model> = HashMap::new();
    for endpoint in webhook_endpoints::Entity::find().all(db).await.unwrap() {
        assert_eq!(endpoint.status, EndpointStatus::Paused, "{}", endpoint.url);
        endpoints.insert(endpoint.partner_id, endpoint);
    }
    let mut expected = BTreeSet::new();
    for event in &written.told {
        let Some(endpoint) = endpoints.get(&event.partner_id) else {
            continue;
        };
        let types = &endpoint.event_types;
        if types.is_empty() || types.split(',').any(|word| word == event.event_type.as_str()) {
            expected.insert((endpoint.id, event.id));
        }
    }
    let found: BTreeSet<_> = written
        .deliveries
        .iter()
        .map(|row| (row.endpoint_id, row.event_id))
        .collect();
    assert_eq!(found, expected);
    assert_eq!(written.deliveries.len(), expected.len());
    assert!(
        (400..written.told.len()).contains(&expected.len()),
        "{}",
        expected.len()
    );

    expect_whole_deliveries(&written);
    expect_signed(&app, &written).await;
}

/// Each delivery has the attempts and the end that its row tells of, one after another within its group.
fn expect_whole_deliveries(written: &Written) {
    let events: HashMap<_, _> = written.told.iter().map(|event| (event.id, event)).collect();
    let mut ended: HashMap<_, DateTime<Utc>> = HashMap::new();
    for row in &written.deliveries {
        assert_eq!(Some(row.seq), events[&row.event_id].seq);
        let attempts: Vec<_> = written.attempts.iter().filter(|it| it.delivery_id == row.id).collect();
        assert_eq!(i64::try_from(attempts.len()).expect("few"), row.attempts, "{row:?}");
        let is_open = row.status == DeliveryStatus::Pending;
        assert_eq!(
            (row.ended_at.is_none(), row.next_attempt_at.is_some()),
            (is_open, is_open),
            "{row:?}"
        );
        let last_answer = attempts
            .iter()
            .max_by_key(|it| it.number)
            .and_then(|it| it.response_status);
        assert_eq!(
            row.status == DeliveryStatus::Delivered,
            last_answer == Some(200),
            "{row:?}"
        );
    }
    let mut in_order: Vec<_> = written.deliveries.iter().collect();
    in_order.sort_by_key(|row| row.seq);
    for row in in_order {
        let group = (row.endpoint_id, row.group_id);
        let begun = written.attempts.iter().filter(|it| it.delivery_id == row.id);
        let begun = begun.map(|it| it.started_at).min();
        if let Some((before, begun)) = ended.get(&group).zip(begun) {
            assert!(*before <= begun, "{row:?}");
        }
        ended.insert(group, row.ended_at.unwrap_or(DateTime::<Utc>::MAX_UTC));
    }
}

/// What was called bears the event's id and a signature.
async fn expect_signed(app: &TestApp, written: &Written) {
    let first = webhook_attempts::Entity::find_by_id(written.attempts[0].id);
    let signed = first.one(app.services.db.read()).await.unwrap().unwrap();
    let headers: Value = serde_json::from_str(&signed.request_headers).unwrap();
    let delivery = written.deliveries.iter().find(|row| row.id == signed.delivery_id);
    assert_eq!(headers["webhook-id"], Prefix::Event.show(delivery.unwrap().event_id.0));
    assert!(
        headers["webhook-signature"].as_str().unwrap().starts_with("v1,"),
        "{headers}"
    );
}
