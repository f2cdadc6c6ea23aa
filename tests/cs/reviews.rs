//! Reviews: each list shows what waits, in the order that is asked for, page by page, and good news where nothing does.

use chrono::TimeDelta;
use migration::{Migrator, MigratorTrait};
use naru::desk::mismatches;
use naru::desk::order::{Order, Place};
use naru::desk::reviews::{self as piles, Pile, Wish};
use naru::ids::{EndpointId, UserId};
use naru::models::kinds::{EndpointStatus, Role, TransferKind, TransferState};
use naru::models::webhook_endpoints;
use sea_orm::{
    ActiveModelTrait, ConnectionTrait, Database, DatabaseBackend, DatabaseConnection, EntityTrait, IntoActiveModel,
    QueryTrait, Statement,
};
use serde_json::json;

use super::rows::{copy, copy_at, korean, original, shown};
use super::{desk, desk_of};
use crate::support::app::{self, TestApp};
use crate::support::visitor::Browser;

pub(super) async fn page(desk: &Browser, query: &str) -> String {
    desk.get(&format!("/cs/reviews{query}")).await.expect(200).text
}

/// The transfers that a page lists, in its order.
fn listed(html: &str) -> Vec<String> {
    html.split("<a class=\"row\" href=\"/cs/payments/")
        .skip(1)
        .filter_map(|part| part.split('"').next())
        .map(str::to_owned)
        .collect()
}

/// The number behind the name of a tab.
pub(super) fn count(html: &str, tab: &str) -> String {
    let after = html.split(&format!("{tab} <span class=\"tab-count")).nth(1);
    let after = after.unwrap_or_else(|| panic!("{tab} has no number in {html}"));
    after.split('>').nth(1).unwrap().split('<').next().unwrap().to_owned()
}

pub(super) fn next(html: &str) -> Option<String> {
    let after = html.split("rel=\"next\" href=\"").nth(1)?;
    let address = after.split('"').next()?.replace("&amp;", "&").replace("&#x2F;", "/");
    address.strip_prefix("/cs/reviews").map(str::to_owned)
}

#[tokio::test]
async fn where_nothing_waits_each_list_says_so_as_good_news() {
    let app = app::wish().without_workers().start().await;
    let desk = desk(&app).await;
    for (tab, news) in [
        ("", "결과를 모르는 거래가 없어요"),
        ("?tab=needs_review", "확인을 기다리는 거래가 없어요"),
        ("?tab=approvals", "승인을 기다리는 환불이 없어요"),
        ("?tab=refunds", "늦어지는 환불이 없어요"),
        ("?tab=mismatches", "기록이 모두 맞아요"),
        ("?tab=webhooks", "모든 웹훅이 잘 전달되고 있어요"),
        ("?tab=unknown&mine=yes", "내가 맡은 거래가 없어요"),
        ("?tab=of-nobody&sort=x&cursor=x", "결과를 모르는 거래가 없어요"),
    ] {
        let html = page(&desk, tab).await;
        assert!(html.contains(news), "{tab}: {html}");
    }
}

#[tokio::test]
async fn without_a_broker_the_list_of_dead_letters_says_why_it_is_empty() {
    let app = app::wish()
        .without_workers()
        .settings(json!({ "relay": { "amqp_url": "" } }))
        .start()
        .await;
    let desk = desk(&app).await;
    let html = page(&desk, "?tab=dead_letters").await;
    assert!(html.contains("메시지 서버를 쓰지 않아요"), "{html}");
    let letter = "/cs/reviews/dead-letters/payments/0123456789abcdef0123456789abcdef";
    assert_eq!(
        desk.get(letter).await.expect(303).header("location"),
        "/cs/reviews?tab=dead_letters"
    );
    let operator = desk_of(&app, "ops@example.test", Role::Operator).await;
    for action in ["redrive", "closing"] {
        desk.post(&format!("{letter}/{action}"), &[("reason", "까닭")])
            .await
            .expect(403);
        operator
            .post(&format!("{letter}/{action}"), &[("reason", "까닭")])
            .await
            .expect(303);
    }
}

#[tokio::test]
async fn a_broker_that_is_away_takes_the_list_away_and_nothing_else() {
    let app = app::wish()
        .without_workers()
        .settings(json!({ "relay": { "amqp_url": "amqp://127.0.0.1:1" } }))
        .start()
        .await;
    let desk = desk(&app).await;
    let html = page(&desk, "?tab=dead_letters").await;
    assert!(html.contains("메시지 서버가 응답하지 않아서"), "{html}");
    desk.get("/cs").await.expect(200);
}

#[tokio::test]
async fn what_is_unknown_is_listed_by_age_and_by_amount_page_by_page() {
    let app = app::wish().without_workers().start().await;
    let original = original(&app).await;
    let now = app.services.clock.now();
    let mut oldest_first = Vec::new();
    for number in 0..60_i64 {
        let row = copy(&app, &original, |row| {
            row.state = TransferState::Unknown;
            row.unknown_reason = Some("timed_out".to_owned());
            // Pairs of the same moment, and of the same amount.
            row.created_at = now - TimeDelta::hours(100 - number / 2);
            row.amount_won = 1_000 + number / 2 * 37 % 30;
        })
        .await;
        oldest_first.push(row);
    }
    let desk = desk(&app).await;
    let first = page(&desk, "").await;
    assert_eq!(count(&first, "결과를 모름"), "60");
    assert!(
        first.contains("4일 전부터") && first.contains("정해진 시간 안에"),
        "{first}"
    );
    for (sort, mut expected) in [
        ("", oldest_first.clone()),
        ("&sort=newest", oldest_first.iter().rev().cloned().collect()),
        ("&sort=largest", oldest_first.clone()),
    ] {
        if sort.ends_with("largest") {
            expected.sort_by_key(|row| std::cmp::Reverse((row.amount_won, row.id)));
        }
        let expected: Vec<String> = expected.iter().map(shown).collect();
        let first = page(&desk, &format!("?tab=unknown{sort}")).await;
        let mut seen = listed(&first);
        assert_eq!(seen.len(), 50, "{sort}");
        let older = page(&desk, &next(&first).expect("a second page")).await;
        seen.extend(listed(&older));
        assert_eq!(next(&older), None);
        // Of the same moment either may come first, as long as each comes once.
        assert_eq!(seen, expected, "{sort}");
    }
}

#[tokio::test]
async fn a_refund_is_stuck_when_it_is_not_settled_for_longer_than_the_setting_says() {
    let app = app::wish()
        .without_workers()
        .settings(json!({ "reviews": { "refund_stuck_secs": 600 } }))
        .start()
        .await;
    let original = original(&app).await;
    let now = app.services.clock.now();
    let mut stuck = Vec::new();
    for (minutes, kind, state, is_stuck) in [
        (40, TransferKind::Refund, TransferState::Queued, true),
        (30, TransferKind::Refund, TransferState::Unknown, true),
        (20, TransferKind::Refund, TransferState::NeedsReview, true),
        (11, TransferKind::Refund, TransferState::Executing, true),
        (5, TransferKind::Refund, TransferState::Queued, false),
        (40, TransferKind::Refund, TransferState::Succeeded, false),
        (40, TransferKind::Payment, TransferState::Queued, false),
    ] {
        let row = copy(&app, &original, |row| {
            row.kind = kind;
            row.state = state;
            row.created_at = now - TimeDelta::minutes(minutes);
        });
        let row = row.await;
        if is_stuck {
            stuck.push(shown(&row));
        }
    }
    let desk = desk(&app).await;
    let html = page(&desk, "?tab=refunds").await;
    assert_eq!(listed(&html), stuck);
    assert_eq!(count(&html, "늦어지는 환불"), "4");
    assert_eq!(count(&html, "담당자 확인 필요"), "1");
}

#[tokio::test]
async fn endpoints_that_fail_again_and_again_are_listed_with_their_partner() {
    let app = app::wish().without_workers().start().await;
    let shop = app.shop("나루상점").await;
    for (url, failures) in [("http://127.0.0.1:9/bad", 12), ("http://127.0.0.1:9/weather", 1)] {
        let body = json!({ "url": url });
        let key = format!("hook-{failures}");
        shop.api.post("/webhook-endpoints", &key, &body).await.expect(201);
        app.sql(&format!(
            "UPDATE webhook_endpoints SET failures = {failures} WHERE url = '{url}'"
        ))
        .await;
    }
    let desk = desk(&app).await;
    let html = page(&desk, "?tab=webhooks").await;
    assert_eq!(count(&html, "실패하는 웹훅"), "1");
    assert!(html.contains("9/bad") || html.contains("9&#x2F;bad"), "{html}");
    assert!(html.contains("나루상점") && !html.contains("weather"), "{html}");
    let rows = webhook_endpoints::Entity::find()
        .all(app.services.db.read())
        .await
        .unwrap();
    assert!(rows.iter().all(|row| row.status == EndpointStatus::Active));
    let other = rows[0].clone();
    for number in 0..60 {
        let row = webhook_endpoints::Model {
            id: EndpointId::new(),
            url: format!("http://127.0.0.1:9/more-{number}"),
            failures: 20 + number / 2,
            ..other.clone()
        };
        app.insert::<webhook_endpoints::Entity>(row.into_active_model().reset_all())
            .await;
    }
    let first = page(&desk, "?tab=webhooks").await;
    let second = page(&desk, &next(&first).expect("a second page")).await;
    let endpoints = |html: &str| html.matches("<a class=\"row\" href=\"/cs/partners/par_").count();
    assert_eq!((endpoints(&first), endpoints(&second)), (50, 11));
    assert_eq!((count(&first, "실패하는 웹훅").as_str(), next(&second)), ("61", None));
    assert!(
        second.contains("bad") && !first.contains("9/bad"),
        "the worst come first"
    );
}

#[tokio::test]
async fn every_role_of_staff_sees_what_waits_and_nobody_else() {
    let app = app::wish().without_workers().start().await;
    let original = original(&app).await;
    let waits = copy_at(&app, &original, TransferState::NeedsReview, app.services.clock.now()).await;
    for (email, role, takes) in [
        ("lead@example.test", Role::CsLead, true),
        ("ops@example.test", Role::Operator, true),
        ("audit@example.test", Role::Auditor, false),
    ] {
        let html = page(&desk_of(&app, email, role).await, "?tab=needs_review").await;
        assert_eq!(listed(&html), [shown(&waits)]);
        assert_eq!(html.contains("내가 맡기"), takes, "{role:?}");
    }
    let (_, member) = app.member_browser("junho@example.test").await;
    member.get("/cs/reviews").await.expect(403);
}

pub(super) async fn plan_of(db: &impl ConnectionTrait, query: Statement) -> String {
    let query = Statement {
        sql: format!("EXPLAIN QUERY PLAN {}", query.sql),
        ..query
    };
    let rows = db.query_all_raw(query).await.unwrap();
    let lines: Vec<String> = rows.iter().map(|row| row.try_get("", "detail").unwrap()).collect();
    lines.join("; ")
}

/// A database with all tables and nothing in them.
pub(super) async fn scheme() -> DatabaseConnection {
    let db = Database::connect("sqlite::memory:").await.unwrap();
    Migrator::up(&db, None).await.unwrap();
    db
}

#[tokio::test]
async fn each_list_is_read_by_an_index_and_sorted_by_it_where_it_may_be_long() {
    let db = scheme().await;
    for pile in [Pile::Unknown, Pile::NeedsReview, Pile::StuckRefunds(korean(26, 0))] {
        for order in [Order::Oldest, Order::Newest, Order::Largest] {
            for mine in [None, Some(UserId::new())] {
                let wish = Wish {
                    pile,
                    order,
                    mine,
                    after: None,
                };
                let query = piles::page(wish, 50).build(DatabaseBackend::Sqlite);
                let plan = plan_of(&db, query).await;
                assert!(!plan.contains("SCAN "), "{wish:?}: {plan}");
                let may_be_long = mine.is_none() && !matches!(pile, Pile::StuckRefunds(_));
                assert!(!(may_be_long && plan.contains("TEMP B-TREE")), "{wish:?}: {plan}");
            }
        }
    }
    let query = mismatches::open(Some((korean(26, 0), uuid::Uuid::now_v7())), 50);
    let plan = plan_of(&db, query.build(DatabaseBackend::Sqlite)).await;
    assert!(
        plan.starts_with("SEARCH mismatches USING INDEX") && !plan.contains("TEMP B-TREE"),
        "{plan}"
    );
    let place = Place::of(Order::Largest, korean(26, 0), 7, uuid::Uuid::now_v7());
    let query = piles::failing_endpoints(Some(place), 50);
    let plan = plan_of(&db, query.build(DatabaseBackend::Sqlite)).await;
    assert!(
        plan.starts_with("SEARCH webhook_endpoints USING INDEX") && !plan.contains("TEMP B-TREE"),
        "{plan}"
    );
}

/// The pages of reviews for a test that looks at every page.
pub fn paths() -> Vec<String> {
    [
        "",
        "?tab=needs_review",
        "?tab=refunds&sort=largest",
        "?tab=approvals",
        "?tab=mismatches",
        "?tab=dead_letters",
        "?tab=webhooks",
    ]
    .map(|query| format!("/cs/reviews{query}"))
    .to_vec()
}

/// Reviews of each kind beside the demo's.
pub async fn add_some(app: &TestApp) {
    let rows = app.every_transfer().await;
    let original = rows.first().expect("the demo has payments").clone();
    let now = app.services.clock.now();
    copy_at(app, &original, TransferState::NeedsReview, now - TimeDelta::days(2)).await;
    copy(app, &original, |row| {
        row.kind = TransferKind::Refund;
        row.state = TransferState::Unknown;
        row.unknown_reason = Some("connection_lost".to_owned());
        row.created_at = now - TimeDelta::hours(5);
    })
    .await;
}
