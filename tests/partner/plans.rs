//! What a partner's lists cost: each is read along the index that is meant for it, and sorted only where few can be there.
//!
//! The plans are SQLite's, which knows nothing of how much is in a table; what MariaDB reads is in `on_servers/plans.rs`.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use migration::{Migrator, MigratorTrait};
use naru::clock::Clock;
use naru::ids::{CheckoutId, DeliveryId, EndpointId, EventId, KeyId, MandateId, PartnerId};
use naru::models::kinds::{DeliveryStatus, EndpointStatus, MandateStatus, Mode, PartnerEventType, TransferState};
use naru::models::{mandates, webhook_endpoints};
use naru::notifications::webhooks::log::{self, DeliveryFilter};
use naru::notifications::webhooks::{Owner, due, endpoints, feed};
use naru::partners::{audit, checkouts, events, key_list, overview, return_urls, standing};
use naru::transfers::find::{self, PartnerFilter, Place};
use sea_orm::{
    ActiveModelTrait, ConnectionTrait, Database, DatabaseConnection, EntityTrait, IntoActiveModel, Statement,
};
use uuid::Uuid;

/// A database with nothing in it but an endpoint and a mandate, and what it was asked.
struct Asked {
    db: DatabaseConnection,
    queries: Arc<Mutex<Vec<Statement>>>,
    partner: PartnerId,
    endpoint: EndpointId,
}

impl Asked {
    async fn open() -> Self {
        let mut db = Database::connect("sqlite::memory:").await.unwrap();
        Migrator::up(&db, None).await.unwrap();
        let (partner, endpoint) = (PartnerId::new(), EndpointId::new());
        let row = endpoint_of(partner, endpoint).into_active_model().reset_all();
        let made = webhook_endpoints::Entity::insert(row).exec_without_returning(&db).await;
        made.unwrap();
        let row = mandate_of(partner).into_active_model().reset_all();
        let made = mandates::Entity::insert(row).exec_without_returning(&db).await;
        made.unwrap();
        let queries: Arc<Mutex<Vec<Statement>>> = Arc::default();
        let heard = Arc::clone(&queries);
        db.set_metric_callback(move |info| {
            let mut heard = heard.lock().unwrap_or_else(PoisonError::into_inner);
            heard.push(info.statement.clone());
        });
        Self {
            db,
            queries,
            partner,
            endpoint,
        }
    }

    fn taken(&self) -> Vec<Statement> {
        std::mem::take(&mut *self.queries.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Fails unless each query since the last look is carried out as it is told here, in this order.
    async fn by(&self, what: &str, plans: &[&str]) {
        let mut seen = Vec::new();
        // What looks for one of no ids looks for nothing.
        for query in self.taken().into_iter().filter(|query| !query.sql.contains("1 = 2")) {
            let explained = Statement {
                sql: format!("EXPLAIN QUERY PLAN {}", query.sql),
                ..query
            };
            let rows = self.db.query_all_raw(explained).await.unwrap();
            let steps: Vec<String> = rows.iter().map(|row| row.try_get("", "detail").unwrap()).collect();
            seen.push(short(&steps.join("; ")));
        }
        self.taken();
        assert_eq!(seen, plans, "{what}");
    }
}

/// `SEARCH t USING INDEX i (a=?)` as `t (a=?)`: which index it is follows from the columns.
fn short(plan: &str) -> String {
    let steps = plan.split("; ").map(|step| {
        let Some(search) = step.strip_prefix("SEARCH ") else {
            return step.to_owned();
        };
        let table = search.split(' ').next().unwrap_or_default();
        let columns = search.find('(').map_or("", |at| &search[at..]);
        format!("{table} {columns}")
    });
    steps.collect::<Vec<_>>().join("; ")
}

fn endpoint_of(partner: PartnerId, endpoint: EndpointId) -> webhook_endpoints::Model {
    let now = now();
    webhook_endpoints::Model {
        id: endpoint,
        partner_id: partner,
        mode: Mode::Test,
        url: "https://shop.example/hooks".to_owned(),
        description: String::new(),
        event_types: String::new(),
        status: EndpointStatus::Active,
        paused_reason: None,
        secret_sealed: String::new(),
        previous_secret_sealed: None,
        previous_ends_at: None,
        failures: 0,
        failing_since: None,
        backoff_until: None,
        version: 1,
        created_at: now,
        updated_at: now,
        deleted_at: None,
    }
}

fn mandate_of(partner: PartnerId) -> mandates::Model {
    mandates::Model {
        id: MandateId::new(),
        partner_id: partner,
        mode: Mode::Test,
        member_id: None,
        account_id: None,
        status: MandateStatus::Active,
        per_payment_limit_won: 1,
        daily_limit_won: 1,
        own_per_payment_limit_won: None,
        own_daily_limit_won: None,
        reference: Some(REFERENCE.to_owned()),
        return_url: None,
        version: 1,
        created_at: now(),
        expires_at: None,
        activated_at: None,
        revoked_at: None,
    }
}

fn now() -> DateTime<Utc> {
    Clock::system().now()
}

fn somewhere() -> Place {
    Place {
        created_at: now(),
        id: Uuid::now_v7(),
    }
}

const REFERENCE: &str = "customer-1";
const ENDPOINT: &str = "webhook_endpoints (id=?)";

#[tokio::test]
async fn payments_are_found_by_state_order_member_and_time_along_their_indexes() {
    let asked = Asked::open().await;
    let owner = (asked.partner, Mode::Test);
    let now = now();
    let none = PartnerFilter::default;
    let of_state = |state| PartnerFilter {
        state: Some(state),
        ..none()
    };
    let of_time = PartnerFilter {
        created_from: Some(now - TimeDelta::days(1)),
        created_to: Some(now),
        ..none()
    };
    let of_order = PartnerFilter {
        order_id: Some("order-1".to_owned()),
        ..none()
    };
    let next = PartnerFilter {
        after: Some(somewhere()),
        ..none()
    };
    for (filter, plan) in [
        (none(), "transfers (partner_id=? AND kind=?)"),
        (next, "transfers (partner_id=? AND kind=? AND created_at<?)"),
        (
            of_time,
            "transfers (partner_id=? AND kind=? AND created_at>? AND created_at<?)",
        ),
        (
            of_state(TransferState::Failed),
            "transfers (partner_id=? AND kind=? AND state=?)",
        ),
        (of_order, "transfers (partner_id=? AND kind=? AND order_id=?)"),
    ] {
        let what = format!("{filter:?}");
        find::payments_of_partner(&asked.db, owner, filter, 20).await.unwrap();
        asked.by(&what, &[plan]).await;
    }
    let of_member = PartnerFilter {
        mandate_reference: Some(REFERENCE.to_owned()),
        ..none()
    };
    find::payments_of_partner(&asked.db, owner, of_member, 20)
        .await
        .unwrap();
    let mandates = "mandates (partner_id=? AND reference=? AND status=?)";
    asked
        .by(
            "of a member",
            &[mandates, "transfers (mandate_id=? AND partner_id=? AND kind=?)"],
        )
        .await;
}

#[tokio::test]
async fn endpoints_deliveries_and_the_feed_are_read_along_their_indexes() {
    let asked = Asked::open().await;
    let (db, id) = (&asked.db, asked.endpoint);
    let owner = Owner {
        partner_id: asked.partner,
        mode: Mode::Test,
    };
    endpoints::list(db, owner, None, 20).await.unwrap();
    endpoints::list(db, owner, Some(somewhere()), 20).await.unwrap();
    let of_partner = "webhook_endpoints (partner_id=?)";
    let next = "webhook_endpoints (partner_id=? AND id<?)";
    asked.by("endpoints", &[of_partner, next]).await;

    let none = DeliveryFilter::default();
    let of_status = DeliveryFilter {
        status: Some(DeliveryStatus::Failed),
        ..none
    };
    let of_type = DeliveryFilter {
        event_type: Some(PartnerEventType::RefundSucceeded),
        ..none
    };
    let next = DeliveryFilter {
        after: Some(somewhere()),
        ..none
    };
    for (filter, plan) in [
        (none, "webhook_deliveries (endpoint_id=?)"),
        (next, "webhook_deliveries (endpoint_id=? AND created_at<?)"),
        (of_status, "webhook_deliveries (endpoint_id=? AND status=?)"),
        (of_type, "webhook_deliveries (endpoint_id=? AND event_type=?)"),
    ] {
        log::deliveries(db, owner, id, filter, 20).await.unwrap();
        asked.by(&format!("{filter:?}"), &[ENDPOINT, plan]).await;
    }

    feed::after(db, owner, 7, None, 20).await.unwrap();
    let of_type = Some(PartnerEventType::PaymentSucceeded);
    feed::after(db, owner, 7, of_type, 20).await.unwrap();
    let all = "partner_events (partner_id=? AND seq>?)";
    let of_type = "partner_events (partner_id=? AND event_type=? AND seq>?)";
    asked.by("the feed", &[all, of_type]).await;
}

#[tokio::test]
async fn lanes_find_what_is_due_by_one_look_an_endpoint_and_a_few_deliveries() {
    let asked = Asked::open().await;
    let (db, now) = (&asked.db, now());
    for in_hand in [HashSet::new(), HashSet::from([EndpointId::new()])] {
        let due: Vec<EndpointId> = due::endpoints_at(now, &in_hand, 20).into_tuple().all(db).await.unwrap();
        assert!(due.is_empty(), "{due:?}");
        let plan = "webhook_endpoints (status=?); CORRELATED SCALAR SUBQUERY 1; webhook_deliveries (endpoint_id=? AND status=?)";
        asked.by("endpoints", &[plan]).await;
    }
    let in_hand = HashSet::from([DeliveryId::new()]);
    due::deliveries_at(now, asked.endpoint, &in_hand, 20)
        .all(db)
        .await
        .unwrap();
    let plan = "webhook_deliveries (endpoint_id=? AND status=? AND next_attempt_at<?); CORRELATED SCALAR SUBQUERY 1; \
        earlier (endpoint_id=? AND group_id=? AND status=? AND seq<?)";
    asked.by("deliveries of one", &[plan]).await;
}

#[tokio::test]
async fn events_of_the_console_are_read_by_time_by_type_and_by_what_they_are_about() {
    let asked = Asked::open().await;
    let (db, owner) = (&asked.db, (asked.partner, Mode::Test));
    for (event_type, after, plan) in [
        (None, None, "partner_events (partner_id=?)"),
        (
            None,
            Some(somewhere()),
            "partner_events (partner_id=? AND created_at<?)",
        ),
        (
            Some(PartnerEventType::PaymentFailed),
            None,
            "partner_events (partner_id=? AND event_type=?)",
        ),
    ] {
        events::list_owned_by(db, owner, event_type, after, 20).await.unwrap();
        asked.by("events", &[plan]).await;
    }
    for count in [1, 5, 100] {
        let subjects = (0..count).map(|_| Uuid::now_v7()).collect();
        events::of_subjects(db, owner, subjects, 100).await.unwrap();
        let plan = "partner_events (partner_id=? AND subject_id=?)";
        asked.by(&format!("events of {count} things"), &[plan]).await;
    }
    events::deliveries_of(db, [EventId::new(), EventId::new()])
        .await
        .unwrap();
    asked
        .by("deliveries of events", &["webhook_deliveries (event_id=?)"])
        .await;
}

#[tokio::test]
async fn mandates_are_found_by_status_reference_and_both_and_checkouts_by_their_id() {
    let asked = Asked::open().await;
    let (db, owner) = (&asked.db, (asked.partner, Mode::Test));
    let none = mandates::PartnerFilter::default;
    let active = Some(MandateStatus::Active);
    let reference = || Some(REFERENCE.to_owned());
    let filter = |status, reference, before| mandates::PartnerFilter {
        status,
        reference,
        before,
    };
    for (filter, plan) in [
        (none(), "mandates (partner_id=?)"),
        (
            filter(None, None, Some(MandateId::new())),
            "mandates (partner_id=? AND id<?)",
        ),
        (filter(active, None, None), "mandates (partner_id=? AND status=?)"),
        (
            filter(None, reference(), None),
            "mandates (partner_id=? AND reference=?)",
        ),
        (
            filter(active, reference(), None),
            "mandates (partner_id=? AND reference=? AND status=?)",
        ),
    ] {
        let what = format!("{filter:?}");
        mandates::Model::page_of_partner(db, owner, filter, 21).await.unwrap();
        asked.by(&what, &[plan]).await;
    }
    checkouts::find_of_partner(db, owner, CheckoutId::new()).await.unwrap();
    asked.by("a checkout", &["checkouts (id=?)"]).await;
}

#[tokio::test]
async fn keys_deeds_and_the_first_page_of_the_console_are_read_along_their_indexes() {
    let asked = Asked::open().await;
    let (db, owner, now) = (&asked.db, (asked.partner, Mode::Test), now());
    key_list::list_owned_by(db, asked.partner, Mode::Test, now)
        .await
        .unwrap();
    // As many may live as the settings say, which are few.
    let living = "partner_keys (partner_id=? AND mode=?); USE TEMP B-TREE FOR ORDER BY";
    let ended = "partner_keys (partner_id=? AND mode=? AND ends_at<?)";
    asked.by("keys", &[living, ended]).await;
    key_list::find_owned_by(db, asked.partner, Mode::Test, KeyId::new())
        .await
        .unwrap();
    asked.by("a key", &["partner_keys (id=?)"]).await;
    standing::is_open(db, owner, now).await.unwrap();
    return_urls::list(db, asked.partner).await.unwrap();
    let keys = "partner_keys (partner_id=? AND mode=?)";
    // As many as the settings say at most.
    let urls = "partner_return_urls (partner_id=?); USE TEMP B-TREE FOR ORDER BY";
    let stopped = "partners (id=?)";
    asked.by("standing and return URLs", &[stopped, keys, urls]).await;

    audit::list_owned_by(db, asked.partner, None, 20).await.unwrap();
    audit::list_owned_by(db, asked.partner, Some(somewhere()), 20)
        .await
        .unwrap();
    audit::of_subject(db, asked.partner, Uuid::now_v7(), 20).await.unwrap();
    let all = "partner_audit (partner_id=?)";
    let next = "partner_audit (partner_id=? AND at<?)";
    asked.by("deeds", &[all, next, "partner_audit (subject_id=?)"]).await;

    overview::sums_since(db, owner, now).await.unwrap();
    let today = "transfers (partner_id=? AND created_at>?); USE TEMP B-TREE FOR GROUP BY";
    asked.by("today", &[today]).await;
    overview::attention(db, owner, now).await.unwrap();
    let in_doubt = "transfers (partner_id=? AND kind=? AND state=?)";
    let of_partner = "webhook_endpoints (partner_id=?)";
    asked.by("attention", &[living, ended, of_partner, in_doubt]).await;
}
