//! A bank whose calls are timed, from the moment that they are made to their answer or to the end of our patience. The
//! wait for the bank's turn is not in it.

use std::sync::Arc;
use std::time::Instant;

use async_trait::async_trait;

use super::{
    AccountAtBank, Answer, Balance, Bank, Call, CheckFinAccount, Deposit, FinAccountNumber, MoneyReceipt,
    OpenFinAccount, Original, RegisterNumber, StatementPage, StatementQuery, TransferResult, Withdrawal, journal,
};
use crate::metrics::Metrics;

/// The bank under it does the work.
pub struct Timed {
    bank: Arc<dyn Bank>,
    metrics: Metrics,
}

/// One call. Whoever ended it before its answer does not know what came of it.
struct Timing<'a> {
    metrics: &'a Metrics,
    operation: &'static str,
    outcome: &'static str,
    begun: Instant,
}

impl Drop for Timing<'_> {
    fn drop(&mut self) {
        self.metrics
            .bank_called(self.operation, self.outcome, self.begun.elapsed());
    }
}

impl Timed {
    #[must_use]
    pub const fn new(bank: Arc<dyn Bank>, metrics: Metrics) -> Self {
        Self { bank, metrics }
    }

    async fn time<T>(&self, operation: &'static str, call: impl Future<Output = Answer<T>> + Send) -> Answer<T> {
        let mut timing = Timing {
            metrics: &self.metrics,
            operation,
            outcome: "unknown",
            begun: Instant::now(),
        };
        let answer = call.await;
        timing.outcome = journal::outcome_word(&answer.outcome);
        answer
    }
}

#[async_trait]
impl Bank for Timed {
    async fn open_fin_account(&self, call: &Call, request: &OpenFinAccount) -> Answer<RegisterNumber> {
        self.time("open_fin_account", self.bank.open_fin_account(call, request))
            .await
    }

    async fn check_fin_account(&self, call: &Call, request: &CheckFinAccount) -> Answer<FinAccountNumber> {
        self.time("check_fin_account", self.bank.check_fin_account(call, request))
            .await
    }

    async fn balance(&self, call: &Call, fin_account: &FinAccountNumber) -> Answer<Balance> {
        self.time("balance", self.bank.balance(call, fin_account)).await
    }

    async fn withdraw(&self, call: &Call, request: &Withdrawal) -> Answer<MoneyReceipt> {
        self.time("withdraw", self.bank.withdraw(call, request)).await
    }

    async fn deposit(&self, call: &Call, request: &Deposit) -> Answer<MoneyReceipt> {
        self.time("deposit", self.bank.deposit(call, request)).await
    }

    async fn inquire(&self, call: &Call, original: &Original) -> Answer<TransferResult> {
        self.time("inquire", self.bank.inquire(call, original)).await
    }

    async fn holder_name(&self, call: &Call, account: &AccountAtBank) -> Answer<String> {
        self.time("holder_name", self.bank.holder_name(call, account)).await
    }

    async fn statement(&self, call: &Call, query: &StatementQuery) -> Answer<StatementPage> {
        self.time("statement", self.bank.statement(call, query)).await
    }
}
