//! The second factor of staff: a code of an authenticator app beside the password.
//!
//! ```text
//!   sign in ─▶ a session that waits ─┬─ has a factor ──▶ code ─────────────┬─▶ an open session in its place
//!                                    │                └▶ recovery code ────┤
//!                                    └─ has none ─────▶ enrol, first code ─┘   (`desk.second_factor: off`: open as it is)
//!   lost it ─▶ another operator, or the terminal ─▶ reset: its sessions end, and the next sign-in enrols anew
//! ```
//!
//! A session that waits opens the page that asks and the way out, nothing else. What was shown is in the session's row, and
//! the open session is a new one: whoever had copied the waiting one has nothing. All verbs here lock the user's row first.

pub mod enrol;
pub mod recovery;
pub mod reset;
pub mod show;

use sea_orm::{ConnectionTrait, DbErr, EntityTrait};

use super::people;
use crate::config::desk::SecondFactor;
use crate::ids::UserId;
use crate::members::attempts::TooManyAttempts;
use crate::members::sessions::{MakeError, SignedIn};
use crate::models::staff_factors;
use crate::security::sealed::{Place, SealError};
use crate::services::Services;

/// What a session of somebody may open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// All that its user may see.
    Open,
    /// The password is one that was handed over: it is to be changed before anything else.
    PasswordGiven,
    CodeNeeded,
    EnrolmentNeeded,
}

/// Why a second factor was not taken, made or changed.
#[derive(Debug, thiserror::Error)]
pub enum FactorError {
    #[error("there is no second factor")]
    NotEnrolled,
    #[error("there is a second factor already")]
    AlreadyEnrolled,
    /// Also one that was right and was taken before.
    #[error("the code is not right")]
    WrongCode,
    #[error(transparent)]
    TooManyAttempts(#[from] TooManyAttempts),
    /// Also when the password was changed meanwhile.
    #[error("the session that waited has ended")]
    SessionOver,
    #[error("a secret could not be sealed, opened or hashed")]
    Seal(#[from] SealError),
    #[error("the session's tokens could not be made")]
    Tokens(#[from] MakeError),
    #[error("the database did not answer")]
    Database(#[from] DbErr),
}

/// What this session may open. A session that has shown its factor costs no query.
///
/// # Errors
/// The database's.
pub async fn standing(services: &Services, who: &SignedIn) -> Result<Standing, DbErr> {
    if !who.user.role.is_staff() || who.session.factor_shown_at.is_some() {
        return Ok(Standing::Open);
    }
    let db = services.db.read();
    if people::has_given_password(db, &who.user).await? {
        return Ok(Standing::PasswordGiven);
    }
    let factor = of(db, who.user.id).await?;
    Ok(match (factor, services.settings.desk.second_factor) {
        (Some(_), SecondFactor::Required | SecondFactor::Off) => Standing::CodeNeeded,
        (None, SecondFactor::Required) => Standing::EnrolmentNeeded,
        (None, SecondFactor::Off) => Standing::Open,
    })
}

/// The second factor of somebody of staff.
///
/// # Errors
/// The database's.
pub async fn of<C: ConnectionTrait>(db: &C, user: UserId) -> Result<Option<staff_factors::Model>, DbErr> {
    staff_factors::Entity::find_by_id(user).one(db).await
}

/// What a secret is bound to when it is sealed.
const fn place(user: UserId) -> Place {
    Place {
        column: "staff_factors.secret",
        row: user.0,
    }
}
