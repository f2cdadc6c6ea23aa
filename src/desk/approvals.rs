//! A refund that one of staff does not give alone waits for a second person: another one than the asker approves it, and it
//! is made; or it is rejected, or the asker takes it back.
//!
//! Nothing is reserved while it waits: no money was promised yet, and a question that lies for days must not keep the
//! partner from refunding its own customer. What is left is looked at again when it is approved, and so is who the two are:
//! the money goes at the word of two who may say it at that moment. All of these lock the payment first, so two decisions at
//! once see each other; one ask waits for each payment at most, by a unique index.
//!
//! If the process dies before the commit of any of them, it did not happen; after the commit of an approval the refund is
//! durable, and the sweeper finds it.

use chrono::{DateTime, Utc};
use futures::FutureExt;
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use serde_json::json;

use super::action::{self, Act, ActionError, Done};
use super::audit::{self, Record, Subject};
use super::refunds::{Ask, Given};
use super::roles::Permission;
use crate::fault;
use crate::ids::{ApprovalId, Prefix, TransferId, UserId};
use crate::models::kinds::{ApprovalState, StaffDeed};
use crate::models::refund_approvals::{ActiveModel, Column, Entity, Model};
use crate::models::{transfers, users};
use crate::money::Won;
use crate::services::Services;
use crate::transfers::TransferError;
use crate::transfers::find;
use crate::transfers::refund::{self, Caller, Wanted};

/// An ask, by the payment that it stands under.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    pub payment_id: TransferId,
    pub id: ApprovalId,
}

/// The ask, as a part of the transaction that agreed on it. `payment` is locked.
///
/// # Errors
/// The database's own.
pub(super) async fn ask(
    tx: &DatabaseTransaction,
    act: &Act,
    payment: &transfers::Model,
    ask: Ask,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let row = ActiveModel {
        id: Set(ApprovalId::new()),
        payment_id: Set(payment.id),
        waiting_payment_id: Set(Some(payment.id)),
        state: Set(ApprovalState::Waiting),
        amount_won: Set(ask.amount.get()),
        description: Set(ask.description),
        asker_id: Set(act.by.staff),
        reason: Set(act.reason.clone()),
        created_at: Set(now),
        decider_id: Set(None),
        decision_reason: Set(None),
        decided_at: Set(None),
        refund_id: Set(None),
    };
    Entity::insert(row).exec_without_returning(tx).await?;
    let record = Record::of(StaffDeed::RefundAsked, Subject::transfer(payment), &act.reason)
        .with(json!({ "amount": ask.amount }));
    audit::record(tx, &act.by, record, now).await
}

/// Makes the refund that waits.
///
/// # Errors
/// `NotFound`, `OwnAsk`, `AskerGone`, `MayNotApprove`, `Decided`, `VersionConflict` of the payment; `NotRefundable` and
/// `RefundExceedsRemaining` where it changed since it was asked for; as [`action::once`].
pub async fn approve(services: &Services, act: Act, asked: Asked) -> Result<Done<TransferId>, ActionError> {
    let (now, limits) = (services.clock.now(), services.settings.limits.clone());
    let sending = act.sending(StaffDeed::RefundApproved, asked.id.0, []);
    let request_id = act.by.request_id.clone();
    fault::point("refund.before_write");
    let done = action::once(services, sending, move |tx| {
        async move {
            let (payment, asked) = waiting_as_seen(tx, asked, &act).await?;
            must_be_two(tx, asked.asker_id, act.by.staff).await?;
            let wanted = Wanted {
                id: TransferId::new(),
                amount: refund::agreed(&payment, Some(Won::new(asked.amount_won)), &limits)?,
                description: asked.description.clone(),
                request_id: act.by.request_id.clone(),
                caller: Caller::Staff(json!({
                    "id": act.by.staff, "reason": act.reason, "asked_by": asked.asker_id,
                })),
            };
            let made = refund::make(tx, &payment, wanted, now).await?;
            let decision = Decision::Approved(made.id);
            decide(tx, &act, (&payment, &asked), decision, now).await?;
            fault::point("refund.before_commit");
            Ok((Given::Made(made.id).answer(), made.id))
        }
        .boxed()
    });
    let done = done.await?;
    fault::point("refund.after_commit");
    if let Some(refund) = done.made {
        refund::promised(services, refund, request_id);
    }
    fault::point("refund.before_answer");
    Ok(done)
}

/// The two whose word it is. What the request was let in with may be over by now, and so may be what the asker asked with.
async fn must_be_two(tx: &DatabaseTransaction, asker: UserId, approver: UserId) -> Result<(), ActionError> {
    if asker == approver {
        return Err(ActionError::OwnAsk);
    }
    if !may(tx, asker, Permission::Refund).await? {
        return Err(ActionError::AskerGone);
    }
    if !may(tx, approver, Permission::ApproveRefunds).await? {
        return Err(ActionError::MayNotApprove);
    }
    Ok(())
}

/// Whether somebody works here in a role that allows it. Their row is locked: whoever is let out, or gets another role, waits
/// for this or is seen by it. SQLite ignores the lock: it has one writer.
async fn may(tx: &DatabaseTransaction, staff: UserId, permission: Permission) -> Result<bool, DbErr> {
    let found = users::Entity::find_by_id(staff).lock_shared().one(tx).await?;
    Ok(found.is_some_and(|user| user.withdrawn_at.is_none() && user.role.may(permission)))
}

/// Says no to the refund that waits. Whether `act.by` may is for the caller to check.
///
/// # Errors
/// `NotFound`, `Decided`, `VersionConflict` of the payment; as [`action::once`].
pub async fn reject(services: &Services, act: Act, asked: Asked) -> Result<Done<()>, ActionError> {
    let now = services.clock.now();
    let sending = act.sending(StaffDeed::RefundRejected, asked.id.0, []);
    let done = action::once(services, sending, move |tx| {
        async move {
            let (payment, asked) = waiting_as_seen(tx, asked, &act).await?;
            decide(tx, &act, (&payment, &asked), Decision::Rejected, now).await?;
            Ok((ApprovalState::Rejected.as_str().to_owned(), ()))
        }
        .boxed()
    });
    done.await
}

/// Takes the asker's own ask back.
///
/// # Errors
/// `NotFound`, `NotTheAsker`, `Decided`, `VersionConflict` of the payment; as [`action::once`].
pub async fn withdraw(services: &Services, act: Act, asked: Asked) -> Result<Done<()>, ActionError> {
    let now = services.clock.now();
    let sending = act.sending(StaffDeed::RefundWithdrawn, asked.id.0, []);
    let done = action::once(services, sending, move |tx| {
        async move {
            let (payment, asked) = waiting_as_seen(tx, asked, &act).await?;
            if asked.asker_id != act.by.staff {
                return Err(ActionError::NotTheAsker);
            }
            decide(tx, &act, (&payment, &asked), Decision::Withdrawn, now).await?;
            Ok((ApprovalState::Withdrawn.as_str().to_owned(), ()))
        }
        .boxed()
    });
    done.await
}

/// What was decided of an ask.
#[derive(Clone, Copy, Debug)]
enum Decision {
    Approved(TransferId),
    Rejected,
    Withdrawn,
}

impl Decision {
    const fn state(self) -> (ApprovalState, StaffDeed) {
        match self {
            Self::Approved(_) => (ApprovalState::Approved, StaffDeed::RefundApproved),
            Self::Rejected => (ApprovalState::Rejected, StaffDeed::RefundRejected),
            Self::Withdrawn => (ApprovalState::Withdrawn, StaffDeed::RefundWithdrawn),
        }
    }

    const fn refund(self) -> Option<TransferId> {
        match self {
            Self::Approved(refund) => Some(refund),
            Self::Rejected | Self::Withdrawn => None,
        }
    }
}

/// The payment, locked and as it was seen, with the ask that waits on it. A decided ask says so before anything else: what
/// it made is why the payment changed.
async fn waiting_as_seen(
    tx: &DatabaseTransaction,
    Asked { payment_id, id }: Asked,
    act: &Act,
) -> Result<(transfers::Model, Model), ActionError> {
    let payment = find::lock(tx, payment_id).await?;
    let asked = Entity::find_by_id(id)
        .filter(Column::PaymentId.eq(payment_id))
        .one(tx)
        .await?
        .ok_or(TransferError::NotFound)?;
    if asked.state != ApprovalState::Waiting {
        return Err(ActionError::Decided { state: asked.state });
    }
    refund::must_be_at(&payment, Some(act.version))?;
    Ok((payment, asked))
}

async fn decide(
    tx: &DatabaseTransaction,
    act: &Act,
    (payment, asked): (&transfers::Model, &Model),
    decision: Decision,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let (state, deed) = decision.state();
    let row = ActiveModel {
        id: Set(asked.id),
        waiting_payment_id: Set(None),
        state: Set(state),
        decider_id: Set(Some(act.by.staff)),
        decision_reason: Set(Some(act.reason.clone())),
        decided_at: Set(Some(now)),
        refund_id: Set(decision.refund()),
        ..Default::default()
    };
    Entity::update(row).exec(tx).await?;
    let refund = decision.refund().map(|refund| Prefix::Refund.show(refund.0));
    let detail = json!({ "refund_id": refund, "amount": asked.amount_won, "asked_by": asked.asker_id });
    let record = Record::of(deed, Subject::transfer(payment), &act.reason).with(detail);
    audit::record(tx, &act.by, record, now).await
}

/// The ask that waits on a payment. Index `(waiting_payment_id)`.
///
/// # Errors
/// The database's own.
pub async fn waiting_for<C: ConnectionTrait>(db: &C, payment: TransferId) -> Result<Option<Model>, DbErr> {
    Entity::find()
        .filter(Column::WaitingPaymentId.eq(payment))
        .one(db)
        .await
}

/// The last ask of a payment, however it stands. Index `(payment_id, created_at, id)`.
///
/// # Errors
/// The database's own.
pub async fn last_of<C: ConnectionTrait>(db: &C, payment: TransferId) -> Result<Option<Model>, DbErr> {
    Entity::find()
        .filter(Column::PaymentId.eq(payment))
        .order_by_desc(Column::CreatedAt)
        .order_by_desc(Column::Id)
        .one(db)
        .await
}
