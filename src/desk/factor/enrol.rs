//! Enrolling a second factor: a new secret goes into an app, and the app's first code proves that it is there.
//!
//! Until then the secret is nowhere but in the browser, sealed for this one session. If the process dies before the commit,
//! nothing is enrolled and the same secret may be tried again. After it the factor is there and the session is open, whether
//! or not its answer arrived; recovery codes that nobody saw are replaced by new ones.

use sea_orm::{ActiveModelTrait, DatabaseTransaction, DbErr, EntityTrait, IntoActiveModel, SqlErr};

use super::recovery::{self, RecoveryCodes};
use super::{FactorError, of, place};
use crate::desk::audit::{self, By, Record, Subject};
use crate::ids::SessionId;
use crate::members::devices::Device;
use crate::members::sessions::{self, NewSession, SignedIn};
use crate::models::kinds::StaffDeed;
use crate::models::{sessions as session_rows, staff_factors, staff_recovery_codes};
use crate::security::sealed::{Place, SealError, Sealer};
use crate::security::totp::TotpSecret;
use crate::services::Services;

/// What somebody enrols.
pub struct Enrolment<'a> {
    pub who: &'a SignedIn,
    pub secret: TotpSecret,
    /// Of the app that has the secret now.
    pub code: &'a str,
    pub device: Device,
}

/// What came of it. The codes are to be shown now, and never again.
pub struct Enrolled {
    pub session: NewSession,
    pub codes: RecoveryCodes,
}

/// A secret that is about to be enrolled, as the browser keeps it.
///
/// # Errors
/// When it cannot be sealed.
pub fn seal(sealer: &Sealer, session: SessionId, secret: &TotpSecret) -> Result<String, SealError> {
    sealer.seal(waiting(session), &secret.to_text())
}

/// The secret that the browser brought; `None` when it is of another session or not ours.
#[must_use]
pub fn open(sealer: &Sealer, session: SessionId, sealed: &str) -> Option<TotpSecret> {
    TotpSecret::parse(&sealer.open(waiting(session), sealed).ok()?)
}

const fn waiting(session: SessionId) -> Place {
    Place {
        column: "staff_factors.enrolling",
        row: session.0,
    }
}

/// All rows of an enrolment.
struct Rows {
    from: SessionId,
    /// Of the password that the session was begun with.
    shown_hash: String,
    session: session_rows::Model,
    factor: staff_factors::Model,
    codes: Vec<staff_recovery_codes::Model>,
}

/// Enrols the secret when the code is right, and opens a session in the place of this one.
///
/// # Errors
/// [`FactorError`]; nothing is changed then. A wrong code is not counted: who enrols has the secret.
pub async fn enrol(services: &Services, wanted: Enrolment<'_>, by: By) -> Result<Enrolled, FactorError> {
    let (now, who) = (services.clock.now(), wanted.who);
    let step = wanted.secret.step_of(wanted.code, now).ok_or(FactorError::WrongCode)?;
    let user = who.user.id;
    let (mut row, session) = sessions::new(services, who.user.clone(), wanted.device)?;
    row.factor_shown_at = Some(now);
    let (codes, code_rows) = recovery::make(&services.sealer, user, now)?;
    let rows = Rows {
        from: who.session.id,
        shown_hash: who.user.password_hash.clone(),
        session: row,
        factor: staff_factors::Model {
            id: user,
            secret_sealed: services.sealer.seal(place(user), &wanted.secret.to_text())?,
            last_step: step,
            enrolled_at: now,
        },
        codes: code_rows,
    };
    services
        .db
        .write(move |tx| Box::pin(async move { write(tx, rows, &by).await }))
        .await?;
    Ok(Enrolled { session, codes })
}

async fn write(tx: &DatabaseTransaction, rows: Rows, by: &By) -> Result<(), FactorError> {
    let (user, now) = (rows.factor.id, rows.factor.enrolled_at);
    if !sessions::replace(tx, rows.from, rows.session, &rows.shown_hash).await? {
        return Err(FactorError::SessionOver);
    }
    if of(tx, user).await?.is_some() {
        return Err(FactorError::AlreadyEnrolled);
    }
    staff_factors::Entity::insert(rows.factor.into_active_model().reset_all())
        .exec_without_returning(tx)
        .await
        .map_err(known)?;
    recovery::replace(tx, user, rows.codes).await?;
    let enrolled = Record::look(StaffDeed::FactorEnrolled, Subject::staff(user));
    audit::record(tx, by, enrolled, now).await?;
    Ok(())
}

/// Another session of theirs was faster, and its row was not seen yet.
fn known(error: DbErr) -> FactorError {
    match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_)) => FactorError::AlreadyEnrolled,
        _ => error.into(),
    }
}
