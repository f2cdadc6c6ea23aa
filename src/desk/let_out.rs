//! Somebody of staff is none any more: by an operator's hand at the terminal, with a reason.
//!
//! Their row stays, for the audit points at it, and their email is kept: the same person may be let in again. If the process
//! dies before the commit, nothing changed. After it their sessions have ended, their password opens nothing, their second
//! factor and its codes are gone, and the reviews that they had taken are with nobody.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter};
use serde_json::json;

use super::audit::{self, By, Record, Subject};
use super::factor::recovery;
use crate::ids::UserId;
use crate::members::normalised_email;
use crate::models::kinds::{EndReason, Role, StaffDeed};
use crate::models::{review_assignments, sessions, staff_factors, staff_given_passwords, users};
use crate::services::Services;

#[derive(Debug, thiserror::Error)]
pub enum LetOutError {
    #[error("there is nobody of staff like that")]
    NotFound,
    #[error("the database did not do it")]
    Database(#[from] DbErr),
}

/// Takes the desk away from whoever has this email.
///
/// # Errors
/// [`LetOutError`]; nothing is changed then.
pub async fn let_out(services: &Services, email: &str, reason: String) -> Result<UserId, LetOutError> {
    let found = users::Model::find_by_email(services.db.read(), &normalised_email(email)).await?;
    let user = found.filter(|user| user.role.is_staff()).ok_or(LetOutError::NotFound)?;
    let now = services.clock.now();
    services
        .db
        .write(move |tx| Box::pin(async move { write(tx, (user.id, user.role), &reason, now).await }))
        .await?;
    tracing::info!(user = %user.id.0, "somebody was let out of the desk at the terminal");
    Ok(user.id)
}

async fn write(
    tx: &DatabaseTransaction,
    (id, role): (UserId, Role),
    reason: &str,
    now: DateTime<Utc>,
) -> Result<(), LetOutError> {
    let gone = users::Entity::update_many()
        .col_expr(users::Column::WithdrawnAt, Expr::value(now))
        .filter(users::Column::Id.eq(id))
        .filter(users::Column::WithdrawnAt.is_null())
        .exec(tx)
        .await?;
    // Of two who do it at once the second finds nobody.
    if gone.rows_affected != 1 {
        return Err(LetOutError::NotFound);
    }
    staff_factors::Entity::delete_many()
        .filter(staff_factors::Column::Id.eq(id))
        .exec(tx)
        .await?;
    recovery::forget(tx, id).await?;
    staff_given_passwords::Entity::delete_by_id(id).exec(tx).await?;
    sessions::Model::end_all_of(tx, id, EndReason::LetOut, now).await?;
    let let_go = review_assignments::Entity::delete_many()
        .filter(review_assignments::Column::StaffId.eq(id))
        .exec(tx)
        .await?;
    let detail = json!({ "role_before": role, "reviews": let_go.rows_affected });
    let record = Record::of(StaffDeed::StaffLetOut, Subject::staff(id), reason).with(detail);
    Ok(audit::record(tx, &By::TERMINAL, record, now).await?)
}
