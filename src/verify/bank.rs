//! Our books against the simulated bank's, both ways: each transfer against what was booked for it, each move against
//! our calls.

use std::collections::HashSet;

use sea_orm::{ColumnTrait, DatabaseConnection, EntityTrait, QueryFilter, QuerySelect};

use super::VerifyError;
use super::finding::Finding;
use super::flaw::Flaw;
use super::ledger::{Booked, Ledger};
use super::report::{BankSays, Moves, Report};
use crate::models::bank_calls;
use crate::models::kinds::{TransferKind, TransferState};
use crate::models::transfers;

/// Moves of one read.
const PAGE: u64 = 500;

/// A transfer against what the bank booked for it. What is not decided yet may be either way.
pub fn check(row: &transfers::Model, booked: Option<&Booked>) -> Option<Flaw> {
    use TransferState::{Executing, NeedsReview, Succeeded, Unknown};
    let direction = match row.kind {
        TransferKind::Payment => "out",
        TransferKind::Refund => "in",
    };
    match (row.state, booked.filter(|booked| booked.has_moved())) {
        (Executing | Unknown | NeedsReview, _) => None,
        (Succeeded, None) => Some(Flaw::BankMovedNothing),
        (Succeeded, Some(booked)) if booked.canceled => Some(Flaw::BankTookBack {
            moved_won: booked.moved_won,
        }),
        (Succeeded, Some(booked)) if booked.moved_won == row.amount_won && booked.direction == direction => None,
        (Succeeded, Some(booked)) => Some(Flaw::BankMovedOther {
            moved_won: booked.moved_won,
            direction: booked.direction.clone(),
        }),
        (state, Some(booked)) if !booked.canceled => Some(Flaw::BankMovedAnyway {
            state,
            moved_won: booked.moved_won,
        }),
        _ => None,
    }
}

/// What the bank's books say of a transfer that is not decided yet.
pub fn told(booked: Option<&Booked>) -> BankSays {
    match booked {
        None => BankSays::Nothing,
        Some(booked) if !booked.has_moved() => BankSays::Refused {
            code: booked.code.clone(),
        },
        Some(booked) if booked.canceled => BankSays::TookBack {
            moved_won: booked.moved_won,
        },
        Some(booked) => BankSays::Moved {
            moved_won: booked.moved_won,
        },
    }
}

/// All moves for us against our calls, of which each was committed before the bank could book anything for it.
///
/// # Errors
/// When the database or the bank does not answer.
pub async fn find_unasked(db: &DatabaseConnection, ledger: &Ledger, report: &mut Report) -> Result<Moves, VerifyError> {
    let (mut after, mut moves) = (0, Moves::default());
    loop {
        let mut booked = ledger.after(after, PAGE).await?;
        let Some(last) = booked.last() else { return Ok(moves) };
        after = last.id;
        booked.retain(|booked| booked.has_moved() && ledger.is_ours(booked));
        let known: Vec<(String, String)> = bank_calls::Entity::find()
            .select_only()
            .columns([bank_calls::Column::TraceNumber, bank_calls::Column::TraceDate])
            .filter(bank_calls::Column::TraceNumber.is_in(booked.iter().map(|booked| booked.trace.as_str())))
            .into_tuple()
            .all(db)
            .await?;
        let known: HashSet<(String, String)> = known.into_iter().collect();
        for booked in booked {
            moves.add(&booked);
            let (trace, date) = (booked.trace, booked.date);
            if !known.contains(&(trace.clone(), date)) {
                let flaw = Flaw::BankMovedUnasked {
                    moved_won: booked.moved_won,
                    direction: booked.direction,
                };
                report.add(Finding { of: trace, flaw });
            }
        }
    }
}
