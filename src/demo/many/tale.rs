//! One transfer with everything that belongs to it, told event by event under the rules of `transfers/state.rs`.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::dice::Dice;
use super::exchange::{Asking, Exchange};
use crate::bank;
use crate::clock::kst_date;
use crate::ids::{BankCallId, EventId, KeyId};
use crate::models::kinds::{Actor, EventType};
use crate::models::{bank_accounts, bank_calls, idempotency_keys, partner_events, transfer_events, transfers};
use crate::notifications::outbox;
use crate::transfers::TransferError;
use crate::transfers::idempotency::Operation;
use crate::transfers::state::{self, Change};

pub struct Tale<'a> {
    account: &'a bank_accounts::Model,
    pub transfer: transfers::Model,
    pub events: Vec<transfer_events::Model>,
    /// What its partner is told of it.
    pub news: Vec<partner_events::Model>,
    pub calls: Vec<bank_calls::Model>,
    pub key: idempotency_keys::Model,
    /// What the bank moved for it, where it did.
    pub moved_won: Option<i64>,
}

/// How a call to the bank ended.
pub struct Ending {
    pub outcome: &'static str,
    pub proof: &'static str,
    /// The bank's code, where it answered.
    pub code: Option<&'static str>,
    pub took: TimeDelta,
}

impl<'a> Tale<'a> {
    /// A transfer of an account that was just accepted under a key of its partner.
    pub fn accepted(
        (transfer, account): (transfers::Model, &'a bank_accounts::Model),
        (operation, key): (Operation, String),
        dice: &mut Dice,
    ) -> Result<Self, TransferError> {
        let at = transfer.created_at;
        let (transfer, event) = state::begun(transfer, EventId(dice.id(at)), Actor::Partner, &json!({}))?;
        let key = idempotency_keys::Model {
            id: KeyId(dice.id(at)),
            partner_id: transfer.partner_id,
            operation: operation.as_str().to_owned(),
            fingerprint: hex::encode(Sha256::digest(key.as_bytes())),
            idempotency_key: key,
            transfer_id: Some(transfer.id),
            status: 202,
            // Nobody reads the answer, and the key is not asked again.
            body: json!({}).to_string(),
            created_at: at,
        };
        Ok(Self {
            account,
            transfer,
            events: vec![event],
            news: Vec::new(),
            calls: Vec::new(),
            key,
            moved_won: None,
        })
    }

    /// When the last thing happened.
    pub const fn now(&self) -> DateTime<Utc> {
        self.transfer.updated_at
    }

    /// A change, as `transfers/state.rs` makes one. Further columns are the caller's, before it: what the partner is told is
    /// of the row after the change.
    pub fn happens(&mut self, change: &Change, at: DateTime<Utc>, dice: &mut Dice) -> Result<(), TransferError> {
        let event = state::event_of(&self.transfer, change, EventId(dice.id(at)), at)?;
        let previous = self.transfer.state;
        let transfer = &mut self.transfer;
        transfer.version = event.version;
        transfer.history_hash.clone_from(&event.hash);
        transfer.updated_at = event.at;
        transfer.state = event.state;
        if event.previous_state.is_some() && event.state.is_final() {
            transfer.settled_at = Some(event.at);
            transfer.open_order_key = None;
            transfer.next_check_at = None;
        }
        let told = outbox::row_of(
            transfer,
            self.account,
            (previous, event.event_type),
            (EventId(dice.id(event.at)), event.at),
        );
        self.news.extend(told?);
        self.events.push(event);
        Ok(())
    }

    /// A worker takes it. The call that follows has this trace number.
    pub fn claimed(&mut self, at: DateTime<Utc>, dice: &mut Dice) -> Result<(), TransferError> {
        let trace = bank::trace_number(at, dice.random());
        let change = Change::new(EventType::Claimed, Actor::Worker).detail(json!({ "trace_number": trace }));
        self.happens(&change, at, dice)?;
        self.transfer.trace_number = Some(trace.as_str().to_owned());
        self.transfer.trace_at = Some(at);
        self.transfer.executed_at = Some(at);
        Ok(())
    }

    /// The call that moves the money, begun when it was claimed; answers with its end.
    pub fn called(&mut self, exchange: &Exchange<'_>, ending: &Ending, dice: &mut Dice) -> DateTime<Utc> {
        let (operation, asking) = exchange.moving(&self.transfer);
        let trace = self.transfer.trace_number.clone().unwrap_or_default();
        self.call(exchange, (operation, &asking), (trace, self.now()), ending, dice)
    }

    /// A call that asks about it, at a moment.
    pub fn asked(
        &mut self,
        exchange: &Exchange<'_>,
        at: DateTime<Utc>,
        ending: &Ending,
        dice: &mut Dice,
    ) -> DateTime<Utc> {
        let trace = bank::trace_number(at, dice.random()).as_str().to_owned();
        let asking = exchange.asking(&self.transfer);
        self.transfer.checks += 1;
        self.call(exchange, ("inquire", &asking), (trace, at), ending, dice)
    }

    fn call(
        &mut self,
        exchange: &Exchange<'_>,
        (operation, asking): (&'static str, &Asking),
        (trace_number, at): (String, DateTime<Utc>),
        ending: &Ending,
        dice: &mut Dice,
    ) -> DateTime<Utc> {
        let ended_at = at + ending.took;
        let call = (trace_number.as_str(), at);
        let row = bank_calls::Model {
            id: BankCallId(dice.id(at)),
            transfer_id: Some(self.transfer.id),
            account_id: Some(self.transfer.account_id),
            operation: operation.to_owned(),
            trace_date: kst_date(at).format("%Y%m%d").to_string(),
            attempt: 1,
            started_at: at,
            ended_at: Some(ended_at),
            proof: Some(ending.proof.to_owned()),
            outcome: Some(ending.outcome.to_owned()),
            bank_code: ending.code.map(str::to_owned),
            http_status: ending.code.map(|_| 200),
            request: Some(exchange.request(asking, call)),
            response: ending.code.map(|code| exchange.response(asking, call, code)),
            trace_number,
        };
        self.calls.push(row);
        ended_at
    }
}

/// A text for a detail of an event.
pub fn words<const N: usize>(pairs: [(&str, &str); N]) -> Value {
    Value::Object(
        pairs
            .into_iter()
            .map(|(name, word)| (name.to_owned(), json!(word)))
            .collect(),
    )
}
