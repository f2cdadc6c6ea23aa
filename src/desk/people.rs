//! Who works at the desk. They come to be by an operator's hand at the terminal; nobody signs up for it.
//!
//! Somebody new gets a password that is shown to the operator once, to be handed over, and opens nothing until it was
//! changed. The same deed for somebody who is there already, or was let out (`let_out.rs`), gives a new such password, and
//! the role and the name that are named. Its row in the audit is written with it. If the process dies before the commit,
//! nothing changed. After it, they are there with a password that nobody knows: the operator does the same again.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait,
    IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};
use secrecy::SecretString;
use serde_json::json;

use super::audit::{self, By, Record, Subject};
use crate::ids::UserId;
use crate::members::invited;
use crate::models::kinds::{EndReason, Role, StaffDeed};
use crate::models::{sessions, staff_factors, staff_given_passwords, users};
use crate::security::passwords::PasswordError;
use crate::services::Services;

/// Who is to work at the desk, and as what.
#[derive(Clone, Debug)]
pub struct NewStaff {
    pub email: String,
    pub name: String,
    pub role: Role,
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct LetIn {
    pub user: UserId,
    pub is_new: bool,
    /// To be handed over, and changed at the first sign-in.
    pub password: SecretString,
}

#[derive(Debug, thiserror::Error)]
pub enum LetInError {
    #[error("a name has 1 to 100 letters that can be seen")]
    Name,
    #[error("that is no email address")]
    Email,
    #[error("a role is one of cs, cs_lead, operator, auditor")]
    Role,
    #[error("a member or somebody of a partner has this email")]
    EmailTaken,
    #[error("the password could not be hashed")]
    Password(#[from] PasswordError),
    #[error("the database did not do it")]
    Database(#[from] DbErr),
}

/// Lets somebody work at the desk, with a new password.
///
/// # Errors
/// [`LetInError`].
pub async fn let_in(services: &Services, wanted: NewStaff) -> Result<LetIn, LetInError> {
    if !wanted.role.is_staff() {
        return Err(LetInError::Role);
    }
    let wanted = NewStaff {
        email: invited::email(&wanted.email).ok_or(LetInError::Email)?,
        name: invited::name(&wanted.name).ok_or(LetInError::Name)?,
        role: wanted.role,
    };
    let (password, now) = (invited::password(), services.clock.now());
    let hash = services.sign_ins.passwords.hash(password.clone()).await?;
    let (user, is_new) = services
        .db
        .write(move |tx| Box::pin(async move { write(tx, wanted, hash, now).await }))
        .await?;
    tracing::info!(user = %user.0, is_new, "somebody was given a password for the desk at the terminal");
    Ok(LetIn { user, is_new, password })
}

async fn write(
    tx: &DatabaseTransaction,
    wanted: NewStaff,
    hash: String,
    now: DateTime<Utc>,
) -> Result<(UserId, bool), LetInError> {
    let known = users::Entity::find()
        .filter(users::Column::Email.eq(&wanted.email))
        .lock_exclusive()
        .one(tx)
        .await?;
    let role = wanted.role;
    let (id, before) = match known {
        Some(user) if !user.role.is_staff() => return Err(LetInError::EmailTaken),
        Some(user) => {
            change(tx, user.id, &wanted, &hash).await?;
            sessions::Model::end_all_of(tx, user.id, EndReason::PasswordChanged, now).await?;
            staff_given_passwords::Entity::delete_by_id(user.id).exec(tx).await?;
            (user.id, Some(user))
        }
        None => (insert(tx, wanted, &hash, now).await?, None),
    };
    let given = staff_given_passwords::Model {
        id,
        given_hash: hash,
        given_at: now,
    };
    staff_given_passwords::Entity::insert(given.into_active_model().reset_all())
        .exec_without_returning(tx)
        .await?;
    audit::record(tx, &By::TERMINAL, record_of(id, role, before.as_ref()), now).await?;
    Ok((id, before.is_none()))
}

/// What the audit keeps: who works there now and as what, and as what before. Names and emails are in the row of the user.
fn record_of(id: UserId, role: Role, before: Option<&users::Model>) -> Record {
    let worked = before.filter(|user| user.withdrawn_at.is_none());
    let deed = worked.map_or(StaffDeed::StaffLetIn, |_| StaffDeed::StaffChanged);
    let detail = match before {
        Some(before) => json!({ "role": role, "role_before": before.role }),
        None => json!({ "role": role }),
    };
    Record::look(deed, Subject::staff(id)).with(detail)
}

async fn change(tx: &DatabaseTransaction, user: UserId, wanted: &NewStaff, hash: &str) -> Result<(), DbErr> {
    users::Entity::update_many()
        .col_expr(users::Column::PasswordHash, Expr::value(hash))
        .col_expr(users::Column::Role, Expr::value(wanted.role.as_str()))
        .col_expr(users::Column::Name, Expr::value(wanted.name.as_str()))
        .col_expr(users::Column::WithdrawnAt, Expr::value(None::<DateTime<Utc>>))
        .filter(users::Column::Id.eq(user))
        .exec(tx)
        .await?;
    Ok(())
}

async fn insert(tx: &DatabaseTransaction, wanted: NewStaff, hash: &str, now: DateTime<Utc>) -> Result<UserId, DbErr> {
    let user = users::Model {
        id: UserId::new(),
        email: wanted.email,
        password_hash: hash.to_owned(),
        role: wanted.role,
        name: wanted.name,
        created_at: now,
        withdrawn_at: None,
    };
    let id = user.id;
    users::Entity::insert(user.into_active_model().reset_all())
        .exec_without_returning(tx)
        .await?;
    Ok(id)
}

/// Whether their password is still the one that was handed over.
///
/// # Errors
/// The database's.
pub async fn has_given_password<C: ConnectionTrait>(db: &C, user: &users::Model) -> Result<bool, DbErr> {
    let given = staff_given_passwords::Entity::find_by_id(user.id).one(db).await?;
    Ok(given.is_some_and(|given| given.given_hash == user.password_hash))
}

/// Somebody of staff, with their second factor.
#[derive(Clone, Debug)]
pub struct StaffMember {
    pub user: users::Model,
    pub factor: Option<staff_factors::Model>,
}

/// All staff by role and then as they came, from a place on, one more than `limit` where there are more. Index
/// `users (role, id)`.
///
/// # Errors
/// The database's.
pub async fn list<C: ConnectionTrait>(
    db: &C,
    after: Option<(Role, UserId)>,
    limit: u64,
) -> Result<Vec<StaffMember>, DbErr> {
    let later = |than: Option<Role>| -> Vec<Role> {
        let is_later = |role: &Role| than.is_none_or(|than| role.as_str() > than.as_str());
        Role::STAFF.into_iter().filter(is_later).collect()
    };
    let mut rest = Condition::any().add(users::Column::Role.is_in(later(after.map(|(role, _)| role))));
    if let Some((role, id)) = after {
        let of_this = Condition::all()
            .add(users::Column::Role.eq(role))
            .add(users::Column::Id.gt(id));
        rest = rest.add(of_this);
    }
    let found = users::Entity::find()
        .filter(rest)
        .filter(users::Column::WithdrawnAt.is_null())
        .order_by_asc(users::Column::Role)
        .order_by_asc(users::Column::Id)
        .limit(limit + 1)
        .all(db)
        .await?;
    with_factors(db, found).await
}

/// Any one of staff.
///
/// # Errors
/// The database's.
pub async fn find<C: ConnectionTrait>(db: &C, id: UserId) -> Result<Option<StaffMember>, DbErr> {
    let found = users::Entity::find_by_id(id)
        .filter(users::Column::Role.is_in(Role::STAFF))
        .filter(users::Column::WithdrawnAt.is_null())
        .one(db)
        .await?;
    Ok(with_factors(db, found.into_iter().collect()).await?.pop())
}

async fn with_factors<C: ConnectionTrait>(db: &C, found: Vec<users::Model>) -> Result<Vec<StaffMember>, DbErr> {
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let factors = staff_factors::Entity::find()
        .filter(staff_factors::Column::Id.is_in(found.iter().map(|user| user.id)))
        .all(db)
        .await?;
    let mut factors: HashMap<UserId, staff_factors::Model> =
        factors.into_iter().map(|factor| (factor.id, factor)).collect();
    let with = |user: users::Model| StaffMember {
        factor: factors.remove(&user.id),
        user,
    };
    Ok(found.into_iter().map(with).collect())
}

/// The names of these, in one query.
///
/// # Errors
/// The database's own.
pub async fn names<C: ConnectionTrait>(
    db: &C,
    staff: impl IntoIterator<Item = UserId>,
) -> Result<HashMap<UserId, String>, DbErr> {
    let mut ids: Vec<UserId> = staff.into_iter().collect();
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let people = users::Entity::find()
        .filter(users::Column::Id.is_in(ids))
        .all(db)
        .await?;
    Ok(people.into_iter().map(|user| (user.id, user.name)).collect())
}
