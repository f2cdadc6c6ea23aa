//! What a caller on the line could say: facts of one payment in the midst of the history, read from its database.

use chrono::TimeDelta;
use naru::clock::kst_date;
use naru::ids::Prefix;
use naru::models::kinds::{Role, TransferKind, TransferState};
use naru::models::transfers::Column;
use naru::models::{transfers, users};
use sea_orm::{ColumnTrait, Database, DatabaseConnection, EntityTrait, QueryFilter, QueryOrder};

use crate::Failed;

/// How long before the end the payment was made.
const AGO: TimeDelta = TimeDelta::days(40);

pub struct Facts {
    pub payment: String,
    pub refund: String,
    pub order: String,
    pub trace: String,
    pub request: String,
    pub name: String,
    pub email: String,
    pub phone_tail: String,
    pub account: String,
    /// Grouped by thousands.
    pub amount: String,
    pub day: String,
    /// A Korean month before the last payment.
    pub month: (String, String),
    pub partner: String,
}

pub async fn facts(database: &str) -> Result<Facts, Failed> {
    let db = Database::connect(database.replace("mode=rwc", "mode=ro")).await?;
    let last = first(&db, TransferKind::Payment, None).await?;
    let around = last.created_at - AGO;
    let payment = first(&db, TransferKind::Payment, Some(around)).await?;
    let refund = first(&db, TransferKind::Refund, Some(around)).await?;
    let member = users::Entity::find_by_id(payment.member_id).one(&db).await?;
    let member = member
        .filter(|user| user.role == Role::Member)
        .ok_or("the payment has no member")?;
    // Members of a history are numbered, and their numbers follow from that.
    let number: u64 = member
        .email
        .chars()
        .filter(char::is_ascii_digit)
        .collect::<String>()
        .parse()?;
    let digits = 20_000_000 + (number - 1) * 10;
    Ok(Facts {
        payment: Prefix::Payment.show(payment.id.0),
        refund: Prefix::Refund.show(refund.id.0),
        order: payment.order_id.clone().unwrap_or_default(),
        trace: payment.trace_number.clone().unwrap_or_default(),
        request: payment.request_id.as_ref().map(ToString::to_string).unwrap_or_default(),
        name: member.name,
        email: member.email,
        phone_tail: format!("{:04}", digits % 10_000),
        account: format!("30260{digits:08}"),
        amount: naru::money::Won::new(payment.amount_won).to_string(),
        day: kst_date(payment.created_at).to_string(),
        month: (
            kst_date(around - TimeDelta::days(30)).to_string(),
            kst_date(around).to_string(),
        ),
        partner: payment.partner_id.0.simple().to_string(),
    })
}

/// The newest that succeeded before a moment.
async fn first(
    db: &DatabaseConnection,
    kind: TransferKind,
    before: Option<chrono::DateTime<chrono::Utc>>,
) -> Result<transfers::Model, Failed> {
    let mut query = transfers::Entity::find()
        .filter(Column::Kind.eq(kind))
        .filter(Column::State.eq(TransferState::Succeeded));
    if let Some(before) = before {
        query = query.filter(Column::CreatedAt.lt(before));
    }
    // Of the history, not of the demo beside it.
    query = query.filter(Column::OrderId.like("ORD-%"));
    let found = query
        .order_by_desc(Column::CreatedAt)
        .order_by_desc(Column::Id)
        .one(db)
        .await?;
    found.ok_or_else(|| "the history is empty".into())
}
