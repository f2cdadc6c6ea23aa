//! What a partner is told of its payments, refunds, mandates and checkouts: one row for each event, with a snapshot, written in the
//! transaction that makes the change. So there is news exactly of what is true, also when the process dies.

use chrono::{DateTime, Utc};
use sea_orm::{ActiveModelTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel};
use uuid::Uuid;

use crate::ids::{EventId, PartnerId};
use crate::models::kinds::{
    CheckoutStatus, EventType, MandateStatus, Mode, PartnerEventType, TransferKind, TransferState,
};
use crate::models::{bank_accounts, checkouts, mandates, partner_events, transfers};
use crate::transfers::TransferError;
use crate::views::api::{CheckoutBody, MandateBody, PaymentBody, RefundBody};
use crate::views::i18n::Language;

/// The language of messages within a snapshot: a row is written once, whoever reads it.
const LANGUAGE: Language = Language::Ko;

/// Keeps the news of a change for the partner, when it is one. `transfer` is the row after the change.
///
/// # Errors
/// The database's own; `NotFound` when the account of a payment is missing.
pub async fn record<C: ConnectionTrait>(
    tx: &C,
    transfer: &transfers::Model,
    previous: TransferState,
    event: EventType,
    at: DateTime<Utc>,
) -> Result<(), TransferError> {
    let Some(event_type) = told_as(transfer, event) else {
        return Ok(());
    };
    let account = match transfer.kind {
        TransferKind::Payment => bank_accounts::Entity::find_by_id(transfer.account_id).one(tx).await?,
        // What is told of a refund names none.
        TransferKind::Refund => None,
    };
    let news = News::of(transfer, account.as_ref(), event_type, previous)?;
    Ok(keep(tx, news, at).await?)
}

/// The row that [`record`] keeps of a change, for one that was made up for a trial. `account` is the transfer's.
///
/// # Errors
/// When the stored metadata is not what we stored.
pub fn row_of(
    transfer: &transfers::Model,
    account: &bank_accounts::Model,
    (previous, event): (TransferState, EventType),
    (id, at): (EventId, DateTime<Utc>),
) -> Result<Option<partner_events::Model>, TransferError> {
    let Some(event_type) = told_as(transfer, event) else {
        return Ok(None);
    };
    let news = News::of(transfer, Some(account), event_type, previous)?;
    Ok(Some(news.row(id, at)))
}

/// One event, as it is kept.
struct News {
    partner_id: PartnerId,
    mode: Mode,
    subject_id: Uuid,
    /// What is told in order.
    group_id: Uuid,
    version: i64,
    event_type: PartnerEventType,
    previous_status: &'static str,
    snapshot: String,
}

impl News {
    fn of(
        transfer: &transfers::Model,
        account: Option<&bank_accounts::Model>,
        event_type: PartnerEventType,
        previous: TransferState,
    ) -> Result<Self, TransferError> {
        Ok(Self {
            partner_id: transfer.partner_id,
            mode: transfer.mode,
            subject_id: transfer.id.0,
            group_id: transfer.payment_id.unwrap_or(transfer.id).0,
            version: transfer.version,
            event_type,
            previous_status: previous.as_str(),
            snapshot: snapshot(transfer, account)?,
        })
    }

    fn row(self, id: EventId, at: DateTime<Utc>) -> partner_events::Model {
        partner_events::Model {
            id,
            partner_id: self.partner_id,
            // It gets its place after its commit.
            seq: None,
            mode: self.mode,
            subject_id: self.subject_id,
            group_id: self.group_id,
            version: self.version,
            event_type: self.event_type,
            previous_status: self.previous_status.to_owned(),
            snapshot: self.snapshot,
            created_at: at,
        }
    }
}

async fn keep<C: ConnectionTrait>(tx: &C, news: News, at: DateTime<Utc>) -> Result<(), DbErr> {
    // `into_active_model` marks values as unchanged; an insert needs them all.
    let row = news.row(EventId::new(), at).into_active_model().reset_all();
    partner_events::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// Keeps the news that a mandate was approved, or ended. `mandate` is the row after the change.
///
/// # Errors
/// The database's own.
pub async fn record_mandate<C: ConnectionTrait>(
    tx: &C,
    mandate: &mandates::Model,
    previous: MandateStatus,
    at: DateTime<Utc>,
) -> Result<(), DbErr> {
    let event_type = match mandate.status {
        MandateStatus::Pending => return Ok(()),
        MandateStatus::Active => PartnerEventType::MandateActivated,
        MandateStatus::Revoked => PartnerEventType::MandateRevoked,
    };
    let account = mandate.account(tx).await?;
    let body = MandateBody::new(mandate, account.as_ref());
    let news = News {
        partner_id: mandate.partner_id,
        mode: mandate.mode,
        subject_id: mandate.id.0,
        group_id: mandate.id.0,
        version: mandate.version,
        event_type,
        previous_status: previous.as_str(),
        snapshot: serde_json::to_string(&body).map_err(|error| DbErr::Json(error.to_string()))?,
    };
    keep(tx, news, at).await
}

/// Keeps the news that a checkout was completed, or expired. `checkout` is the row after the change; before, it was open.
///
/// # Errors
/// The database's own.
pub async fn record_checkout<C: ConnectionTrait>(
    tx: &C,
    checkout: &checkouts::Model,
    at: DateTime<Utc>,
) -> Result<(), DbErr> {
    let event_type = match checkout.status {
        CheckoutStatus::Open => return Ok(()),
        CheckoutStatus::Completed => PartnerEventType::CheckoutCompleted,
        CheckoutStatus::Expired => PartnerEventType::CheckoutExpired,
    };
    let body = CheckoutBody::new(checkout).and_then(|body| serde_json::to_string(&body));
    let news = News {
        partner_id: checkout.partner_id,
        mode: checkout.mode,
        subject_id: checkout.id.0,
        group_id: checkout.id.0,
        version: checkout.version,
        event_type,
        previous_status: CheckoutStatus::Open.as_str(),
        snapshot: body.map_err(|error| DbErr::Json(error.to_string()))?,
    };
    keep(tx, news, at).await
}

/// The partner's word for an event; `None` for what is of no use to it.
fn told_as(transfer: &transfers::Model, event: EventType) -> Option<PartnerEventType> {
    use PartnerEventType as Told;
    Some(match (transfer.kind, event) {
        (TransferKind::Payment, EventType::Succeeded) => Told::PaymentSucceeded,
        (TransferKind::Payment, EventType::Failed) => Told::PaymentFailed,
        (TransferKind::Payment, EventType::Unknown) => Told::PaymentUnknown,
        (TransferKind::Payment, EventType::NeedsReview) => Told::PaymentNeedsReview,
        (TransferKind::Payment, EventType::Canceled) => Told::PaymentCanceled,
        (TransferKind::Payment, EventType::Expired) => Told::PaymentExpired,
        (TransferKind::Payment, EventType::RefundSucceeded) => Told::PaymentRefunded,
        (TransferKind::Payment, EventType::Corrected) => Told::PaymentCorrected,
        (TransferKind::Refund, EventType::Succeeded) => Told::RefundSucceeded,
        (TransferKind::Refund, EventType::Failed) => Told::RefundFailed,
        (TransferKind::Refund, EventType::Unknown) => Told::RefundUnknown,
        (TransferKind::Refund, EventType::NeedsReview) => Told::RefundNeedsReview,
        // A corrected refund is told by how it ended.
        (TransferKind::Refund, EventType::Corrected) => match transfer.state {
            TransferState::Succeeded => Told::RefundSucceeded,
            _ => Told::RefundFailed,
        },
        _ => return None,
    })
}

fn snapshot(transfer: &transfers::Model, account: Option<&bank_accounts::Model>) -> Result<String, TransferError> {
    let snapshot = match transfer.kind {
        TransferKind::Payment => {
            let account = account.ok_or(TransferError::NotFound)?;
            serde_json::to_string(&PaymentBody::new(transfer, account, LANGUAGE)?)?
        }
        TransferKind::Refund => serde_json::to_string(&RefundBody::new(transfer, LANGUAGE))?,
    };
    Ok(snapshot)
}
