//! The gate before the bank: so many calls at once, so many in any second, money before everything else, and nothing in
//! its maintenance. `docs/decisions-bank.md` tells why it is so.
//!
//! A call waits for its turn here and is then made once. For everything but money the waiting counts towards the
//! call's deadline: no turn by then is `NotSent(GateClosed)`, no answer by then `Unknown(TimedOut)`. Money waits as
//! long as it takes and then has its whole deadline; a transfer takes its [`MoneyTurn`] before it is claimed, so that
//! what waits here is still queued, and can still be canceled.

mod breaker;
mod calls;
pub mod lane;
mod lanes;
pub mod limits;
mod pace;
mod turns;

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use self::breaker::Breaker;
pub use self::breaker::BreakerWord;
use self::lane::{ByLane, Lane};
use self::limits::BankLimits;
pub use self::pace::REACHES;
use self::turns::{Pass, Turns};
use super::calendar::Calendar;
use super::{Answer, Bank, Call, Deposit, Exchange, MoneyReceipt, Outcome, UnknownReason, Withdrawal};
use crate::config::BankSettings;

/// The client under the gate has the same deadline, begun a moment later, and knows more of a call that it ends
/// itself: the gate leaves it this much time to do so.
const CLIENT_SPEAKS_FIRST: Duration = Duration::from_millis(250);

/// A bank behind a gate. Clones share it.
#[derive(Clone)]
pub struct Gate {
    bank: Arc<dyn Bank>,
    turns: Arc<Turns>,
}

/// What goes on at the gate at this moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Load {
    /// Calls that are being made.
    pub running: usize,
    /// Calls that wait for their turn.
    pub waiting: usize,
}

/// All that can be seen of a gate at this moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sight {
    /// Of this process.
    pub limits: BankLimits,
    /// Waiting and running.
    pub calls: ByLane<(usize, usize)>,
    /// Calls that got no turn since the start.
    pub turned_away: ByLane<u64>,
    pub breaker: BreakerWord,
}

impl Gate {
    /// The gate of a bank that never sleeps, with all that the configuration allows.
    #[must_use]
    pub fn new(bank: Arc<dyn Bank>, settings: &BankSettings) -> Self {
        Self::by_calendar(bank, settings, None)
    }

    /// A gate that lets nothing through in the maintenance of this calendar.
    #[must_use]
    pub fn by_calendar(bank: Arc<dyn Bank>, settings: &BankSettings, calendar: Option<Calendar>) -> Self {
        let pause = Duration::from_millis(settings.breaker_pause_ms);
        let breaker = Breaker::new(settings.breaker_failures, pause);
        Self {
            bank,
            turns: Turns::new(BankLimits::configured(settings), breaker, calendar),
        }
    }

    /// From now on these limits hold, until that moment; after it nothing goes through.
    pub fn set(&self, limits: BankLimits, good_until: Option<Instant>) {
        self.turns.state().lanes.set(limits, good_until);
        self.turns.let_through();
    }

    /// From now on no more than these limits; what was less stays.
    pub fn use_at_most(&self, limits: BankLimits) {
        self.turns.state().lanes.use_at_most(limits);
    }

    /// From now on nothing goes through, until other limits are [`set`](Self::set). Answers until when what was made counts.
    pub fn shut(&self) -> Option<Instant> {
        let now = Instant::now();
        let mut state = self.turns.state();
        let limits = *state.lanes.limits();
        state.lanes.set(limits, Some(now));
        state.lanes.counts_until(now)
    }

    /// The limits that hold in this process.
    #[must_use]
    pub fn limits(&self) -> BankLimits {
        *self.turns.state().lanes.limits()
    }

    /// Waits, as long as it takes, for the right to move money once.
    pub async fn money_turn(&self) -> MoneyTurn {
        loop {
            if let Some(pass) = self.turns.wait(Lane::Money, None).await {
                return MoneyTurn(pass);
            }
        }
    }

    /// As [`Bank::withdraw`], in a turn that was waited for already.
    pub async fn withdraw_in(&self, turn: MoneyTurn, call: &Call, request: &Withdrawal) -> Answer<MoneyReceipt> {
        self.move_money(turn, self.bank.withdraw(call, request)).await
    }

    /// As [`Bank::deposit`], in a turn that was waited for already.
    pub async fn deposit_in(&self, turn: MoneyTurn, call: &Call, request: &Deposit) -> Answer<MoneyReceipt> {
        self.move_money(turn, self.bank.deposit(call, request)).await
    }

    async fn move_money(
        &self,
        turn: MoneyTurn,
        call: impl Future<Output = Answer<MoneyReceipt>> + Send,
    ) -> Answer<MoneyReceipt> {
        let deadline = self.limits().classes.money.deadline + CLIENT_SPEAKS_FIRST;
        let _pass = turn.0.begin();
        tokio::time::timeout(deadline, call)
            .await
            .unwrap_or_else(|_| without_record(Outcome::Unknown(UnknownReason::TimedOut)))
    }

    /// Whether a read would be turned away now: the breaker is open, or the bank in maintenance.
    #[must_use]
    pub fn holds_reads(&self) -> bool {
        self.turns.is_closed() || self.turns.state().breaker.is_shut(Instant::now())
    }

    /// Whether money waits for the end of a maintenance.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.turns.is_closed()
    }

    /// Whether the time has ended for which this process may call the bank.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.turns.state().lanes.is_over(Instant::now())
    }

    #[must_use]
    pub fn load(&self) -> Load {
        let state = self.turns.state();
        Load {
            running: state.lanes.count_running(),
            waiting: state.lanes.count_waiting(),
        }
    }

    #[must_use]
    pub fn sight(&self) -> Sight {
        let state = self.turns.state();
        Sight {
            limits: *state.lanes.limits(),
            calls: state.lanes.counts(),
            turned_away: state.turned_away,
            breaker: state.breaker.word(Instant::now()),
        }
    }
}

const fn without_record<T>(outcome: Outcome<T>) -> Answer<T> {
    Answer {
        outcome,
        exchange: Exchange {
            request: String::new(),
            response: None,
            http_status: None,
        },
    }
}

/// The right to make one call that moves money; given back when dropped. One that was not used is not counted.
pub struct MoneyTurn(Pass);
