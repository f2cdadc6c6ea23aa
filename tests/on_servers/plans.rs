//! What the queries cost on a server: it logs each that reads a table without an index, or many rows for few.

use naru::ids::Prefix;
use naru::models::kinds::Role;
use naru::models::users;
use naru::partners::return_urls;
use naru::transfers::hours;
use sea_orm::{ColumnTrait, Database, EntityTrait, QueryFilter};
use serde_json::json;

use crate::api::checkouts::opened;
use crate::api::payments::payment;
use crate::cs::kept_plans::{Caller, Of, expect_kept, plans};
use crate::live::ear::Ear;
use crate::support::app::{self, TestApp};
use crate::support::people::{ACCOUNT, Shop, phone_of};
use crate::support::receiver::Receiver;
use crate::support::servers::PrivateServers;

use super::plans_rows::{ask, fill};

/// A page, what is joined to it, and a sweep look at fewer rows.
const FEW: i64 = 1_000;
/// What the desk counts, it counts up to ten thousand, and the search chooses an index by counting up to twenty thousand and
/// one; what was counted is read once more.
const COUNTED: i64 = 2 * 20_001;
/// How such queries are known.
const COUNTS: &str = "sql_text LIKE '%`looked`%' OR sql_text LIKE '%`found`%' OR sql_text LIKE '%`entries`%'";

/// Shows that the log sees what the app asks.
const KNOWN_TO_BE_COSTLY: &str = "SELECT id FROM transfers WHERE description LIKE '%nobody%'";

/// What the partner is shown the pages and lists of, each by its id.
struct Things {
    paid: String,
    mandate: String,
    checkout: String,
    endpoint: String,
    delivery: String,
    event: String,
}

/// One of everything that there are lists of.
async fn one_of_each(app: &TestApp, shop: &Shop, mandate: String) -> Things {
    let receiver = Receiver::start().await;
    let endpoint = shop.endpoint(&receiver.url).await;
    return_urls::add(&app.services, shop.id, "https://shop.example/done")
        .await
        .expect("it is added");
    let checkout = opened(shop, "hosted", 1_000).await;
    let first = shop
        .api
        .post("/payments", "first", &payment(&mandate, "first", 1_000))
        .await;
    let paid = first.expect(202).json()["id"].as_str().expect("an id").to_owned();
    app.settled().await;
    receiver.heard(1).await;
    app.told().await;
    let told = shop.deliveries(&endpoint, "").await;
    assert_eq!(told.len(), 1, "{told:?}");
    let of = |name: &str| told[0][name].as_str().expect("an id").to_owned();
    Things {
        paid,
        mandate,
        checkout,
        delivery: of("id"),
        event: of("event_id"),
        endpoint: endpoint.id,
    }
}

#[tokio::test]
async fn no_page_list_or_sweep_reads_more_rows_than_it_needs() {
    let servers = PrivateServers::start(&["mariadb"]).await;
    let server = Database::connect(servers.variable("DATABASE_URL"))
        .await
        .expect("it answers");
    // A connection logs as the server does when it is opened.
    for setting in [
        "log_output = 'TABLE'",
        "long_query_time = 60",
        "log_queries_not_using_indexes = ON",
        "slow_query_log = ON",
    ] {
        ask(&server, &format!("SET GLOBAL {setting}")).await;
    }
    let app = app::wish().on_database(servers.variable("DATABASE_URL")).start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    let things = one_of_each(&app, &shop, mandate).await;
    app.sql(
        "INSERT INTO transfer_tags (transfer_id, word, author_id, at, accepted_at) \
         SELECT id, 'vip', member_id, created_at, created_at FROM transfers",
    )
    .await;
    fill(&app).await;
    hours::count_all(&app.services).await.expect("hours are counted");
    ask(&server, "TRUNCATE mysql.slow_log").await;
    look_at_everything(&app, &shop, &things).await;
    look_as_its_developer(&app, &shop, &things).await;
    let second = shop
        .api
        .post("/payments", "second", &payment(&things.mandate, "second", 1_000))
        .await;
    second.expect(202);
    app.settled().await;
    app.services.metrics.text(&app.services).await;
    ask(app.services.db.read(), KNOWN_TO_BE_COSTLY).await;

    let logged = "SELECT CONVERT(sql_text USING utf8mb4) FROM mysql.slow_log WHERE db = DATABASE()";
    let costly = ask(
        &server,
        &format!("{logged} AND rows_examined > IF({COUNTS}, {COUNTED}, {FEW})"),
    )
    .await;
    let costly: Vec<String> = costly.iter().map(|row| row.try_get_by_index(0).unwrap()).collect();
    assert_eq!(costly, [KNOWN_TO_BE_COSTLY]);
    expect_kept_plans(&app, servers.variable("DATABASE_URL")).await;
}

/// The table of the architecture says how this server goes about each documented question.
async fn expect_kept_plans(app: &TestApp, database: String) {
    let mut rows = app.every_transfer().await;
    rows.retain(|row| row.order_id.as_deref() == Some("first"));
    let [payment] = rows.try_into().expect("the first payment alone");
    let email = "minji@example.test";
    let caller = Caller {
        trace: payment.trace_number.clone().expect("it was sent"),
        payment,
        email: email.to_owned(),
        name: "김민지".to_owned(),
        phone: phone_of(email).digits().to_owned(),
        account: ACCOUNT.to_owned(),
        tag: "vip".to_owned(),
        now: app.services.clock.now(),
        sealer: app.services.sealer.clone(),
    };
    let mut db = Database::connect(database).await.expect("the server answers");
    // With a handful of people any index is as good to the server as another.
    app.sql(
        "INSERT INTO users (id, email, password_hash, role, name, created_at) \
         SELECT UNHEX(MD5(copy.seq)), CONCAT('copy-', copy.seq), '', role, CONCAT('copy ', copy.seq), created_at \
         FROM users AS original, seq_1_to_500 AS copy WHERE original.email = 'minji@example.test'",
    )
    .await;
    ask(&db, "ANALYZE TABLE users, members, bank_accounts, partners, mandates").await;
    expect_kept(Of::Mariadb, &plans(&mut db, &caller).await.expect("plans"));
}

/// The overview, and each list of reviews.
const DESK: [&str; 9] = [
    "/cs",
    "/cs?range=yesterday",
    "/cs?range=week",
    "/cs/reviews",
    "/cs/reviews?sort=largest",
    "/cs/reviews?tab=needs_review&sort=newest",
    "/cs/reviews?tab=refunds&mine=yes",
    "/cs/reviews?tab=mismatches",
    "/cs/reviews?tab=webhooks",
];

/// Each way of the desk's search.
const SEARCHES: [&str; 23] = [
    "/cs/payments",
    "/cs/payments?state=succeeded",
    "/cs/payments?kind=refund",
    "/cs/payments?kind=refund&state=failed",
    "/cs/payments?kind=payment&state=failed",
    "/cs/payments?q=copy-77",
    "/cs/payments?q=minji%40example.test",
    "/cs/payments?q=12,300",
    "/cs/payments?q=1%EC%9B%94%201%EC%9D%BC",
    "/cs/payments?q=20261125000000004217",
    "/cs/payments?state=-succeeded",
    "/cs/payments?state=failed&amount=1000..2000",
    "/cs/payments?amount=2000..",
    "/cs/payments?amount=2000..&sort=largest",
    "/cs/payments?bank=088",
    "/cs/payments?bank=011&state=unknown",
    "/cs/payments?period=yesterday&state=failed&sort=oldest",
    "/cs/payments?failure=insufficient_balance",
    "/cs/payments?failure=insufficient_balance&sort=largest",
    "/cs/payments?tag=vip",
    "/cs/payments?tag=vip&sort=smallest",
    "/cs/payments?tag=vip&state=failed&period=yesterday",
    "/cs/payments?tag=-vip&kind=refund",
];

/// Each list, each filter and each search of the product, and what the relay asks by itself meanwhile.
async fn look_at_everything(app: &TestApp, shop: &Shop, Things { paid, mandate, .. }: &Things) {
    for path in [
        "/payments?limit=50",
        "/payments?limit=50&status=succeeded",
        "/payments?limit=50&status=failed",
        "/payments?order_id=copy-77",
        "/payments/by-idempotency-key/first",
        &format!("/payments/{paid}"),
        "/payments?limit=50&member=customer-1",
        "/payments?limit=50&member=copy-77",
    ] {
        shop.api.get(path).await.expect(200);
    }
    let page = shop.api.get("/payments?limit=50").await.json();
    let cursor = page["next_cursor"].as_str().expect("more than a page");
    shop.api
        .get(&format!("/payments?limit=50&cursor={cursor}"))
        .await
        .expect(200);

    app.staff("cs@example.test", Role::Cs).await;
    let desk = app.browser();
    desk.sign_in("cs@example.test").await.expect(303);
    let member = users::Entity::find().filter(users::Column::Email.eq("minji@example.test"));
    let member = member
        .one(app.services.db.read())
        .await
        .expect("an answer")
        .expect("the member");
    for path in [
        "/cs/members?q=minji%40example.test",
        "/cs/members?q=%EA%B9%80%EB%AF%BC%EC%A7%80",
        &format!("/cs/members?q={ACCOUNT}"),
        "/cs/partners?q=%EB%82%98%EB%A3%A8",
        &format!("/cs/payments?q={paid}"),
        &format!("/cs/payments?q={}", Prefix::Member.show(member.id.0)),
        &format!(
            "/cs/payments?failure=-not_sent&kind=payment&partner={}",
            shop.id.0.simple()
        ),
        &format!("/cs/payments/{paid}"),
    ]
    .into_iter()
    .chain(SEARCHES)
    .chain(DESK)
    {
        desk.get(path).await.expect(200);
    }
    let list = desk.get("/cs/payments").await.expect(200).text;
    let newer = list.split("data-newer=\"").nth(1).expect("its timer");
    let newer = newer.split('"').next().expect("an address").replace("&amp;", "&");
    desk.get(&newer).await.expect(204);
    for path in ["/cs/live", &format!("/cs/live?of={paid}")] {
        drop(Ear::greeted(&desk, path).await);
    }
    look_as_the_member(app, shop, paid, mandate).await;
}

async fn look_as_the_member(app: &TestApp, shop: &Shop, paid: &str, mandate: &str) {
    let member = app.browser();
    member.sign_in("minji@example.test").await.expect(303);
    let shop = shop.id.0.simple();
    for path in [
        "/".to_owned(),
        "/accounts".to_owned(),
        "/me".to_owned(),
        "/me/withdrawal".to_owned(),
        "/payments".to_owned(),
        "/payments?period=7d".to_owned(),
        "/payments?group=done".to_owned(),
        "/payments?group=done&kind=payment".to_owned(),
        "/payments?group=ended".to_owned(),
        "/payments?group=checking&kind=refund".to_owned(),
        "/payments?group=moving".to_owned(),
        "/payments?kind=refund".to_owned(),
        format!("/payments?shop={shop}"),
        format!("/payments/{paid}"),
        format!("/payments/{paid}/progress"),
        format!("/payments/{paid}/receipt"),
        "/mandates".to_owned(),
        format!("/mandates/{mandate}"),
        "/notices".to_owned(),
        "/status".to_owned(),
    ] {
        member.get(&path).await.expect(200);
    }
    let ear = Ear::greeted(&member, "/live").await;
    let last = ear.last.clone().expect("a place");
    drop(Ear::open_since(&member, "/live", Some(&last)).await);
    let list = member.get("/payments?group=done").await.expect(200).text;
    let older = list.split("rel=\"next\" href=\"").nth(1).expect("more than a page");
    let older = older.split('"').next().expect("an address").replace("&amp;", "&");
    member.get(&older).await.expect(200);
}

/// What a partner's developer asks for, by the API and at the console.
async fn look_as_its_developer(app: &TestApp, shop: &Shop, things: &Things) {
    let Things {
        paid,
        checkout,
        endpoint,
        delivery,
        event,
        ..
    } = things;
    for path in [
        "/mandates?limit=50",
        "/mandates?limit=50&status=revoked",
        "/mandates?reference=copy-77",
        "/mandates?limit=50&status=active&reference=customer-1",
        &format!("/checkouts/{checkout}"),
        "/events?limit=50",
        "/events?limit=50&type=payment.succeeded",
        "/events?limit=50&type=refund.failed",
        &format!("/events/{event}"),
        "/webhook-endpoints?limit=50",
        &format!("/webhook-endpoints/{endpoint}/deliveries?limit=50"),
        &format!("/webhook-endpoints/{endpoint}/deliveries?limit=50&status=delivered"),
        &format!("/webhook-endpoints/{endpoint}/deliveries?limit=50&status=failed"),
        &format!("/webhook-endpoints/{endpoint}/deliveries?limit=50&event_type=payment.succeeded"),
        &format!("/webhook-endpoints/{endpoint}/deliveries/{delivery}"),
    ] {
        shop.api.get(path).await.expect(200);
    }
    let again = format!("/events/{event}/redelivery");
    shop.api.post(&again, "again", &json!({})).await.expect(202);

    let console = app.console(shop, "dev@example.test").await;
    for path in [
        "",
        "/payments",
        "/payments?state=failed",
        "/payments?q=copy-77",
        "/payments?from=2026-01-01&to=2026-01-31",
        &format!("/payments/{paid}"),
        "/events",
        "/events?type=payment.succeeded",
        "/events?type=refund.failed",
        &format!("/events/{event}"),
        "/webhooks",
        &format!("/webhooks/{endpoint}"),
        &format!("/webhooks/{endpoint}?status=failed"),
        &format!("/webhooks/{endpoint}/deliveries/{delivery}"),
        "/keys",
        "/settings",
        "/history",
    ] {
        console.get(&format!("/partner{path}")).await.expect(200);
    }
    let list = console.get("/partner/events").await.expect(200).text;
    let older = list.split("rel=\"next\" href=\"").nth(1).expect("more than a page");
    let older = older.split('"').next().expect("an address").replace("&amp;", "&");
    console.get(&older).await.expect(200);
}
