//! Finding a member by what a caller says of themself, for staff. What is looked for is exact: no list of everybody comes
//! of a letter.

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use uuid::Uuid;

use super::phone::{PhoneNumber, tail_digits, tail_index};
use super::{normalised_email, normalised_name};
use crate::accounts::numbers::{number_index, said_number};
use crate::ids::{Prefix, UserId};
use crate::models::kinds::Role;
use crate::models::users::{self, Column, Entity};
use crate::models::{bank_accounts, members};
use crate::security::sealed::{SealError, Sealer};

#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    #[error("a number could not be indexed")]
    Seal(#[from] SealError),
    #[error("the database did not answer")]
    Database(#[from] DbErr),
}

/// Which way a member is looked for; its word goes into the audit, and nothing of what was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    Id,
    Phone,
    PhoneTail,
    Account,
    Email,
    Name,
}

impl By {
    /// The way that a text asks for.
    #[must_use]
    pub fn of(text: &str) -> Self {
        if id_of(text).is_some() {
            Self::Id
        } else if PhoneNumber::parse(text).is_some() {
            Self::Phone
        } else if tail_digits(text).is_some() {
            Self::PhoneTail
        } else if said_number(text).is_some() {
            Self::Account
        } else if text.contains('@') {
            Self::Email
        } else {
            Self::Name
        }
    }

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Phone => "phone",
            Self::PhoneTail => "phone_tail",
            Self::Account => "account",
            Self::Email => "email",
            Self::Name => "name",
        }
    }
}

/// `mem_…`, with or without dashes, or the bare digits as a log line writes them.
fn id_of(text: &str) -> Option<UserId> {
    let text = text.trim();
    let id = Prefix::Member.parse(&text.to_ascii_lowercase());
    id.or_else(|| Uuid::try_parse(text).ok()).map(UserId)
}

/// The members with this id, email, full name, phone number or account number, or with these last four digits of a phone
/// number, newest first, from a place on, one more than `limit` where there are more. Indexes `users (email)`,
/// `(role, name, id)`, `members (phone_index)`, `(phone_tail_index)` and `bank_accounts (number_index)`.
///
/// # Errors
/// [`SearchError`].
pub async fn exactly(
    db: &impl ConnectionTrait,
    sealer: &Sealer,
    text: &str,
    after: Option<Uuid>,
    limit: u64,
) -> Result<Vec<users::Model>, SearchError> {
    let text = text.trim();
    if let Some(id) = id_of(text) {
        return Ok(any_member(db, id).await?.into_iter().collect());
    }
    if let Some(phone) = PhoneNumber::parse(text) {
        let found = members::Model::find_by_phone(db, &phone.index(sealer)?).await?;
        if let Some((_, user)) = found {
            return Ok(vec![user]);
        }
        // As many digits may be an account's.
    }
    if let Some(digits) = tail_digits(text) {
        let index = tail_index(sealer, &digits)?;
        return Ok(with_phone_tail(db, &index, after, limit).await?);
    }
    if let Some(number) = said_number(text) {
        let index = number_index(sealer, &number)?;
        return Ok(with_account(db, &index, after, limit).await?);
    }
    let mut query = of_members();
    query = if text.contains('@') {
        query.filter(Column::Email.eq(normalised_email(text)))
    } else {
        query.filter(Column::Name.eq(normalised_name(text)))
    };
    if let Some(id) = after {
        query = query.filter(Column::Id.lt(id));
    }
    Ok(query.order_by_desc(Column::Id).limit(limit + 1).all(db).await?)
}

/// Of a million members a hundred share four digits. In two queries, for a database that joins may begin at the wrong end.
async fn with_phone_tail(
    db: &impl ConnectionTrait,
    index: &str,
    after: Option<Uuid>,
    limit: u64,
) -> Result<Vec<users::Model>, DbErr> {
    let mut query = members::Entity::find()
        .select_only()
        .column(members::Column::Id)
        .filter(members::Column::PhoneTailIndex.eq(index));
    if let Some(id) = after {
        query = query.filter(members::Column::Id.lt(id));
    }
    let query = query.order_by_desc(members::Column::Id).limit(limit + 1);
    let ids: Vec<UserId> = query.into_tuple().all(db).await?;
    let found = of_members().filter(Column::Id.is_in(ids));
    found.order_by_desc(Column::Id).all(db).await
}

/// Who has or had an account of this number.
async fn with_account(
    db: &impl ConnectionTrait,
    index: &str,
    after: Option<Uuid>,
    limit: u64,
) -> Result<Vec<users::Model>, DbErr> {
    let mut query = bank_accounts::Entity::find()
        .select_only()
        .column(bank_accounts::Column::MemberId)
        .distinct()
        .filter(bank_accounts::Column::NumberIndex.eq(index));
    if let Some(id) = after {
        query = query.filter(bank_accounts::Column::MemberId.lt(id));
    }
    let query = query.order_by_desc(bank_accounts::Column::MemberId).limit(limit + 1);
    let ids: Vec<UserId> = query.into_tuple().all(db).await?;
    let found = of_members().filter(Column::Id.is_in(ids));
    found.order_by_desc(Column::Id).all(db).await
}

/// Any member: for staff alone.
///
/// # Errors
/// The database's.
pub async fn any_member(db: &impl ConnectionTrait, id: UserId) -> Result<Option<users::Model>, DbErr> {
    of_members().filter(Column::Id.eq(id)).one(db).await
}

fn of_members() -> Select<Entity> {
    Entity::find().filter(Column::Role.eq(Role::Member))
}
