//! Transfers as a test wants them: copies of one that was made by the program, changed behind its back.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use naru::clock::kst_midnight;
use naru::ids::{Prefix, TransferId};
use naru::models::kinds::{FailureCode, TransferKind, TransferState};
use naru::models::transfers::{self, Model};
use sea_orm::{ActiveModelTrait, IntoActiveModel};
use uuid::Uuid;

use crate::api::payments::payment;
use crate::support::app::TestApp;

/// A transfer that copies are made of.
pub async fn original(app: &TestApp) -> Model {
    let (shop, mandate) = app.shop_with_mandate().await;
    let body = payment(&mandate, "order-1", 1_000);
    shop.api.post("/payments", "key-1", &body).await.expect(202);
    app.only_transfer().await
}

/// A copy of another id, changed.
pub async fn copy(app: &TestApp, original: &Model, change: impl FnOnce(&mut Model)) -> Model {
    let id = TransferId::new();
    let mut row = Model {
        id,
        short_code: Uuid::now_v7().simple().to_string()[12..].to_owned(),
        open_order_key: None,
        order_id: Some(format!("order-{}", id.0.simple())),
        ..original.clone()
    };
    change(&mut row);
    app.insert::<transfers::Entity>(row.clone().into_active_model().reset_all())
        .await;
    row
}

/// A copy in a state, accepted at a moment.
pub async fn copy_at(app: &TestApp, original: &Model, state: TransferState, at: DateTime<Utc>) -> Model {
    copy(app, original, |row| {
        row.state = state;
        row.failure_code = (state == TransferState::Failed).then_some(FailureCode::InsufficientBalance);
        row.created_at = at;
        row.updated_at = at;
    })
    .await
}

/// So many minutes after midnight in Korea on a day of November 2026.
pub fn korean(day: u32, minutes: i64) -> DateTime<Utc> {
    kst_midnight(NaiveDate::from_ymd_opt(2026, 11, day).expect("a day")) + TimeDelta::minutes(minutes)
}

/// The id as a page shows it.
pub fn shown(row: &Model) -> String {
    let prefix = match row.kind {
        TransferKind::Payment => Prefix::Payment,
        TransferKind::Refund => Prefix::Refund,
    };
    prefix.show(row.id.0)
}
