//! The end of a case: the bank is in good order again, the relay does what is due until nothing is, and then
//! everything is held against the bank's books.

use chrono::TimeDelta;
use naru::clock::kst_date;
use naru::models::kinds::{EventType, FailureCode, Mode, TransferState};
use naru::models::{bank_calls, partner_events, transfers};
use naru::transfers::find::{self, PartnerFilter};
use naru::transfers::{accept, timeline};
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter};

use super::books::Entry;
use super::model::{Answer, Kind, Operation, Request, Transfer};
use super::ops::{Job, What};
use super::run::Storm;
use super::world::BALANCE_WON;
use crate::support::people::ACCOUNT;

/// Looks until asking gives up, and a few for what a busy machine did not answer in time.
const ROUNDS: usize = 60;

impl Storm<'_> {
    pub async fn come_to_rest(&mut self) -> Result<(), String> {
        self.restart().await;
        self.world.set_mode("all", "ok").await;
        self.world.set_account(true).await;
        for _ in 0..ROUNDS {
            let Some(of) = self.model.transfers.iter().position(|transfer| !is_at_rest(transfer)) else {
                return self.judge_the_end().await;
            };
            if self.model.transfers[of].state() != TransferState::Queued {
                let by = self.until_due(of).unwrap_or_default();
                self.world.wait(by.max(TimeDelta::zero())).await;
            }
            let permit = self.work(&[Job { what: What::Due, of }]).await?;
            self.look(&permit).await?;
        }
        Err("it never comes to rest".to_owned())
    }

    async fn judge_the_end(&mut self) -> Result<(), String> {
        let entries = self.world.books.entries().await;
        for (of, transfer) in self.model.transfers.iter().enumerate() {
            self.world.count(format!("ended {}", transfer.state().as_str()));
            let entry = entries
                .iter()
                .find(|entry| transfer.row.trace_number.as_ref() == Some(&entry.trace));
            judge_end(transfer, entry).map_err(|broken| format!("#{of}: {broken}: {transfer:?}, {entry:?}"))?;
            self.judge_calls(transfer)
                .await
                .map_err(|broken| format!("#{of}: {broken}: {:?}", transfer.row))?;
            self.judge_news(transfer)
                .await
                .map_err(|broken| format!("#{of}: {broken}: {transfer:?}"))?;
            self.judge_findable(transfer)
                .await
                .map_err(|broken| format!("#{of}: {broken}: {:?}", transfer.row))?;
        }
        self.judge_money(&entries).await?;
        self.judge_limits()?;
        self.judge_nobody_else().await?;
        self.judge_desk().await?;
        self.judge_keys().await
    }

    /// One call that moves money for a transfer, in our journal and at the bank.
    async fn judge_calls(&self, transfer: &Transfer) -> Result<(), String> {
        let journal = timeline::bank_calls(self.services.db.read(), transfer.id).await;
        let journal = journal.expect("the database answers");
        let operation = if transfer.payment().is_none() {
            "withdraw"
        } else {
            "deposit"
        };
        let asks: Vec<_> = journal.iter().filter(|call| call.operation != "inquire").collect();
        ensure!(
            asks.iter().all(|call| call.operation == operation),
            "other calls than {operation}: {asks:?}"
        );
        ensure!(
            asks.len() == usize::from(transfer.row.trace_number.is_some()),
            "calls: {asks:?}"
        );
        let calls: Vec<&bank_calls::Model> = asks;
        if let Some(call) = calls.first() {
            let at_bank = self.world.books.calls(&call.trace_number).await;
            ensure!(at_bank <= 1, "the bank was called {at_bank} times");
            ensure!(
                transfer.row.trace_number.as_ref() == Some(&call.trace_number),
                "another trace: {call:?}"
            );
        }
        Ok(())
    }

    /// The partner is told once of each state, by the version that brought it.
    async fn judge_news(&self, transfer: &Transfer) -> Result<(), String> {
        let told = partner_events::Entity::find().filter(partner_events::Column::SubjectId.eq(transfer.id));
        let told = told.all(self.services.db.read()).await.expect("the database answers");
        let mut told: Vec<_> = told
            .iter()
            .map(|it| (it.version, it.previous_status.as_str()))
            .collect();
        let mut due: Vec<_> = transfer
            .history
            .windows(2)
            .filter(|pair| is_news(pair[1].event_type))
            .map(|pair| (pair[1].version, pair[0].state.as_str()))
            .collect();
        told.sort_by_key(|it| it.0);
        due.sort_by_key(|it| it.0);
        ensure!(told == due, "{due:?} was to be told, and {told:?} was");
        Ok(())
    }

    /// A partner that lost everything finds it by its id, its order and its key.
    async fn judge_findable(&self, transfer: &Transfer) -> Result<(), String> {
        let (db, shop) = (self.services.db.read(), (self.world.shop, Mode::Test));
        let Kind::Payment { order } = &transfer.kind else {
            let found = find::refund_of_partner(db, shop, transfer.id).await;
            ensure!(found.is_ok(), "not found by its id");
            return Ok(());
        };
        let found = find::payment_of_partner(db, shop, transfer.id).await;
        ensure!(found.is_ok(), "not found by its id");
        let filter = PartnerFilter {
            order_id: Some(order.clone()),
            ..PartnerFilter::default()
        };
        let of_order = find::payments_of_partner(db, shop, filter, 100)
            .await
            .expect("the database answers");
        ensure!(of_order.iter().any(|it| it.id == transfer.id), "not found by its order");
        let key = self.model.answers.iter().find(|(_, answer)| answer.id == transfer.id);
        let ((_, key), _) = key.ok_or("no key")?;
        let found = accept::by_key(&self.services, self.world.shop, key).await;
        ensure!(found.is_ok_and(|id| id == transfer.id), "not found by its key");
        Ok(())
    }

    /// Every won is where the books say, and no transfer of the bank's is a stranger to us.
    async fn judge_money(&self, entries: &[Entry]) -> Result<(), String> {
        for entry in entries {
            let of = |transfer: &Transfer| transfer.row.trace_number.as_ref() == Some(&entry.trace);
            ensure!(
                self.model.transfers.iter().any(of),
                "the bank moved money for nobody: {entry:?}"
            );
        }
        let summary = self.world.app.bank_get("/_sim/summary").await;
        ensure!(summary["duplicates"] == 0, "{summary}");
        ensure!(
            summary["max_calls_per_trace"].as_i64().is_some_and(|calls| calls <= 1),
            "{summary}"
        );
        let by_the_books: i64 = entries
            .iter()
            .filter(|it| it.moved() && !it.taken_back)
            .map(signed)
            .sum();
        let balance = self.world.books.balance(ACCOUNT).await;
        ensure!(
            balance == BALANCE_WON + by_the_books,
            "{balance} won, and the books moved {by_the_books}"
        );
        let by_the_states: i64 = self.model.transfers.iter().map(|it| by_its_state(it, entries)).sum();
        ensure!(
            by_the_states == by_the_books,
            "our states moved {by_the_states}, the bank {by_the_books}"
        );
        Ok(())
    }

    /// No Korean day took more than the mandate allows, unless a person found out that more had moved.
    fn judge_limits(&self) -> Result<(), String> {
        if self.model.transfers.iter().any(|transfer| transfer.corrected) {
            return Ok(());
        }
        for payment in &self.model.transfers {
            let used = self.model.used_on(kst_date(payment.created_at));
            ensure!(
                used <= self.model.daily_won,
                "{used} of {} on one day",
                self.model.daily_won
            );
        }
        Ok(())
    }

    /// No transfer came about that nobody was promised.
    async fn judge_nobody_else(&self) -> Result<(), String> {
        let ids: Vec<_> = self.model.transfers.iter().map(|transfer| transfer.id).collect();
        let ours = transfers::Column::MandateId
            .eq(self.mandate)
            .or(transfers::Column::PaymentId.is_in(ids.clone()));
        let count = transfers::Entity::find()
            .filter(ours)
            .count(self.services.db.read())
            .await;
        let count = count.expect("the database answers");
        ensure!(
            count == ids.len() as u64,
            "{count} transfers for {} promises",
            ids.len()
        );
        Ok(())
    }

    /// However late, the same key gives the same answer.
    async fn judge_keys(&mut self) -> Result<(), String> {
        let answers: Vec<(Operation, String, Answer)> = self
            .model
            .answers
            .iter()
            .map(|((of, key), answer)| (*of, key.clone(), answer.clone()))
            .collect();
        for (_, key, Answer { ask, .. }) in answers {
            self.ask(Request { key, ask }, None).await?;
        }
        Ok(())
    }
}

/// Nothing but a person moves it any more.
const fn is_at_rest(transfer: &Transfer) -> bool {
    matches!(transfer.state(), TransferState::NeedsReview) || transfer.is_final()
}

/// A state against the bank's books. What a person decided is theirs to answer for.
fn judge_end(transfer: &Transfer, entry: Option<&Entry>) -> Result<(), String> {
    use TransferState::{Canceled, Expired, Failed, NeedsReview, Succeeded};
    let moved = entry.is_some_and(Entry::moved);
    let (row, state) = (&transfer.row, transfer.state());
    if transfer.corrected {
        return Ok(());
    }
    match state {
        Succeeded => ensure!(moved, "the bank did not move it"),
        Failed => {
            ensure!(!moved, "the bank moved it");
            let failure = row.failure_code.ok_or("it failed for no reason")?;
            ensure!(is_reason(failure, entry), "that is not why");
        }
        Canceled | Expired => ensure!(entry.is_none() && row.trace_number.is_none(), "it was sent"),
        NeedsReview => ensure!(row.unknown_reason.is_some(), "a person is not told why"),
        _ => return Err(format!("it rests in {state:?}")),
    }
    Ok(())
}

/// Whether the bank's books bear a failure out.
fn is_reason(failure: FailureCode, entry: Option<&Entry>) -> bool {
    let code = entry.map(|entry| entry.code.as_str());
    match failure {
        FailureCode::InsufficientBalance => code == Some("00133"),
        FailureCode::AccountUnusable => code == Some("ZZ001"),
        FailureCode::OverBankLimit => code == Some("ZZ002"),
        FailureCode::NotSent | FailureCode::BankNeverReceived => code.is_none(),
        _ => false,
    }
}

/// What an entry did to the customer's account.
fn signed(entry: &Entry) -> i64 {
    if entry.direction == "in" {
        entry.moved_won
    } else {
        -entry.moved_won
    }
}

/// What a transfer did to the customer's account by its state alone; by the books where the state says that it does
/// not know, where a person spoke, or where the bank itself did something else later or otherwise than it said.
fn by_its_state(transfer: &Transfer, entries: &[Entry]) -> i64 {
    let entry = entries
        .iter()
        .find(|entry| transfer.row.trace_number.as_ref() == Some(&entry.trace));
    let bank_differs = entry.is_some_and(|it| it.taken_back || (it.moved() && it.moved_won != it.asked_won));
    if transfer.corrected || bank_differs || transfer.state() == TransferState::NeedsReview {
        return entry.filter(|it| it.moved() && !it.taken_back).map_or(0, signed);
    }
    match (transfer.state(), transfer.payment()) {
        (TransferState::Succeeded, None) => -transfer.won,
        (TransferState::Succeeded, Some(_)) => transfer.won,
        _ => 0,
    }
}

/// What a partner has use for.
const fn is_news(event: EventType) -> bool {
    use EventType as E;
    matches!(
        event,
        E::Succeeded
            | E::Failed
            | E::Unknown
            | E::NeedsReview
            | E::Canceled
            | E::Expired
            | E::RefundSucceeded
            | E::Corrected
    )
}
