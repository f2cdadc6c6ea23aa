//! Staff give money of a payment back: at once, or by asking a second person (`approvals.rs`) where it is over the limit or
//! a person decided that the payment was paid.
//!
//! The refund itself goes the way of every refund: `transfers/refund.rs` reserves its amount and makes it durable in this
//! transaction, the doorbell rings, a worker makes the one bank call. If the process dies …
//! - before the commit: nothing was promised, and the same dialog may be sent again;
//! - after the commit, before the ring or the answer: the sweeper finds the queued refund, and the dialog sent again
//!   answers with it. The bank was never called here.

use chrono::{DateTime, Utc};
use futures::FutureExt;
use sea_orm::sea_query::{Condition, Expr, ExprTrait, SimpleExpr};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QuerySelect, QueryTrait,
};
use serde_json::json;

use super::action::{self, Act, ActionError, Done};
use super::approvals;
use super::audit::{self, Record, Subject};
use crate::config::Settings;
use crate::fault;
use crate::ids::{Prefix, TransferId};
use crate::models::kinds::{Actor, EventType, StaffDeed, TransferState};
use crate::models::{transfer_events, transfers};
use crate::money::Won;
use crate::services::Services;
use crate::transfers::refund::{self, Caller, Wanted};

/// What the dialog of a refund asks for.
#[derive(Clone, Debug)]
pub struct Ask {
    pub payment_id: TransferId,
    pub amount: Won,
    /// What the member and the partner will read.
    pub description: String,
}

/// What came of it; also what the dialog's kept answer says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Given {
    Made(TransferId),
    /// A second person decides.
    Asked,
}

impl Given {
    const ASKED: &'static str = "asked";

    pub(super) fn answer(self) -> String {
        match self {
            Self::Made(id) => Prefix::Refund.show(id.0),
            Self::Asked => Self::ASKED.to_owned(),
        }
    }

    /// What an answer said.
    #[must_use]
    pub fn parse(answer: &str) -> Self {
        Prefix::Refund
            .parse(answer)
            .map_or(Self::Asked, |id| Self::Made(TransferId(id)))
    }
}

/// Makes the refund, or asks for it where it is over the limit or that there is anything to give back is a person's word.
///
/// # Errors
/// `VersionConflict`, `NotRefundable`, `RefundExceedsRemaining`, `OverCeiling`; `ApprovalWaiting` while a refund of this
/// payment waits for a second person; as [`action::once`].
pub async fn refund(services: &Services, act: Act, ask: Ask) -> Result<Done<Given>, ActionError> {
    let (now, settings) = (services.clock.now(), services.settings.clone());
    let amount = ask.amount.get().to_string();
    let filled_in = [amount.as_str(), ask.description.as_str()];
    let sending = act.sending(StaffDeed::RefundMade, ask.payment_id.0, filled_in);
    let request_id = act.by.request_id.clone();
    fault::point("refund.before_write");
    let done = action::once(services, sending, move |tx| {
        async move {
            let given = give(tx, &act, ask, &settings, now).await?;
            fault::point("refund.before_commit");
            Ok((given.answer(), given))
        }
        .boxed()
    });
    let done = done.await?;
    fault::point("refund.after_commit");
    if let Some(Given::Made(id)) = done.made {
        refund::promised(services, id, request_id);
    }
    fault::point("refund.before_answer");
    Ok(done)
}

async fn give(
    tx: &DatabaseTransaction,
    act: &Act,
    ask: Ask,
    settings: &Settings,
    now: DateTime<Utc>,
) -> Result<Given, ActionError> {
    let payment = action::as_seen(tx, ask.payment_id, act.version).await?;
    let amount = refund::agreed(&payment, Some(ask.amount), &settings.limits)?;
    if approvals::waiting_for(tx, payment.id).await?.is_some() {
        return Err(ActionError::ApprovalWaiting);
    }
    let given = given_by_staff(tx, payment.id).await?;
    let in_all = given.checked_add(amount);
    // A refund in two parts is as much money as one in one.
    let is_within = in_all.is_some_and(|in_all| in_all.get() <= settings.desk.refund_limit_won);
    let is_alone = is_within && !is_corrected(tx, payment.id).await?;
    if !is_alone {
        approvals::ask(tx, act, &payment, Ask { amount, ..ask }, now).await?;
        return Ok(Given::Asked);
    }
    let wanted = Wanted {
        id: TransferId::new(),
        amount,
        description: ask.description,
        request_id: act.by.request_id.clone(),
        caller: Caller::Staff(act.signature()),
    };
    let refund = refund::make(tx, &payment, wanted, now).await?;
    let detail = json!({ "refund_id": Prefix::Refund.show(refund.id.0), "amount": amount });
    let record = Record::of(StaffDeed::RefundMade, Subject::transfer(&payment), &act.reason).with(detail);
    audit::record(tx, &act.by, record, now).await?;
    Ok(Given::Made(refund.id))
}

/// What staff gave back of a payment until now, approved or not. A refund that failed gave nothing, where the bank said
/// so: the word of one person that it failed is not enough for the same person to give it once more. Indexes
/// `(payment_id)` and `(transfer_id, version)`.
async fn given_by_staff<C: ConnectionTrait>(db: &C, payment: TransferId) -> Result<Won, DbErr> {
    use transfers::Column;
    let gave_nothing = [TransferState::Failed, TransferState::Canceled, TransferState::Expired];
    let gave = Condition::any()
        .add(Column::State.is_not_in(gave_nothing))
        .add(has_event(transfer_events::Column::EventType.eq(EventType::Corrected)));
    let is_first = transfer_events::Column::Version.eq(1);
    let amounts: Vec<i64> = transfers::Entity::find()
        .select_only()
        .column(Column::AmountWon)
        .filter(Column::PaymentId.eq(payment))
        .filter(has_event(is_first.and(transfer_events::Column::Actor.eq(Actor::Staff))))
        .filter(gave)
        .into_tuple()
        .all(db)
        .await?;
    Ok(Won::new(amounts.into_iter().fold(0, i64::saturating_add)))
}

/// Whether a person decided how the payment ended. Their word that it was paid is not enough for the same person to give it
/// back: it may be that nothing was ever withdrawn. Index `(transfer_id, version)`.
async fn is_corrected<C: ConnectionTrait>(db: &C, payment: TransferId) -> Result<bool, DbErr> {
    let decided = transfer_events::Entity::find()
        .filter(transfer_events::Column::TransferId.eq(payment))
        .filter(transfer_events::Column::EventType.eq(EventType::Corrected));
    Ok(decided.one(db).await?.is_some())
}

/// Whether the history of a transfer has such an event.
fn has_event(such: SimpleExpr) -> SimpleExpr {
    let of_it = transfer_events::Entity::find()
        .select_only()
        .expr(Expr::val(1))
        .filter(
            Expr::col((transfer_events::Entity, transfer_events::Column::TransferId))
                .equals((transfers::Entity, transfers::Column::Id)),
        )
        .filter(such);
    Expr::exists(of_it.into_query())
}
