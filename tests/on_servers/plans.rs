//! What the queries cost on a server: it logs each that reads a table without an index, or many rows for few.

use naru::models::kinds::Role;
use naru::transfers::hours;
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement};

use crate::api::payments::payment;
use crate::support::app::{self, TestApp};
use crate::support::people::Shop;
use crate::support::servers::PrivateServers;

/// Payments beside which a page of them is little.
const PAYMENTS: usize = 5_000;
/// A page, what is joined to it, and a sweep look at fewer rows.
const FEW: i64 = 1_000;

/// Shows that the log sees what the app asks.
const KNOWN_TO_BE_COSTLY: &str = "SELECT id FROM transfers WHERE description LIKE '%nobody%'";

async fn ask(database: &DatabaseConnection, query: &str) -> Vec<sea_orm::QueryResult> {
    let statement = Statement::from_string(DbBackend::MySql, query);
    database.query_all_raw(statement).await.expect("the server answers")
}

/// As many settled payments as [`PAYMENTS`], each a minute older than the one before, copied from the one that is there.
async fn fill(app: &TestApp) {
    let database = app.services.db.read();
    for (table, changed) in [
        (
            "transfers",
            vec![
                ("id", "UNHEX(LPAD(HEX(seq), 32, '0'))"),
                ("short_code", "CONCAT('S', seq)"),
                ("order_id", "CONCAT('copy-', seq)"),
                ("open_order_key", "NULL"),
                ("created_at", "created_at - INTERVAL seq MINUTE"),
                ("updated_at", "updated_at - INTERVAL seq MINUTE"),
            ],
        ),
        (
            "transfer_events",
            vec![
                ("id", "UNHEX(LPAD(HEX(version * 100000 + seq), 32, '0'))"),
                ("transfer_id", "UNHEX(LPAD(HEX(seq), 32, '0'))"),
            ],
        ),
    ] {
        let columns = ask(
            database,
            &format!("SELECT column_name FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = '{table}'"),
        )
        .await;
        let columns: Vec<String> = columns.iter().map(|row| row.try_get_by_index(0).unwrap()).collect();
        let values = columns.iter().map(|column| {
            let change = changed.iter().find(|(name, _)| name == column);
            change.map_or(column.as_str(), |(_, value)| value)
        });
        let (names, values) = (columns.join(", "), values.collect::<Vec<_>>().join(", "));
        app.sql(&format!(
            "INSERT INTO {table} ({names}) SELECT {values} FROM {table}, seq_1_to_{PAYMENTS}"
        ))
        .await;
        ask(database, &format!("ANALYZE TABLE {table}")).await;
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
    let first = shop
        .api
        .post("/payments", "first", &payment(&mandate, "first", 1_000))
        .await;
    let paid = first.expect(202).json()["id"].as_str().expect("an id").to_owned();
    app.settled().await;
    fill(&app).await;
    hours::count_all(&app.services).await.expect("hours are counted");
    ask(&server, "TRUNCATE mysql.slow_log").await;
    look_at_everything(&app, &shop, &paid, &mandate).await;
    let second = shop
        .api
        .post("/payments", "second", &payment(&mandate, "second", 1_000))
        .await;
    second.expect(202);
    app.settled().await;
    app.services.metrics.text(&app.services).await;
    ask(app.services.db.read(), KNOWN_TO_BE_COSTLY).await;

    let logged = "SELECT CONVERT(sql_text USING utf8mb4) FROM mysql.slow_log WHERE db = DATABASE()";
    let costly = ask(&server, &format!("{logged} AND rows_examined > {FEW}")).await;
    let costly: Vec<String> = costly.iter().map(|row| row.try_get_by_index(0).unwrap()).collect();
    assert_eq!(costly, [KNOWN_TO_BE_COSTLY]);
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

/// Each list, each filter and each search of the product, and what the relay asks by itself meanwhile.
async fn look_at_everything(app: &TestApp, shop: &Shop, paid: &str, mandate: &str) {
    for path in [
        "/payments?limit=50",
        "/payments?limit=50&status=succeeded",
        "/payments?limit=50&status=failed",
        "/payments?order_id=copy-77",
        "/payments/by-idempotency-key/first",
        &format!("/payments/{paid}"),
        "/mandates?limit=50",
        "/events?limit=50&type=payment.succeeded",
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
    for path in [
        "/cs/payments",
        "/cs/payments?state=succeeded",
        "/cs/payments?kind=refund",
        "/cs/payments?kind=refund&state=failed",
        "/cs/payments?kind=payment&state=failed",
        "/cs/payments?q=copy-77",
        "/cs/payments?q=minji%40example.test",
        "/cs/members?q=minji%40example.test",
        "/cs/members?q=%EA%B9%80%EB%AF%BC%EC%A7%80",
        &format!("/cs/payments?q={paid}"),
        &format!("/cs/payments/{paid}"),
    ]
    .into_iter()
    .chain(DESK)
    {
        desk.get(path).await.expect(200);
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
    let list = member.get("/payments?group=done").await.expect(200).text;
    let older = list.split("rel=\"next\" href=\"").nth(1).expect("more than a page");
    let older = older.split('"').next().expect("an address").replace("&amp;", "&");
    member.get(&older).await.expect(200);
}
