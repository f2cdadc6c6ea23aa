//! Recovery codes: ten for the day the phone is lost. Each is taken once, and we keep keyed hashes of them alone.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, IntoActiveModel,
    PaginatorTrait, QueryFilter, QuerySelect,
};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use super::{FactorError, of, show};
use crate::desk::audit::{self, By, Record, Subject};
use crate::ids::{RecoveryCodeId, UserId};
use crate::members::attempts::Trier;
use crate::models::kinds::StaffDeed;
use crate::models::staff_recovery_codes::{Column, Entity, Model};
use crate::models::users;
use crate::security::sealed::{SealError, Sealer};
use crate::security::spoken;
use crate::services::Services;

/// How many one has.
pub const CODES: usize = 10;
/// Ten letters: almost fifty bits, of which a day has some hundred guesses.
const GROUPS: usize = 2;
const GROUP_LETTERS: usize = 5;

/// New codes, as they are shown once.
pub struct RecoveryCodes(Vec<SecretString>);

impl RecoveryCodes {
    /// For the one page that shows them.
    #[must_use]
    pub fn to_texts(&self) -> Vec<String> {
        self.0.iter().map(|code| code.expose_secret().to_owned()).collect()
    }
}

/// Ten new codes and their rows.
///
/// # Errors
/// Never for our key size.
pub(super) fn make(
    sealer: &Sealer,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<(RecoveryCodes, Vec<Model>), SealError> {
    let codes: Vec<SecretString> = (0..CODES).map(|_| spoken::random(GROUPS, GROUP_LETTERS)).collect();
    let row = |code: &SecretString| {
        Ok(Model {
            id: RecoveryCodeId::new(),
            user_id: user,
            code_hash: hash(sealer, user, code.expose_secret())?,
            made_at: now,
            used_at: None,
        })
    };
    let rows = codes.iter().map(row).collect::<Result<_, SealError>>()?;
    Ok((RecoveryCodes(codes), rows))
}

/// What we keep of a code as it was typed.
///
/// # Errors
/// Never for our key size.
pub(super) fn hash(sealer: &Sealer, user: UserId, typed: &str) -> Result<String, SealError> {
    let text = format!("{}:{}", user.0.simple(), spoken::normalised(typed));
    sealer.blind_index("staff_recovery_codes.code", &text)
}

/// Takes a code: of two who bring it at the same moment one is told so.
///
/// # Errors
/// The database's.
pub(super) async fn take(
    tx: &DatabaseTransaction,
    user: UserId,
    hash: &str,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let taken = Entity::update_many()
        .col_expr(Column::UsedAt, Expr::value(now))
        .filter(Column::UserId.eq(user))
        .filter(Column::CodeHash.eq(hash))
        .filter(Column::UsedAt.is_null())
        .exec(tx)
        .await?;
    Ok(taken.rows_affected == 1)
}

/// Writes these codes in the place of all that the user had.
///
/// # Errors
/// The database's.
pub(super) async fn replace(tx: &DatabaseTransaction, user: UserId, rows: Vec<Model>) -> Result<(), DbErr> {
    forget(tx, user).await?;
    let rows = rows.into_iter().map(|row| row.into_active_model().reset_all());
    Entity::insert_many(rows).exec_without_returning(tx).await?;
    Ok(())
}

/// Deletes all codes of the user.
///
/// # Errors
/// The database's.
pub(in crate::desk) async fn forget(tx: &DatabaseTransaction, user: UserId) -> Result<(), DbErr> {
    Entity::delete_many().filter(Column::UserId.eq(user)).exec(tx).await?;
    Ok(())
}

/// How many codes of the user are left.
///
/// # Errors
/// The database's.
pub async fn left<C: ConnectionTrait>(db: &C, user: UserId) -> Result<u64, DbErr> {
    let unused = Entity::find()
        .filter(Column::UserId.eq(user))
        .filter(Column::UsedAt.is_null());
    unused.count(db).await
}

/// Ten new codes in the place of those that are left, for who shows a code of the app. If the process dies before the
/// commit, the old ones stand; after it they are worth nothing, and who did not see the new ones asks again.
///
/// # Errors
/// [`FactorError`]; `NotEnrolled` for who has no factor. A wrong code counts as one at the door does.
pub async fn renew(services: &Services, user: UserId, typed: &str, by: By) -> Result<RecoveryCodes, FactorError> {
    let (attempts, trier) = (&services.sign_ins.attempts, Trier::Factor(user));
    let now = services.clock.now();
    let found = of(services.db.read(), user).await?;
    let factor = found.ok_or(FactorError::NotEnrolled)?;
    attempts.begin(trier, now).await?;
    let step = show::step(services, &factor, typed, now)?;
    let (codes, rows) = make(&services.sealer, user, now)?;
    services
        .db
        .write(move |tx| {
            Box::pin(async move {
                users::Entity::find_by_id(user).lock_exclusive().one(tx).await?;
                show::take_step(tx, user, step).await?;
                replace(tx, user, rows).await?;
                let renewed = Record::look(StaffDeed::FactorEnrolled, Subject::staff(user));
                audit::record(tx, &by, renewed.with(json!({ "recovery_codes": CODES })), now).await?;
                Ok::<_, FactorError>(())
            })
        })
        .await?;
    attempts.was_right(trier).await;
    Ok(codes)
}
