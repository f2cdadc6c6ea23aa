//! Takes the next queued transfer to the bank: a ring is worth one, whichever is next.

use std::pin::pin;

use sea_orm::EntityTrait;

use crate::fault;
use crate::ids::TransferId;
use crate::log;
use crate::models::transfers;
use crate::services::Services;
use crate::transfers::execute::{self, Begun};

/// What became of a ring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rang {
    /// One transfer was done for it.
    Over,
    /// There is none to do.
    Nothing,
    /// The bank had no turn, and nothing was begun.
    NoTurn,
}

/// Waits for the bank's turn, unless `over` comes first: then nothing was begun.
/// An error leaves its row as it is: queued and rung again, or executing until its lease is over.
pub async fn perform(services: &Services, rung: TransferId, over: impl Future<Output = ()>) -> Rang {
    let mut over = pin!(over);
    // A database that does not tell is asked again by the work itself.
    match transfers::Entity::find_by_id(rung).one(services.db.read()).await {
        Ok(Some(known)) => log::about(&known),
        Ok(None) => {
            fault::point("execute.nobody_knows_it");
            return Rang::Nothing;
        }
        Err(error) => tracing::debug!(%error, "the transfer of a ring could not be looked at"),
    }
    let turn = tokio::select! {
        biased;
        () = &mut over => return Rang::NoTurn,
        turn = services.bank.money_turn() => turn,
    };
    match execute::execute_next(services, turn).await {
        Ok(Begun::One(_)) => {
            services.webhooks.wake();
            Rang::Over
        }
        Ok(Begun::None) => Rang::Nothing,
        // The bank's maintenance began between the turn and the claim.
        Ok(Begun::Closed) => Rang::NoTurn,
        Err(error) => {
            tracing::error!(rung = %rung.0.simple(), %error, "a transfer could not be executed now");
            Rang::Over
        }
    }
}

/// Does what waits and was rung for in vain, one after another, while `is_idle`. A ring that was lost leaves its transfer to
/// the next one, and that one's to the one after: without this all would be late for as long as payments keep coming.
/// Begins nothing when `over` has come.
pub async fn perform_left_over(services: &Services, is_idle: impl Fn() -> bool, over: impl Future<Output = ()>) {
    let mut over = pin!(over);
    while is_idle() && !services.bank.is_closed() {
        let turn = tokio::select! {
            biased;
            () = &mut over => return,
            turn = services.bank.money_turn() => turn,
        };
        match execute::execute_next(services, turn).await {
            Ok(Begun::One(_)) => services.webhooks.wake(),
            Ok(Begun::None | Begun::Closed) => return,
            Err(error) => {
                tracing::error!(%error, "a transfer that was left over could not be executed now");
                return;
            }
        }
    }
}
