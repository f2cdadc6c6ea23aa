//! Histories that were there before streams were get the members that they are of.

use migration::{Migrator, MigratorTrait};
use naru::models::transfer_events;
use naru::transfers::execute;
use sea_orm::{Database, EntityTrait};

use crate::support::app;

#[tokio::test]
async fn events_from_before_are_given_the_member_of_their_transfer() {
    let app = app::wish().without_workers().start().await;
    let home = app.home("minji@example.test").await;
    home.pay("order-1").await;
    let payment = app.only_transfer().await;
    execute::execute(&app.services, payment.id).await.expect("it is paid");
    let db = Database::connect(app.database_uri()).await.expect("it is there");
    Migrator::down(&db, Some(1)).await.expect("back to before");
    Migrator::up(&db, None).await.expect("and on again");
    let events = transfer_events::Entity::find().all(&db).await.expect("they are there");
    assert_eq!(events.len(), 3);
    assert!(events.iter().all(|event| event.member_id == home.member), "{events:?}");
}
