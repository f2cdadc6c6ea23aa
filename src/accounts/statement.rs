//! The bank's own statement of an account for some days, asked for while the member waits. Its rows are stored nowhere.
//!
//! It only reads: one call a page, within one deadline, and so many pages at most.

use std::time::Duration;

use chrono::{DateTime, Days, Months, NaiveDate, Utc};
use tokio::time::{Instant, timeout_at};

use super::stop::{LinkStop, stop_of};
use super::{AccountRow, numbers};
use crate::bank::{Bank, Call, Outcome, StatementOrder, StatementQuery, StatementRow, UnknownReason};
use crate::cache::{Allowance, UsedUp};
use crate::models::kinds::AccountState;
use crate::security::sealed::SealError;
use crate::services::Services;

const ROWS_A_PAGE: u32 = 100;
/// More rows than these nobody reads on one page; a shorter period shows the others.
const PAGES: u32 = 5;
/// The bank's own limits.
const MONTHS_AT_ONCE: Months = Months::new(3);
const MONTHS_BACK: Months = Months::new(12);
/// Statements that one member may ask for within the window: the bank's turns are everybody's.
const ASKS: Allowance = Allowance {
    count: 30,
    window: Duration::from_mins(10),
};

/// First and last day in Korea, inclusive, as far as the bank goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    from: NaiveDate,
    to: NaiveDate,
}

/// Why the bank has no statement for such days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PeriodFault {
    Reversed,
    /// The last day is after today.
    InFuture,
    /// More than a year back.
    TooOld,
    /// More than three months.
    TooLong,
}

impl Period {
    /// # Errors
    /// [`PeriodFault`], the first that applies.
    pub fn new(from: NaiveDate, to: NaiveDate, today: NaiveDate) -> Result<Self, PeriodFault> {
        if from > to {
            Err(PeriodFault::Reversed)
        } else if to > today {
            Err(PeriodFault::InFuture)
        } else if from < first_day(today) {
            Err(PeriodFault::TooOld)
        } else if to.checked_sub_months(MONTHS_AT_ONCE).is_none_or(|limit| from < limit) {
            Err(PeriodFault::TooLong)
        } else {
            Ok(Self { from, to })
        }
    }

    /// Today and the six days before it.
    #[must_use]
    pub fn week(today: NaiveDate) -> Self {
        let from = today.checked_sub_days(Days::new(6)).unwrap_or(today);
        Self { from, to: today }
    }

    #[must_use]
    pub fn months(count: u32, today: NaiveDate) -> Self {
        let from = today.checked_sub_months(Months::new(count)).unwrap_or(today);
        Self { from, to: today }
    }

    #[must_use]
    pub const fn from(self) -> NaiveDate {
        self.from
    }

    #[must_use]
    pub const fn to(self) -> NaiveDate {
        self.to
    }
}

/// The first day of which the bank still tells.
#[must_use]
pub fn first_day(today: NaiveDate) -> NaiveDate {
    today.checked_sub_months(MONTHS_BACK).unwrap_or(today)
}

/// What the bank told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The newest first.
    pub rows: Vec<StatementRow>,
    pub at: DateTime<Utc>,
    /// Why older rows of the period are missing, if they are.
    pub cut: Option<Cut>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// There are more than we ask for at once.
    TooMany,
    /// The bank stopped answering on the way.
    Stopped,
}

/// Why there is no statement.
#[derive(Debug, thiserror::Error)]
pub enum NoStatement {
    #[error("the bank gave no statement: {}", .0.as_str())]
    Stopped(LinkStop),
    #[error("too many statements; the next one is possible in {} seconds", .0.wait.as_secs())]
    TooMany(UsedUp),
    /// Only the bank's issue proves whose an account is: a namesake who has no more than its number sees nothing of it.
    #[error("the account is not linked")]
    NotLinked,
    #[error("the account number cannot be opened")]
    Seal(#[from] SealError),
}

/// Asks the bank for the account's statement.
///
/// # Errors
/// [`NoStatement`]: no row at all could be had.
pub async fn read(services: &Services, account: &AccountRow, period: Period) -> Result<Statement, NoStatement> {
    if account.state != AccountState::Active {
        return Err(NoStatement::NotLinked);
    }
    let now = services.clock.now();
    let asks = format!("statements:{}", account.member_id.0.simple());
    services
        .cache
        .count(&asks, ASKS, now)
        .await
        .map_err(NoStatement::TooMany)?;
    if services.calendar.money_waits_until().is_some() {
        return Err(NoStatement::Stopped(LinkStop::OutsideServiceHours));
    }
    let mut query = StatementQuery {
        of: numbers::at_bank(&services.sealer, account)?,
        from: period.from,
        to: period.to,
        page: 1,
        per_page: ROWS_A_PAGE,
        order: StatementOrder::NewestFirst,
    };
    let deadline = Instant::now() + Duration::from_millis(services.settings.bank.inquiry_timeout_ms);
    let mut rows = Vec::new();
    let cut = loop {
        let call = Call::new(services.clock.now());
        let asked = timeout_at(deadline, services.bank.statement(&call, &query)).await;
        let outcome = asked.map_or(Outcome::Unknown(UnknownReason::TimedOut), |answer| answer.outcome);
        match outcome {
            Outcome::Succeeded(page) => {
                rows.extend(page.rows);
                if !page.has_more {
                    break None;
                }
                if query.page == PAGES {
                    break Some(Cut::TooMany);
                }
                query.page += 1;
            }
            no_page if query.page == 1 => return Err(NoStatement::Stopped(stop_of(&no_page))),
            _ => break Some(Cut::Stopped),
        }
    };
    Ok(Statement {
        rows,
        at: services.clock.now(),
        cut,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_period_is_as_long_and_as_old_as_the_bank_allows() {
        let today = day("2026-11-26");
        for (from, to, fault) in [
            ("2026-11-26", "2026-11-26", None),
            ("2026-08-26", "2026-11-26", None),
            ("2025-11-26", "2026-02-26", None),
            ("2025-11-30", "2026-02-28", None),
            ("2026-11-27", "2026-11-26", Some(PeriodFault::Reversed)),
            ("2026-11-26", "2026-11-27", Some(PeriodFault::InFuture)),
            ("2025-11-25", "2025-12-01", Some(PeriodFault::TooOld)),
            ("2026-08-25", "2026-11-26", Some(PeriodFault::TooLong)),
        ] {
            let read = Period::new(day(from), day(to), today);
            assert_eq!(read.err(), fault, "{from} to {to}");
        }
    }

    #[test]
    fn the_presets_are_periods_that_the_bank_takes() {
        for today in ["2026-11-26", "2026-05-31", "2028-02-29"].map(day) {
            for preset in [Period::week(today), Period::months(1, today), Period::months(3, today)] {
                assert_eq!(Period::new(preset.from(), preset.to(), today), Ok(preset));
            }
        }
    }
}
