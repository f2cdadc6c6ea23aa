//! Partners and who signs in for them. Both come to be by an operator's hand; nobody signs up for a partner.
//!
//! A new user gets a password that is shown to the operator once, to be handed over. While it is the user's own, their
//! console asks for another. The same deed for a user who is there already gives a new such password: the way back for
//! who forgot theirs, since no phone is known of them.
//!
//! If the process dies before the commit, nothing changed. After it, the user is there with a password that nobody knows:
//! the operator does the same again.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, IntoActiveModel,
    QueryFilter, QuerySelect,
};
use secrecy::SecretString;

use super::audit::{self, By};
use crate::ids::{PartnerId, UserId};
use crate::members::invited;
use crate::models::kinds::{Deed, EndReason, Role};
use crate::models::{partner_users, partners, sessions, users};
use crate::security::masking;
use crate::security::passwords::PasswordError;
use crate::services::Services;

/// Who is to sign in, for which partner. The partner is made where there is none of this name.
#[derive(Clone, Debug)]
pub struct Invitation {
    pub partner_name: String,
    pub email: String,
    pub user_name: String,
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Invited {
    pub partner: PartnerId,
    pub is_new_partner: bool,
    pub is_new_user: bool,
    /// To be handed over, and changed at the first sign-in.
    pub password: SecretString,
}

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum InviteError {
    #[error("a name has 1 to 100 letters that can be seen")]
    Name,
    #[error("that is no email address")]
    Email,
    #[error("somebody else has this email: a member, staff, or a user of another partner")]
    EmailTaken,
    #[error("the password could not be hashed")]
    Password(#[from] PasswordError),
    #[error("the database did not do it")]
    Database(#[from] DbErr),
}

/// Lets somebody sign in for a partner, with a new password.
///
/// # Errors
/// [`InviteError`].
pub async fn invite(services: &Services, wanted: Invitation) -> Result<Invited, InviteError> {
    let wanted = checked(&wanted)?;
    let (password, now) = (invited::password(), services.clock.now());
    let hash = services.sign_ins.passwords.hash(password.clone()).await?;
    let (partner, is_new_partner, is_new_user) = services
        .db
        .write(move |tx| {
            Box::pin(async move {
                let (partner, is_new_partner) = partner_named(tx, wanted.partner_name.clone(), now).await?;
                let is_new_user = give_access(tx, partner, &wanted, hash, now).await?;
                Ok::<_, InviteError>((partner, is_new_partner, is_new_user))
            })
        })
        .await?;
    Ok(Invited {
        partner,
        is_new_partner,
        is_new_user,
        password,
    })
}

fn checked(wanted: &Invitation) -> Result<Invitation, InviteError> {
    let name = |text: &str| invited::name(text).ok_or(InviteError::Name);
    let email = invited::email(&wanted.email).ok_or(InviteError::Email)?;
    Ok(Invitation {
        partner_name: name(&wanted.partner_name)?,
        user_name: name(&wanted.user_name)?,
        email,
    })
}

/// The partner of this name, locked; a new one where there is none.
async fn partner_named(
    tx: &DatabaseTransaction,
    name: String,
    now: DateTime<Utc>,
) -> Result<(PartnerId, bool), InviteError> {
    let found = partners::Entity::find()
        .filter(partners::Column::Name.eq(&name))
        .lock_exclusive()
        .one(tx)
        .await?;
    if let Some(partner) = found {
        return Ok((partner.id, false));
    }
    let partner = partners::Model {
        id: PartnerId::new(),
        name,
        per_payment_limit_won: None,
        daily_limit_won: None,
        version: 1,
        created_at: now,
        stopped_at: None,
    };
    let (id, subject) = (partner.id, partner.name.clone());
    partners::Entity::insert(partner.into_active_model().reset_all())
        .exec_without_returning(tx)
        .await?;
    audit::record(tx, By::operator(id), Deed::PartnerMade, (id.0, &subject), now).await?;
    Ok((id, true))
}

/// A new user, or a new password for one who is there. Answers with whether they are new.
async fn give_access(
    tx: &DatabaseTransaction,
    partner: PartnerId,
    wanted: &Invitation,
    hash: String,
    now: DateTime<Utc>,
) -> Result<bool, InviteError> {
    let known = users::Entity::find()
        .filter(users::Column::Email.eq(&wanted.email))
        .one(tx)
        .await?;
    let (deed, user) = match known {
        Some(user) => {
            let link = partner_users::Entity::find_by_id(user.id).one(tx).await?;
            let is_ours = link.is_some_and(|link| link.partner_id == partner);
            if user.role != Role::Partner || user.withdrawn_at.is_some() || !is_ours {
                return Err(InviteError::EmailTaken);
            }
            replace_password(tx, user.id, hash, now).await?;
            (Deed::PasswordGiven, user.id)
        }
        None => (Deed::UserMade, insert_user(tx, partner, wanted, hash, now).await?),
    };
    let subject = masking::email(&wanted.email);
    audit::record(tx, By::operator(partner), deed, (user.0, &subject), now).await?;
    Ok(deed == Deed::UserMade)
}

/// The user's row before their sessions, in the order of all who change both.
async fn replace_password(
    tx: &DatabaseTransaction,
    user: UserId,
    hash: String,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    users::Entity::update_many()
        .col_expr(users::Column::PasswordHash, Expr::value(hash.clone()))
        .filter(users::Column::Id.eq(user))
        .exec(tx)
        .await?;
    partner_users::Entity::update_many()
        .col_expr(partner_users::Column::GivenHash, Expr::value(hash))
        .filter(partner_users::Column::UserId.eq(user))
        .exec(tx)
        .await?;
    sessions::Model::end_all_of(tx, user, EndReason::PasswordChanged, now).await?;
    Ok(())
}

async fn insert_user(
    tx: &DatabaseTransaction,
    partner: PartnerId,
    wanted: &Invitation,
    hash: String,
    now: DateTime<Utc>,
) -> Result<UserId, DbErr> {
    let user = users::Model {
        id: UserId::new(),
        email: wanted.email.clone(),
        password_hash: hash.clone(),
        role: Role::Partner,
        name: wanted.user_name.clone(),
        created_at: now,
        withdrawn_at: None,
    };
    let link = partner_users::Model {
        user_id: user.id,
        partner_id: partner,
        given_hash: hash,
        created_at: now,
    };
    let id = user.id;
    users::Entity::insert(user.into_active_model().reset_all())
        .exec_without_returning(tx)
        .await?;
    partner_users::Entity::insert(link.into_active_model().reset_all())
        .exec_without_returning(tx)
        .await?;
    Ok(id)
}

/// Whom somebody signs in for, and whether their password is still the one that was handed over.
#[derive(Clone, Debug)]
pub struct Place {
    pub partner: partners::Model,
    pub has_given_password: bool,
}

/// The partner of a user, `None` for who signs in for none.
///
/// # Errors
/// The database's.
pub async fn place_of<C: ConnectionTrait>(db: &C, user: &users::Model) -> Result<Option<Place>, DbErr> {
    let Some(link) = partner_users::Entity::find_by_id(user.id).one(db).await? else {
        return Ok(None);
    };
    let partner = partners::Entity::find_by_id(link.partner_id).one(db).await?;
    Ok(partner.map(|partner| Place {
        partner,
        has_given_password: link.given_hash == user.password_hash,
    }))
}
