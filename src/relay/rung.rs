//! Marks on their rows what the broker was told of, so that a sweeper need not tell of it again.

use std::time::Duration;

use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter};

use super::Ring;
use crate::ids::TransferId;
use crate::models::transfers;
use crate::services::Services;

/// One statement for all. Without the mark there is one more ring, no more harm.
pub async fn mark(services: &Services, rings: &[Ring]) {
    let ids: Vec<TransferId> = rings
        .iter()
        .filter(|ring| !matches!(ring, Ring::Inquiry(_)))
        .map(|ring| ring.transfer())
        .collect();
    if ids.is_empty() {
        return;
    }
    let now = services.clock.now();
    let marked = services
        .db
        .write(move |tx| {
            Box::pin(async move {
                let rung = transfers::ActiveModel {
                    rung_at: Set(Some(now)),
                    ..Default::default()
                };
                transfers::Entity::update_many()
                    .set(rung)
                    .filter(transfers::Column::Id.is_in(ids))
                    .exec(tx)
                    .await?;
                Ok::<_, DbErr>(())
            })
        })
        .await;
    if let Err(error) = marked {
        tracing::warn!(%error, "what was rung could not be marked; it will be rung once more");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}
