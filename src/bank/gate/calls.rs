//! The bank behind the gate, as everybody calls it.

use std::future::Future;

use async_trait::async_trait;

use super::lane::Lane;
use super::turns::Watched;
use super::{CLIENT_SPEAKS_FIRST, Gate, without_record};
use crate::bank::{
    AccountAtBank, Answer, Balance, Bank, Call, CheckFinAccount, Deposit, FinAccountNumber, MoneyReceipt,
    NotSentReason, OpenFinAccount, Original, Outcome, RegisterNumber, StatementPage, StatementQuery, TransferResult,
    UnknownReason, Withdrawal,
};

/// Whether the bank answered, whatever it said; `NotSent` for want of a connection is no answer.
const fn is_answered<T>(outcome: &Outcome<T>) -> bool {
    match outcome {
        Outcome::Succeeded(_) | Outcome::Refused(_) => true,
        Outcome::NotSent(reason) => !matches!(reason, NotSentReason::ConnectFailed),
        Outcome::Unknown(_) => false,
    }
}

impl Gate {
    /// Makes any call but money's when it is its turn, and gets one within its deadline. `call` does nothing until then.
    async fn pass<T>(&self, lane: Lane, call: impl Future<Output = Answer<T>> + Send) -> Answer<T> {
        let held_back = || without_record(Outcome::NotSent(NotSentReason::GateClosed));
        if self.holds_reads() {
            self.turns.turn_away(lane);
            return held_back();
        }
        let deadline = self.limits().classes.get(lane).deadline;
        let begun = tokio::time::Instant::now();
        let Some(pass) = self.turns.wait(lane, Some(deadline)).await else {
            return held_back();
        };
        // Nobody's page waits for an inquiry: one that had to wait for its turn has its whole time all the same. Cut off after the
        // rest of it, it would be a call of the budget that says nothing.
        let begun = if lane == Lane::Inquiry {
            tokio::time::Instant::now()
        } else {
            begun
        };
        let last_moment = begun + deadline + CLIENT_SPEAKS_FIRST;
        // The breaker may have opened, or another may be trying the bank, while this one waited.
        let Some(watched) = Watched::begin(&self.turns, deadline) else {
            drop(pass);
            self.turns.turn_away(lane);
            return held_back();
        };
        let _pass = pass.begin();
        let Ok(answer) = tokio::time::timeout_at(last_moment, call).await else {
            // A part of its time may have gone by in our own queue: whether the bank failed is judged by what was left.
            drop(watched);
            return without_record(Outcome::Unknown(UnknownReason::TimedOut));
        };
        watched.ended(is_answered(&answer.outcome));
        answer
    }
}

#[async_trait]
impl Bank for Gate {
    async fn open_fin_account(&self, call: &Call, request: &OpenFinAccount) -> Answer<RegisterNumber> {
        self.pass(Lane::Link, self.bank.open_fin_account(call, request)).await
    }

    async fn check_fin_account(&self, call: &Call, request: &CheckFinAccount) -> Answer<FinAccountNumber> {
        self.pass(Lane::Link, self.bank.check_fin_account(call, request)).await
    }

    async fn balance(&self, call: &Call, fin_account: &FinAccountNumber) -> Answer<Balance> {
        self.pass(Lane::Balance, self.bank.balance(call, fin_account)).await
    }

    async fn withdraw(&self, call: &Call, request: &Withdrawal) -> Answer<MoneyReceipt> {
        self.withdraw_in(self.money_turn().await, call, request).await
    }

    async fn deposit(&self, call: &Call, request: &Deposit) -> Answer<MoneyReceipt> {
        self.deposit_in(self.money_turn().await, call, request).await
    }

    async fn inquire(&self, call: &Call, original: &Original) -> Answer<TransferResult> {
        self.pass(Lane::Inquiry, self.bank.inquire(call, original)).await
    }

    async fn holder_name(&self, call: &Call, account: &AccountAtBank) -> Answer<String> {
        self.pass(Lane::Link, self.bank.holder_name(call, account)).await
    }

    async fn statement(&self, call: &Call, query: &StatementQuery) -> Answer<StatementPage> {
        self.pass(Lane::Inquiry, self.bank.statement(call, query)).await
    }
}
