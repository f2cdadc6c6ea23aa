//! What callers on the line could say: facts of payments from all over the history, read from its database.

use chrono::{DateTime, TimeDelta, Utc};
use naru::clock::kst_date;
use naru::ids::Prefix;
use naru::models::kinds::{Role, TransferKind, TransferState};
use naru::models::transfers::Column;
use naru::models::{transfers, users};
use sea_orm::{ColumnTrait, Database, DatabaseConnection, EntityTrait, QueryFilter, QueryOrder};

use crate::Failed;

/// The first caller speaks of a payment that was made so long before the last one, each next one of an earlier one.
const FIRST_AGO: TimeDelta = TimeDelta::days(2);
/// The last one's is nearly a year old.
const YEAR: TimeDelta = TimeDelta::days(360);
const MONTH: TimeDelta = TimeDelta::days(30);

/// What one caller could say.
pub struct Facts {
    pub row: transfers::Model,
    pub payment: String,
    pub refund: String,
    /// The end of the payment's id, as a list shows it.
    pub id_end: String,
    pub short_code: String,
    pub order: String,
    pub trace: String,
    pub request: String,
    pub member: String,
    pub name: String,
    pub email: String,
    pub phone: String,
    pub phone_tail: String,
    pub account: String,
    /// Grouped by thousands.
    pub amount: String,
    pub day: String,
    /// A Korean month until that day.
    pub month: (String, String),
    /// The most days that the overview shows, until that day.
    pub quarter: (String, String),
    pub partner: String,
    pub partner_id: String,
}

/// The facts of so many callers.
pub async fn facts(database: &str, callers: usize) -> Result<Vec<Facts>, Failed> {
    let db = Database::connect(database.replace("mode=rwc", "mode=ro")).await?;
    let last = first(&db, TransferKind::Payment, None).await?.created_at;
    let step = (YEAR - FIRST_AGO) / i32::try_from(callers.max(1))?;
    let mut all = Vec::with_capacity(callers);
    let mut at = last - FIRST_AGO;
    for _ in 0..callers {
        all.push(facts_of(&db, at).await?);
        at -= step;
    }
    Ok(all)
}

async fn facts_of(db: &DatabaseConnection, before: DateTime<Utc>) -> Result<Facts, Failed> {
    let payment = first(db, TransferKind::Payment, Some(before)).await?;
    // The first weeks of a small history have none yet.
    let refund = match first(db, TransferKind::Refund, Some(before)).await {
        Ok(refund) => refund,
        Err(_) => first(db, TransferKind::Refund, None).await?,
    };
    let member = users::Entity::find_by_id(payment.member_id).one(db).await?;
    let member = member
        .filter(|user| user.role == Role::Member)
        .ok_or("the payment has no member")?;
    // Members of a history are numbered, and their numbers follow from that.
    let digits: String = member.email.chars().filter(char::is_ascii_digit).collect();
    let digits = 20_000_000 + (digits.parse::<u64>()? - 1) * 10;
    let day = |ago: TimeDelta| kst_date(payment.created_at - ago).to_string();
    let simple = payment.id.0.simple().to_string();
    Ok(Facts {
        id_end: simple.get(24..).unwrap_or_default().to_owned(),
        payment: Prefix::Payment.show(payment.id.0),
        refund: Prefix::Refund.show(refund.id.0),
        short_code: payment.short_code.clone(),
        order: payment.order_id.clone().unwrap_or_default(),
        trace: payment.trace_number.clone().unwrap_or_default(),
        request: payment.request_id.as_ref().map(ToString::to_string).unwrap_or_default(),
        member: Prefix::Member.show(member.id.0),
        name: member.name,
        email: member.email,
        phone: format!("010{digits:08}"),
        phone_tail: format!("{:04}", digits % 10_000),
        account: format!("30260{digits:08}"),
        amount: naru::money::Won::new(payment.amount_won).to_string(),
        day: day(TimeDelta::zero()),
        month: (day(MONTH), day(TimeDelta::zero())),
        quarter: (day(TimeDelta::days(91)), day(TimeDelta::zero())),
        partner: payment.partner_id.0.simple().to_string(),
        partner_id: Prefix::Partner.show(payment.partner_id.0),
        row: payment,
    })
}

/// The newest that succeeded before a moment.
async fn first(
    db: &DatabaseConnection,
    kind: TransferKind,
    before: Option<DateTime<Utc>>,
) -> Result<transfers::Model, Failed> {
    let mut query = transfers::Entity::find()
        .filter(Column::Kind.eq(kind))
        .filter(Column::State.eq(TransferState::Succeeded))
        // Of the history, not of the demo beside it.
        .filter(Column::OrderId.like("ORD-%"));
    if let Some(before) = before {
        query = query.filter(Column::CreatedAt.lt(before));
    }
    let found = query
        .order_by_desc(Column::CreatedAt)
        .order_by_desc(Column::Id)
        .one(db)
        .await?;
    found.ok_or_else(|| "the history is empty".into())
}
