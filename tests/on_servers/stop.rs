//! A worker that is stopped while something takes its time.

use naru::models::kinds::TransferState;
use naru::models::transfers::{self, Column};
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter};
use serde_json::json;

use super::rabbitmq::pay_over;
use crate::ops::metrics::value;
use crate::support::app::eventually;
use crate::support::broker::PrivateBroker;
use crate::support::program::{EMBEDDED, Program};
use crate::support::servers::PrivateServers;

#[tokio::test]
async fn what_a_stopping_worker_has_not_begun_is_for_others_before_its_call_ends() {
    let broker = PrivateBroker::start().await;
    let one_at_a_time = [("NARU_BANK_CONCURRENCY", "1")];
    let mut program = Program::new(&[&broker.environment()[..], &one_at_a_time].concat());
    program.start().await;
    program.ready().await;
    let api = program.api();
    for status in ["queued", "executing"] {
        let path = format!("/payments?limit=1&status={status}");
        eventually("the demo's payments end", || async {
            api.get(&path).await.expect(200).json()["data"] == json!([])
        })
        .await;
    }
    let slow = json!({ "operation": "withdraw", "mode": "slow", "ms": 8_000 });
    program.bank_post("/_sim/mode", &slow).await;
    let mandates = api.get("/mandates").await.expect(200).json();
    pay_over(&api, mandates["data"][0]["id"].as_str().expect("a mandate"), 0..5).await;
    eventually("one is at the bank, and the others are in hand", || async {
        let executing = api.get("/payments?limit=5&status=executing").await.expect(200).json();
        executing["data"].as_array().expect("a list").len() == 1 && broker.waiting("payments").await == 0
    })
    .await;

    program.signal("TERM");
    eventually("they are with the broker", || async {
        broker.waiting("payments").await == 4
    })
    .await;
    // Its call is in hand still.
    let running = value(
        &program.metrics().await,
        "naru_gate_calls{class=\"money\",state=\"running\"}",
    );
    assert_eq!(running, Some(1.0));
    assert_eq!(program.ended().await, Some(0));
    let database = sea_orm::Database::connect(program.database()).await.expect("it opens");
    let of_them = Column::OrderId.starts_with("order-");
    let paid = transfers::Entity::find().filter(of_them.and(Column::State.eq(TransferState::Succeeded)));
    assert_eq!(paid.count(&database).await, Ok(1));
}

#[tokio::test]
async fn a_worker_ends_though_its_database_says_nothing() {
    let servers = PrivateServers::start(&["mariadb"]).await;
    let database = servers.variable("DATABASE_URL");
    let settings = [("DATABASE_URL", database.as_str()), ("NARU_DRAIN_SECS", "1")];
    let mut program = Program::new(&[&EMBEDDED[..], &settings].concat());
    program.start_as(&["start", "--worker"]).await;
    program.ready().await;
    servers.freeze("mariadb");
    eventually("its database is missed", || async {
        value(&program.metrics().await, "naru_database_up") == Some(0.0)
    })
    .await;
    let ended = program.stop("TERM").await;
    servers.thaw("mariadb");
    assert_eq!(ended, Some(0));
}
