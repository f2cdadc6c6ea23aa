//! Showing the second factor: a code of the app or a recovery code, each taken once, counted as passwords are.
//!
//! If the process dies before the commit, the code is as good as it was and the session waits on. After it the code is taken
//! and the open session is there; a browser that never got its answer signs in again, with the next code.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter};
use serde_json::json;

use super::{FactorError, of, place, recovery};
use crate::desk::audit::{self, By, Record, Subject};
use crate::ids::{SessionId, UserId};
use crate::members::attempts::Trier;
use crate::members::devices::Device;
use crate::members::sessions::{self, NewSession, SignedIn};
use crate::models::kinds::StaffDeed;
use crate::models::sessions as session_rows;
use crate::models::staff_factors::{Column, Entity, Model};
use crate::security::totp::TotpSecret;
use crate::services::Services;

/// What somebody shows, as they typed it.
#[derive(Clone, Copy)]
pub enum Shown<'a> {
    Code(&'a str),
    RecoveryCode(&'a str),
}

/// What is to be taken.
enum Proof {
    /// A code of this step.
    Step(i64),
    /// By its hash.
    RecoveryCode(String),
}

struct Rows {
    from: SessionId,
    shown_hash: String,
    session: session_rows::Model,
    proof: Proof,
}

/// Opens a session in the place of the one that waits.
///
/// # Errors
/// [`FactorError`]; nothing is changed then, and a wrong code and one that was taken before look and count the same.
pub async fn show(
    services: &Services,
    who: &SignedIn,
    shown: Shown<'_>,
    device: Device,
    by: By,
) -> Result<NewSession, FactorError> {
    let (attempts, trier) = (&services.sign_ins.attempts, Trier::Factor(who.user.id));
    let now = services.clock.now();
    let found = of(services.db.read(), who.user.id).await?;
    let factor = found.ok_or(FactorError::NotEnrolled)?;
    attempts.begin(trier, now).await?;
    let proof = proof(services, &factor, shown, now)?;
    let (mut row, session) = sessions::new(services, who.user.clone(), device)?;
    row.factor_shown_at = Some(now);
    let rows = Rows {
        from: who.session.id,
        shown_hash: who.user.password_hash.clone(),
        session: row,
        proof,
    };
    services
        .db
        .write(move |tx| Box::pin(async move { write(tx, rows, &by).await }))
        .await?;
    attempts.was_right(trier).await;
    Ok(session)
}

fn proof(services: &Services, factor: &Model, shown: Shown<'_>, now: DateTime<Utc>) -> Result<Proof, FactorError> {
    match shown {
        Shown::Code(typed) => Ok(Proof::Step(step(services, factor, typed, now)?)),
        Shown::RecoveryCode(typed) => Ok(Proof::RecoveryCode(recovery::hash(&services.sealer, factor.id, typed)?)),
    }
}

/// The step that a typed code is of.
pub(super) fn step(services: &Services, factor: &Model, typed: &str, now: DateTime<Utc>) -> Result<i64, FactorError> {
    let text = services.sealer.open(place(factor.id), &factor.secret_sealed)?;
    let secret = TotpSecret::parse(&text).ok_or(FactorError::NotEnrolled)?;
    secret.step_of(typed, now).ok_or(FactorError::WrongCode)
}

async fn write(tx: &DatabaseTransaction, rows: Rows, by: &By) -> Result<(), FactorError> {
    let (user, now) = (rows.session.user_id, rows.session.created_at);
    if !sessions::replace(tx, rows.from, rows.session, &rows.shown_hash).await? {
        return Err(FactorError::SessionOver);
    }
    match rows.proof {
        Proof::Step(step) => take_step(tx, user, step).await,
        Proof::RecoveryCode(hash) => {
            if !recovery::take(tx, user, &hash, now).await? {
                return Err(FactorError::WrongCode);
            }
            let left = recovery::left(tx, user).await?;
            let used = Record::look(StaffDeed::RecoveryCodeUsed, Subject::staff(user));
            audit::record(tx, by, used.with(json!({ "left": left })), now).await?;
            Ok(())
        }
    }
}

/// A code is taken with all codes before it: of two who bring it at the same moment one is told so.
pub(super) async fn take_step(tx: &DatabaseTransaction, user: UserId, step: i64) -> Result<(), FactorError> {
    let taken = Entity::update_many()
        .col_expr(Column::LastStep, Expr::value(step))
        .filter(Column::Id.eq(user))
        .filter(Column::LastStep.lt(step))
        .exec(tx)
        .await?;
    if taken.rows_affected == 1 {
        Ok(())
    } else {
        Err(FactorError::WrongCode)
    }
}
