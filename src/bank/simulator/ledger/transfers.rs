//! Withdrawals and deposits: one look, one move, one record, one commit.

use chrono::TimeDelta;
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr};

use super::accounts::{self, Account, Party};
use super::received::{Note, Received, first_use, record};
use super::{DONE, Ledger, sql};
use crate::bank::Direction;
use crate::bank::nh::codes;
use crate::bank::simulator::magic::{Fate, PROCESSING_ANSWERS, Script, TAKEN_BACK_AFTER_MINUTES};
use crate::clock::kst_date;

/// What a caller asks for.
#[derive(Clone, Debug)]
pub(in crate::bank::simulator) struct Order {
    pub received: Received,
    pub direction: Direction,
    pub party: Party,
    pub amount_won: i64,
    pub memo: String,
    pub script: Script,
}

/// What the books made of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::bank::simulator) enum Verdict {
    /// The trace number was used today: nothing was done this time.
    Duplicate,
    /// The books themselves refuse, whatever the script says: no such account, or too little on it.
    Rejected(&'static str),
    /// The script refuses.
    Refused(&'static str),
    /// The script loses it: nothing moved, nothing is remembered of it but the call.
    Lost,
    Moved {
        won: i64,
    },
}

impl Order {
    /// The code that is true of this verdict.
    pub(in crate::bank::simulator) fn code(&self, verdict: Verdict) -> &'static str {
        match verdict {
            Verdict::Duplicate => codes::DUPLICATE_TRACE_NUMBER,
            Verdict::Rejected(code) => code,
            Verdict::Refused(code) => self.script.says.unwrap_or(code),
            Verdict::Lost | Verdict::Moved { .. } => self.script.says.unwrap_or(codes::SUCCESS),
        }
    }

    fn answer(&self, verdict: Verdict) -> String {
        let code = self.code(verdict);
        match verdict {
            Verdict::Duplicate | Verdict::Rejected(_) => code.to_owned(),
            _ => self.script.delivery.word(code),
        }
    }

    fn taken_back_at_ms(&self) -> Option<i64> {
        let at = self.received.at + TimeDelta::minutes(TAKEN_BACK_AFTER_MINUTES);
        (self.script.fate == Fate::MovedAndTakenBack).then(|| at.timestamp_millis())
    }
}

impl Ledger {
    /// Carries the order out, or refuses it. What it answers is durable.
    pub(in crate::bank::simulator) async fn transfer(&self, order: Order) -> Result<Verdict, DbErr> {
        let taken_back_at_ms = order.taken_back_at_ms();
        let verdict = self
            .db
            .write(|transaction| Box::pin(async move { carry_out(transaction, &order).await }))
            .await?;
        if let (Verdict::Moved { .. }, Some(at_ms)) = (verdict, taken_back_at_ms) {
            self.expect_cancellation(at_ms);
        }
        Ok(verdict)
    }
}

async fn carry_out(transaction: &DatabaseTransaction, order: &Order) -> Result<Verdict, DbErr> {
    let is_new = first_use(transaction, &order.received).await?.is_none();
    let account = account_of(transaction, order).await?;
    let verdict = match &account {
        _ if !is_new => Verdict::Duplicate,
        None => Verdict::Rejected(codes::FIN_ACCOUNT_INVALID),
        Some(account) => decide_and_move(transaction, order, account).await?,
    };
    let note = Note {
        account_id: account.map(|account| account.id),
        amount_won: Some(order.amount_won),
        memo: Some(order.memo.clone()),
        moves_money: true,
        answer: order.answer(verdict),
    };
    record(transaction, &order.received, is_new, note).await?;
    Ok(verdict)
}

/// A withdrawal needs an issued fin account; a deposit goes to any account number.
async fn account_of(transaction: &DatabaseTransaction, order: &Order) -> Result<Option<Account>, DbErr> {
    match &order.party {
        Party::FinAccount(_) => accounts::find(transaction, &order.party).await,
        Party::Number { bank_code, number } => {
            let account = accounts::find_or_open(transaction, bank_code, number).await?;
            Ok(Some(account))
        }
    }
}

async fn decide_and_move(
    transaction: &DatabaseTransaction,
    order: &Order,
    account: &Account,
) -> Result<Verdict, DbErr> {
    let moved_won = match order.script.fate {
        Fate::Lost => return Ok(Verdict::Lost),
        Fate::Refused(code) => {
            remember(transaction, order, account, code, 0).await?;
            return Ok(Verdict::Refused(code));
        }
        Fate::MovedOneWonLess => order.amount_won - 1,
        Fate::Moved | Fate::MovedAndTakenBack | Fate::MovedAndProcessing => order.amount_won,
    };
    let change_won = match order.direction {
        Direction::In => moved_won,
        Direction::Out => -moved_won,
    };
    let change = sql(
        "UPDATE accounts SET balance_won = balance_won + ?1 WHERE id = ?2 AND balance_won + ?1 >= 0",
        [change_won.into(), account.id.into()],
    );
    if transaction.execute_raw(change).await?.rows_affected() == 1 {
        remember(transaction, order, account, DONE, change_won).await?;
        Ok(Verdict::Moved { won: moved_won })
    } else {
        remember(transaction, order, account, codes::INSUFFICIENT_BALANCE, 0).await?;
        Ok(Verdict::Rejected(codes::INSUFFICIENT_BALANCE))
    }
}

async fn remember(
    transaction: &DatabaseTransaction,
    order: &Order,
    account: &Account,
    code: &str,
    change_won: i64,
) -> Result<(), DbErr> {
    let moved = code == DONE;
    let processing = match order.script.fate {
        Fate::MovedAndProcessing if moved => PROCESSING_ANSWERS,
        _ => 0,
    };
    let insert = sql(
        "INSERT INTO transactions (account_id, institution, date, trace, api, direction, asked_won, moved_won,
                                   balance_after, memo, code, at_ms, day, cancel_at_ms, processing_left)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            account.id.into(),
            order.received.institution.as_str().into(),
            order.received.date.as_str().into(),
            order.received.trace.as_str().into(),
            order.received.api.into(),
            direction_word(order.direction).into(),
            order.amount_won.into(),
            change_won.abs().into(),
            (account.balance_won + change_won).into(),
            order.memo.as_str().into(),
            code.into(),
            order.received.at.timestamp_millis().into(),
            kst_date(order.received.at).format("%Y%m%d").to_string().into(),
            order.taken_back_at_ms().filter(|_| moved).into(),
            processing.into(),
        ],
    );
    transaction.execute_raw(insert).await?;
    Ok(())
}

pub(super) const fn direction_word(direction: Direction) -> &'static str {
    match direction {
        Direction::In => "in",
        Direction::Out => "out",
    }
}
