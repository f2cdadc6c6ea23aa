//! What one writer keeps apart by itself, and a server only because it is looked at again.

use naru::ids::{CheckoutId, Prefix};
use naru::transfers::accept_checkout::{self, ConfirmError, Confirmation};
use sea_orm::{Database, TransactionTrait};
use serde_json::json;

use super::plans_rows::ask;
use crate::api::checkouts::{checkout, opened};
use crate::support::app::{self, eventually};
use crate::support::people::ACCOUNT;
use crate::support::servers::PrivateServers;

#[tokio::test]
async fn an_order_with_two_links_is_paid_once_however_long_the_second_confirmation_waits() {
    let servers = PrivateServers::start(&["mariadb"]).await;
    let database = servers.variable("DATABASE_URL");
    let app = app::wish()
        .settings(json!({ "limits": { "member_daily_won": 1_000_000 } }))
        .on_database(database.clone())
        .start()
        .await;
    let shop = app.shop("나루상점").await;
    let confirmation = async |email: &str, number: &str, link: &str| {
        let member = app.member(email).await;
        Confirmation {
            checkout: CheckoutId(Prefix::Checkout.parse(link).unwrap()),
            member,
            account: app.account(member, number).await,
            request_id: None,
        }
    };
    let before = opened(&shop, "order-0", 1_000).await;
    let first = opened(&shop, "order-1", 12_300).await;
    let again = shop.api.post("/checkouts", "again", &checkout("order-1", 12_300)).await;
    let second = again.expect(201).json()["id"].as_str().unwrap().to_owned();
    let minji = confirmation("minji@example.test", ACCOUNT, &first).await;
    let junho = confirmation("junho@example.test", "3020009876543", &before).await;
    accept_checkout::confirm(&app.services, junho.clone()).await.unwrap();
    app.settled().await;

    // Whose day it counts in is held by somebody: the second link waits after its looks.
    let server = Database::connect(database).await.expect("it answers");
    let holder = server.begin().await.unwrap();
    let day = naru::clock::kst_date(app.services.clock.now()).format("%Y%m%d");
    let held = format!(
        "SELECT used_won FROM daily_usage WHERE scope = 'member' AND owner_id = X'{}' AND day = '{day}' FOR UPDATE",
        junho.member.0.simple()
    );
    assert_eq!(ask(&holder, &held).await.len(), 1);
    let services = app.services.clone();
    let waits = Confirmation {
        checkout: CheckoutId(Prefix::Checkout.parse(&second).unwrap()),
        ..junho
    };
    let waits = tokio::spawn(async move { accept_checkout::confirm(&services, waits).await });
    // What InnoDB tells of its locks is as old as the first of many looks.
    let waiting = "SELECT id FROM information_schema.PROCESSLIST \
                   WHERE info LIKE '%daily_usage%' AND id <> CONNECTION_ID() AND time_ms > 200";
    eventually("it waits", || async { ask(&server, waiting).await.len() == 1 }).await;
    let paid = accept_checkout::confirm(&app.services, minji).await.unwrap();
    eventually("the first is paid", || async {
        let transfer = app.transfer(paid.payment).await;
        transfer.state == naru::models::kinds::TransferState::Succeeded
    })
    .await;
    holder.rollback().await.unwrap();

    let refused = waits.await.unwrap();
    assert!(matches!(refused, Err(ConfirmError::OrderPaid)), "{refused:?}");
    app.settled().await;
    assert_eq!(app.bank_get("/_sim/summary").await["withdrawals"], 2);
}
