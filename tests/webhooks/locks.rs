//! Who changes more than one delivery locks their endpoint first, so that nobody is made to wait for ever.

use naru::models::kinds::DeliveryStatus;
use naru::models::{webhook_deliveries, webhook_endpoints};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::{DAY_AND_MORE, shop_that_hears};
use crate::support::app::{self, TestApp};
use crate::support::receiver::Say;

/// Holds the one endpoint, as a redelivery does, and touches what waits for it when it is told to.
async fn hold_the_endpoint(app: &TestApp) -> (oneshot::Sender<()>, JoinHandle<Result<(), DbErr>>) {
    let (begun, begins) = oneshot::channel();
    let (release, released) = oneshot::channel::<()>();
    let db = app.services.db.clone();
    let held = tokio::spawn(async move {
        db.write(move |tx| {
            Box::pin(async move {
                let locked = webhook_endpoints::Entity::find().lock_exclusive().all(tx).await?;
                assert_eq!(locked.len(), 1);
                begun.send(()).expect("the test waits");
                drop(released.await);
                webhook_deliveries::Entity::update_many()
                    .col_expr(
                        webhook_deliveries::Column::Seq,
                        Expr::col(webhook_deliveries::Column::Seq).add(0),
                    )
                    .filter(webhook_deliveries::Column::Status.eq(DeliveryStatus::Pending))
                    .exec(tx)
                    .await
                    .map(drop)
            })
        })
        .await
    });
    begins.await.expect("it begins");
    (release, held)
}

#[tokio::test]
async fn what_came_of_an_attempt_waits_for_whoever_holds_the_endpoint_before_it_locks_a_delivery() {
    for answer in [500, 410, 204] {
        let app = app::wish().with_a_stopped_clock().start().await;
        let (shop, receiver, _) = shop_that_hears(&app, "나루상점").await;
        receiver.says(Say::Status(500));
        app.events(shop.id, 1).await;
        app.attempts_ended(1).await;
        receiver.says(Say::Status(answer));
        let (release, held) = hold_the_endpoint(&app).await;
        app.clock.advance(DAY_AND_MORE);
        app.until_somebody_waits_for_a_lock().await;
        drop(release);
        held.await.unwrap().expect("nobody is made to give way");
        app.attempts_ended(2).await;
    }
}
