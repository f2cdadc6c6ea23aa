//! What was told of payments that were made up for a trial: events with their places, deliveries and attempts, as
//! `sequence` and `deliver` leave them behind.

use sea_orm::{DatabaseTransaction, DbErr};

use super::sequence::{end_at, last_place};
use crate::db::rows;
use crate::models::{partner_events, webhook_attempts, webhook_deliveries};

/// An event with all that was told of it. Its place comes when it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    pub event: partner_events::Model,
    pub deliveries: Vec<Delivery>,
}

/// A delivery with its attempts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    pub row: webhook_deliveries::Model,
    pub attempts: Vec<webhook_attempts::Model>,
}

/// Writes them in this order, each at the next place in the order of all.
///
/// # Errors
/// The database's own.
pub async fn fill(tx: &DatabaseTransaction, told: Vec<Told>) -> Result<(), DbErr> {
    let mut last = last_place(tx).await?;
    let (mut events, mut deliveries, mut attempts) = (Vec::new(), Vec::new(), Vec::new());
    for one in told {
        last += 1;
        for delivery in one.deliveries {
            deliveries.push(webhook_deliveries::Model {
                seq: last,
                ..delivery.row
            });
            attempts.extend(delivery.attempts);
        }
        events.push(partner_events::Model {
            seq: Some(last),
            ..one.event
        });
    }
    rows::insert::<partner_events::Entity>(tx, events).await?;
    rows::insert::<webhook_deliveries::Entity>(tx, deliveries).await?;
    rows::insert::<webhook_attempts::Entity>(tx, attempts).await?;
    end_at(tx, last).await
}
