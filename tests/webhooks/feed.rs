//! `GET /events`: everything in order, whenever it was committed; nothing is missed and nothing comes twice.

use chrono::TimeDelta;
use naru::models::partner_events;
use naru::notifications::webhooks::sequence;
use sea_orm::{DbErr, EntityTrait};
use serde_json::{Value, json};
use tokio::sync::oneshot;

use super::event;
use crate::support::app;
use crate::support::people::Shop;

/// Reads from a cursor to the end; answers with the numbers and the cursor to go on from.
async fn read(shop: &Shop, cursor: Option<&str>) -> (Vec<i64>, String) {
    let mut numbers = Vec::new();
    let mut cursor = cursor.map(str::to_owned);
    loop {
        let after = cursor
            .as_ref()
            .map(|cursor| format!("&after_cursor={cursor}"))
            .unwrap_or_default();
        let page = shop
            .api
            .get(&format!("/events?limit=7{after}"))
            .await
            .expect(200)
            .json();
        numbers.extend(
            page["data"]
                .as_array()
                .unwrap()
                .iter()
                .map(|event| event["data"]["number"].as_i64().unwrap()),
        );
        let next = page["next_cursor"].as_str().expect("there is always one").to_owned();
        if page["has_more"] == json!(false) {
            return (numbers, next);
        }
        cursor = Some(next);
    }
}

#[tokio::test]
async fn a_reader_misses_nothing_when_the_earlier_of_two_transactions_commits_last() {
    let app = app::start().await;
    let shop = app.shop("나루상점").await;
    let now = app.services.clock.now();
    // The earlier one has its id and its rows; it commits when the other has been read.
    let (earlier, later) = (event(shop.id, now, 1), event(shop.id, now, 2));
    let is_mysql = app.database_uri().starts_with("mysql");
    let (go_on, told_to) = oneshot::channel::<()>();
    let db = app.services.db.clone();
    let committing = tokio::spawn(async move {
        if !is_mysql {
            // SQLite has one writer: the transaction cannot begin before the other one ended.
            told_to.await.unwrap();
            let write = db.write(move |tx| Box::pin(async move { keep(tx, earlier).await }));
            return write.await.unwrap();
        }
        let write = db.write(move |tx| {
            Box::pin(async move {
                keep(tx, earlier).await?;
                told_to
                    .await
                    .map_err(|_| DbErr::Custom("nobody told it to go on".to_owned()))
            })
        });
        write.await.unwrap();
    });
    app.write_events(vec![later]).await;
    app.told().await;
    let (first, cursor) = loop {
        let read = read(&shop, None).await;
        if !read.0.is_empty() {
            break read;
        }
        tokio::task::yield_now().await;
    };
    assert_eq!(first, [2]);
    go_on.send(()).unwrap();
    committing.await.unwrap();
    app.services.webhooks.wake();
    app.told().await;
    assert_eq!(read(&shop, Some(&cursor)).await.0, [1]);
    assert_eq!(read(&shop, None).await.0, [2, 1]);
}

async fn keep(tx: &sea_orm::DatabaseTransaction, row: partner_events::ActiveModel) -> Result<(), DbErr> {
    partner_events::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

#[tokio::test]
async fn hundreds_of_one_moment_are_read_once_each_while_more_come() {
    let app = app::wish().with_a_stopped_clock().start().await;
    let shop = app.shop("나루상점").await;
    let other = app.shop("다른상점").await;
    app.events(shop.id, 250).await;
    app.events(other.id, 5).await;
    app.told().await;
    let (mut numbers, cursor) = read(&shop, None).await;
    assert_eq!(numbers, (0..250).collect::<Vec<_>>());
    app.clock.advance(TimeDelta::seconds(1));
    let rows = (250..300).map(|number| event(shop.id, app.services.clock.now(), number));
    app.write_events(rows.collect()).await;
    app.told().await;
    let (rest, end) = read(&shop, Some(&cursor)).await;
    numbers.extend(rest);
    assert_eq!(numbers, (0..300).collect::<Vec<_>>());
    assert_eq!(
        read(&shop, Some(&end)).await,
        (Vec::new(), end.clone()),
        "whoever waits waits there"
    );
}

#[tokio::test]
async fn the_feed_is_filtered_by_type_and_refuses_what_it_does_not_know() {
    let app = app::wish().without_workers().start().await;
    let shop = app.shop("나루상점").await;
    app.events(shop.id, 2).await;
    sequence::sequence(&app.services).await.unwrap();
    let count = |page: Value| page["data"].as_array().unwrap().len();
    let of = |kind: &str| format!("/events?type={kind}");
    assert_eq!(
        count(shop.api.get(&of("payment.succeeded")).await.expect(200).json()),
        2
    );
    assert_eq!(count(shop.api.get(&of("payment.failed")).await.expect(200).json()), 0);
    for wrong in [
        "type=nothing",
        "after_cursor=x",
        "limit=0",
        "cursor=x",
        "after_cursor=ZXZlbnRzLi0x",
    ] {
        let answer = shop.api.get(&format!("/events?{wrong}")).await;
        answer.problem(422, "invalid_request");
    }
}
