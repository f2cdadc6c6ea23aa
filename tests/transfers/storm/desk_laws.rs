//! What the desk must answer, told from the model alone, and what must be there of it at the end.

use naru::desk::action::ActionError;
use naru::ids::{DialogId, TransferId};
use naru::models::kinds::{ApprovalState, TransferState};
use naru::models::{desk_dialogs, refund_approvals, staff_audit};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};

use super::desk::{Does, Page, Waiting};
use super::expect::Refusal;
use super::run::Storm;
use super::world::ALONE_WON;

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Due {
    Done,
    /// Over what one person gives alone, or of what a person said was paid.
    Asked,
    /// The first answer again.
    Replayed(String),
    Refused(Why),
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Why {
    Transfer(Refusal),
    ApprovalWaiting,
    OwnAsk,
    NotTheAsker,
    Decided(ApprovalState),
    NotInquirable(TransferState),
    SentOtherwise,
}

impl Why {
    /// `None` for what is no refusal but a fault.
    pub(super) fn of(error: &ActionError) -> Option<Self> {
        Some(match error {
            ActionError::Transfer(error) => Self::Transfer(Refusal::of(error)?),
            ActionError::ApprovalWaiting => Self::ApprovalWaiting,
            ActionError::OwnAsk => Self::OwnAsk,
            ActionError::NotTheAsker => Self::NotTheAsker,
            ActionError::Decided { state } => Self::Decided(*state),
            ActionError::NotInquirable { state } => Self::NotInquirable(*state),
            ActionError::SentOtherwise => Self::SentOtherwise,
            _ => return None,
        })
    }
}

impl From<Refusal> for Why {
    fn from(refusal: Refusal) -> Self {
        Self::Transfer(refusal)
    }
}

impl Storm<'_> {
    pub(super) fn due(&self, page: &Page) -> Due {
        let known = self.desk.pages.iter().find(|known| known.dialog == page.dialog);
        if let Some((known, first)) = known.and_then(|known| Some((known, known.answer.as_ref()?))) {
            return if known.reason == page.reason {
                Due::Replayed(first.clone())
            } else {
                Due::Refused(Why::SentOtherwise)
            };
        }
        match self.judge_page(page) {
            Err(why) => Due::Refused(why),
            Ok(()) => match page.does {
                Does::Give { of, .. } if self.model.transfers[of].corrected => Due::Asked,
                Does::Give { of, won } if self.given_by_staff(of) + won > ALONE_WON => Due::Asked,
                _ => Due::Done,
            },
        }
    }

    fn judge_page(&self, page: &Page) -> Result<(), Why> {
        let of = self.locked_by(page.does);
        let (transfer, state) = (&self.model.transfers[of], self.model.transfers[of].state());
        if let Does::Approve(ask) | Does::Reject(ask) | Does::Withdraw(ask) = page.does
            && self.desk.asks[ask].state != ApprovalState::Waiting
        {
            return Err(Why::Decided(self.desk.asks[ask].state));
        }
        transfer.refuse_other_version(Some(page.version))?;
        match page.does {
            Does::Give { won, .. } => {
                self.refuse_amount(of, won)?;
                let is_waiting = |ask: &Waiting| ask.payment == of && ask.state == ApprovalState::Waiting;
                if self.desk.asks.iter().any(is_waiting) {
                    return Err(Why::ApprovalWaiting);
                }
            }
            Does::Approve(ask) if self.desk.asks[ask].asker == page.by => return Err(Why::OwnAsk),
            Does::Approve(ask) => self.refuse_amount(of, self.desk.asks[ask].won)?,
            Does::Withdraw(ask) if self.desk.asks[ask].asker != page.by => return Err(Why::NotTheAsker),
            Does::Reject(_) | Does::Withdraw(_) => {}
            Does::Cancel(_) if transfer.payment().is_some() || state != TransferState::Queued => {
                return Err(Refusal::NotCancelable { state }.into());
            }
            Does::AskBank(_) if state != TransferState::Unknown => return Err(Why::NotInquirable(state)),
            Does::Cancel(_) | Does::AskBank(_) => {}
        }
        Ok(())
    }

    fn refuse_amount(&self, of: usize, won: i64) -> Result<(), Refusal> {
        let (transfer, remaining_won) = (&self.model.transfers[of], self.model.remaining(of));
        if transfer.payment().is_some() || transfer.state() != TransferState::Succeeded {
            let state = transfer.state();
            return Err(Refusal::NotRefundable { state });
        }
        if won > 0 && won <= remaining_won {
            Ok(())
        } else {
            Err(Refusal::RefundExceedsRemaining { remaining_won })
        }
    }

    /// What staff gave back of a payment. Only the bank's own word that it failed counts as nothing.
    fn given_by_staff(&self, payment: usize) -> i64 {
        use TransferState::{Canceled, Expired, Failed};
        let of_it = self.desk.made.iter().map(|(refund, _)| &self.model.transfers[*refund]);
        of_it
            .filter(|refund| refund.payment() == Some(payment))
            .filter(|refund| refund.corrected || !matches!(refund.state(), Failed | Canceled | Expired))
            .map(|refund| refund.won)
            .sum()
    }

    /// At the end: each deed has its one row in the audit and its dialog, each ask stands as it was decided, and nobody
    /// gave more alone than one person may.
    pub async fn judge_desk(&self) -> Result<(), String> {
        let db = self.services.db.read();
        let done = self.desk.pages.iter().filter(|page| page.answer.is_some());
        let dialogs: Vec<DialogId> = done.map(|page| page.dialog).collect();
        let ids: Vec<TransferId> = self.model.transfers.iter().map(|transfer| transfer.id).collect();
        let kept = desk_dialogs::Entity::find().filter(desk_dialogs::Column::Id.is_in(dialogs.clone()));
        let kept = kept.count(db).await.expect("the database answers");
        let of_these = staff_audit::Column::SubjectId.is_in(ids.iter().map(|id| id.0));
        let audited = staff_audit::Entity::find().filter(of_these).count(db).await;
        let audited = audited.expect("the database answers");
        ensure!(
            (kept, audited) == (dialogs.len() as u64, dialogs.len() as u64),
            "{} deeds, {kept} dialogs and {audited} rows in the audit",
            dialogs.len()
        );
        let asks = refund_approvals::Entity::find().filter(refund_approvals::Column::PaymentId.is_in(ids));
        let asks = asks.all(db).await.expect("the database answers");
        ensure!(asks.len() == self.desk.asks.len(), "{asks:?}");
        for ask in &self.desk.asks {
            let row = asks.iter().find(|row| row.id == ask.id).ok_or("an ask is gone")?;
            let waits = row.waiting_payment_id.is_some();
            ensure!(
                (row.state, row.refund_id, waits) == (ask.state, ask.refund, ask.state == ApprovalState::Waiting),
                "{:?} was due: {row:?}",
                ask.state
            );
        }
        self.judge_alone()
    }

    fn judge_alone(&self) -> Result<(), String> {
        use TransferState::{Canceled, Expired, Failed};
        if self.model.transfers.iter().any(|transfer| transfer.corrected) {
            return Ok(());
        }
        for of in 0..self.model.transfers.len() {
            let alone = self.desk.made.iter().filter(|(_, is_alone)| *is_alone);
            let of_it = alone.map(|(refund, _)| &self.model.transfers[*refund]);
            let given: i64 = of_it
                .filter(|refund| refund.payment() == Some(of))
                .filter(|refund| !matches!(refund.state(), Failed | Canceled | Expired))
                .map(|refund| refund.won)
                .sum();
            ensure!(given <= ALONE_WON, "#{of}: {given} won were given back alone");
        }
        Ok(())
    }
}
