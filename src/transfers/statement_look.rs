//! A look at an account's statement, for a bank that does not tell what became of a single transfer: the row is known by
//! the short code that its passbook text carries, its direction, its amount and its day.
//!
//! Reads only, one bank call a page, each committed before it is made. If the process dies in here the transfer is
//! unknown still and its next look is planned already.

use chrono::{DateTime, Days, Utc};
use futures::FutureExt;
use sea_orm::DbErr;

use super::TransferError;
use super::inquire::Evidence;
use crate::bank::{
    AccountAtBank, Answer, Bank, Call, Direction, NotSentReason, Outcome, StatementOrder, StatementPage,
    StatementQuery, StatementRow, journal,
};
use crate::clock::kst_date;
use crate::ids::BankCallId;
use crate::models::kinds::TransferKind;
use crate::models::transfers;
use crate::services::Services;

const ROWS_A_PAGE: u32 = 100;
/// An account with more rows on two days than these is for a person.
const PAGES: u32 = 20;

/// Reads the statement of the transfer's day and the next, which is where the bank books what it did at midnight.
/// `first` is the call that the plan of this look committed. `None`: the bank had no turn for it.
///
/// # Errors
/// The database's own.
pub(super) async fn look(
    services: &Services,
    transfer: &transfers::Model,
    trace_at: DateTime<Utc>,
    account: AccountAtBank,
    first: (Call, BankCallId),
) -> Result<Option<Evidence>, TransferError> {
    let from = kst_date(trace_at);
    let to = from.checked_add_days(Days::new(1)).unwrap_or(from);
    let mut query = StatementQuery {
        of: account,
        from,
        to: to.min(kst_date(services.clock.now())),
        page: 1,
        per_page: ROWS_A_PAGE,
        order: StatementOrder::OldestFirst,
    };
    let (mut call, mut call_id) = first;
    let mut ours = Vec::new();
    loop {
        let answer = services.bank.statement(&call, &query).await;
        finish(services, call_id, &answer).await?;
        let page = match answer.outcome {
            Outcome::Succeeded(page) => page,
            Outcome::NotSent(NotSentReason::GateClosed) if query.page == 1 => return Ok(None),
            // A part of a statement proves nothing.
            _ => return Ok(Some(Evidence::Silent)),
        };
        ours.extend(
            page.rows
                .into_iter()
                .filter(|row| row.memo.contains(&transfer.short_code)),
        );
        if !page.has_more {
            return Ok(Some(judge(transfer, &ours)));
        }
        if query.page == PAGES {
            return Ok(Some(Evidence::Silent));
        }
        query.page += 1;
        (call, call_id) = start(services, transfer).await?;
    }
}

async fn start(services: &Services, transfer: &transfers::Model) -> Result<(Call, BankCallId), TransferError> {
    let call = Call::new(services.clock.now());
    let (id, account) = (transfer.id, transfer.account_id);
    services
        .db
        .write(move |tx| {
            async move {
                let new = journal::NewCall {
                    transfer_id: Some(id),
                    account_id: Some(account),
                    operation: "statement",
                    call: &call,
                };
                let call_id = journal::start(tx, new).await?;
                Ok((call, call_id))
            }
            .boxed()
        })
        .await
}

async fn finish(services: &Services, call_id: BankCallId, answer: &Answer<StatementPage>) -> Result<(), TransferError> {
    let (now, answer) = (services.clock.now(), answer.clone());
    services
        .db
        .write(move |tx| async move { journal::finish(tx, call_id, now, &answer).await }.boxed())
        .await
        .map_err(|error: DbErr| error.into())
}

/// What the rows with the transfer's own code prove.
fn judge(transfer: &transfers::Model, rows: &[StatementRow]) -> Evidence {
    let direction = match transfer.kind {
        TransferKind::Payment => Direction::Out,
        TransferKind::Refund => Direction::In,
    };
    match rows {
        [] => Evidence::NoSuchTransaction,
        [row] if row.direction != direction => Evidence::Disagrees("other_direction"),
        [row] if row.amount.get() != transfer.amount_won => Evidence::Disagrees("other_amount"),
        [row] if row.canceled => Evidence::Disagrees("taken_back"),
        [_] => Evidence::Moved,
        _ => Evidence::Disagrees("found_twice"),
    }
}

#[cfg(test)]
mod tests {
    use chrono::{NaiveDate, NaiveTime};

    use super::*;
    use crate::ids::{AccountId, PartnerId, UserId};
    use crate::money::Won;
    use crate::transfers::policy::{Parties, queued};

    fn transfer(kind: TransferKind) -> transfers::Model {
        let parties = Parties {
            partner_id: PartnerId::new(),
            member_id: UserId::new(),
            account_id: AccountId::new(),
        };
        queued(kind, Won::new(12_300), DateTime::UNIX_EPOCH, parties)
    }

    fn row() -> StatementRow {
        StatementRow {
            date: NaiveDate::MIN,
            time: NaiveTime::MIN,
            direction: Direction::Out,
            amount: Won::new(12_300),
            balance_after: Won::ZERO,
            canceled: false,
            memo: String::new(),
            bank_number: String::new(),
        }
    }

    #[test]
    fn rule_6_one_row_that_is_the_transfer_is_proof_and_any_other_is_for_a_person() {
        let changed = |change: fn(&mut StatementRow)| {
            let mut row = row();
            change(&mut row);
            row
        };
        let payment = transfer(TransferKind::Payment);
        for (rows, evidence) in [
            (vec![], Evidence::NoSuchTransaction),
            (vec![row()], Evidence::Moved),
            (vec![row(), row()], Evidence::Disagrees("found_twice")),
            (
                vec![changed(|row| row.amount = Won::new(12_299))],
                Evidence::Disagrees("other_amount"),
            ),
            (
                vec![changed(|row| row.direction = Direction::In)],
                Evidence::Disagrees("other_direction"),
            ),
            (
                vec![changed(|row| row.canceled = true)],
                Evidence::Disagrees("taken_back"),
            ),
        ] {
            assert_eq!(judge(&payment, &rows), evidence, "{rows:?}");
        }
        assert_eq!(
            judge(&transfer(TransferKind::Refund), &[row()]),
            Evidence::Disagrees("other_direction")
        );
    }
}
