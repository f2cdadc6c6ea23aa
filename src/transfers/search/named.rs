//! The rows that a text names: one look for each thing that it may be, each by its own index.

use std::cmp::{max, min};

use sea_orm::sea_query::{Condition, Expr, ExprTrait};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::filter::Part;
use super::looks::{self, Look};
use super::{Amounts, Meaning, Pick, Search};
use crate::ids::{AccountId, TransferId, UserId};
use crate::models::kinds::Role;
use crate::models::transfers::Column;
use crate::models::{bank_accounts, bank_calls, members, users};

/// People, accounts and calls that one text may name. The newest ones: nobody reads on after so many.
const NAMED: u64 = 100;
const BY_MEMBER: &str = "ix_transfers_member_id_created_at_id";

/// The looks of everything that the text may be.
pub(super) async fn looks<C: ConnectionTrait>(db: &C, search: &Search) -> Result<Vec<Look>, DbErr> {
    let mut looks = Vec::new();
    // A handful of meanings at most.
    for meaning in &search.text {
        looks.extend(look(db, search, meaning).await?);
    }
    Ok(looks)
}

async fn look<C: ConnectionTrait>(db: &C, search: &Search, meaning: &Meaning) -> Result<Vec<Look>, DbErr> {
    Ok(match meaning {
        // A payment brings its refunds along.
        Meaning::Payment(id) | Meaning::Transfer(id) => {
            vec![exactly(Column::Id.eq(*id)), exactly(Column::PaymentId.eq(*id))]
        }
        Meaning::Refund(id) => vec![exactly(Column::Id.eq(*id))],
        Meaning::Member(id) => of_members(search, vec![*id]),
        Meaning::IdTail(tail) => vec![exactly(Expr::col("id_tail").eq(tail.to_vec()))],
        Meaning::ShortCode(code) => vec![exactly(Column::ShortCode.eq(code.as_str()))],
        Meaning::Order(order) => vec![exactly(Column::OrderId.eq(order.as_str()))],
        Meaning::Request(request) => vec![exactly(Column::RequestId.eq(request.as_str()))],
        Meaning::Trace(trace) => by_trace(db, trace).await?,
        Meaning::Email(email) => of_members(search, with_email(db, email).await?),
        Meaning::Name(name) => of_members(search, with_name(db, name).await?),
        Meaning::Phone { index } => of_members(search, with_phone(db, members::Column::PhoneIndex, index).await?),
        Meaning::PhoneTail { index } => {
            of_members(search, with_phone(db, members::Column::PhoneTailIndex, index).await?)
        }
        Meaning::Account { index } => {
            let accounts = with_number(db, index).await?;
            // Two accounts of one number are at two banks.
            let look = looks::of_accounts(search, accounts);
            look.map(|look| Look {
                led: &[Part::Time],
                ..look
            })
            .into_iter()
            .collect()
        }
        Meaning::Amount(won) => {
            let of_amount = Search {
                amount: Some(Amounts::of(*won)),
                ..search.clone()
            };
            let partner = match &search.partner {
                Some(Pick::Is(partner)) => Some(std::slice::from_ref(partner)),
                Some(Pick::Not(_)) | None => None,
            };
            // Rows of one amount stand in the order of time. A filter may ask for yet another amount.
            let looks = looks::by_amount(&of_amount, partner, true);
            looks
                .into_iter()
                .map(|look| Look {
                    led: &[Part::Time],
                    ..look
                })
                .collect()
        }
        Meaning::Days(days) => {
            let (from, before) = days.moments();
            let of_days = Search {
                text: Vec::new(),
                from: max(search.from, from),
                before: search
                    .before
                    .map_or(before, |given| Some(before.map_or(given, |day| min(day, given)))),
                ..search.clone()
            };
            looks::by_filters(db, &of_days).await?
        }
    })
}

/// A look at the few rows of one value.
fn exactly(driver: Expr) -> Look {
    Look {
        index: None,
        driver: Condition::all().add(driver),
        led: &[],
        is_in_order: false,
    }
}

/// The transfers of a call to the bank, of an inquiry as well.
async fn by_trace<C: ConnectionTrait>(db: &C, trace: &str) -> Result<Vec<Look>, DbErr> {
    let ids: Vec<TransferId> = bank_calls::Entity::find()
        .select_only()
        .column(bank_calls::Column::TransferId)
        .filter(bank_calls::Column::TraceNumber.eq(trace))
        .filter(bank_calls::Column::TransferId.is_not_null())
        .limit(NAMED)
        .into_tuple()
        .all(db)
        .await?;
    let has_any = !ids.is_empty();
    Ok(has_any.then(|| exactly(Column::Id.is_in(ids))).into_iter().collect())
}

fn of_members(search: &Search, members: Vec<UserId>) -> Vec<Look> {
    let is_in_order = members.len() == 1 && !search.sort.is_by_amount();
    let look = (!members.is_empty()).then(|| Look {
        index: Some(BY_MEMBER),
        driver: Condition::all().add(Column::MemberId.is_in(members)),
        led: &[],
        is_in_order,
    });
    look.into_iter().collect()
}

/// Whether more people than are looked at have the name, or the end of the number, that the text may be.
pub(super) async fn is_crowded<C: ConnectionTrait>(db: &C, search: &Search) -> Result<bool, DbErr> {
    let mut most = 0;
    // Two at most: a text with digits in it is no name.
    for meaning in &search.text {
        let people = match meaning {
            Meaning::Name(name) => {
                of_role(users::Column::Name.eq(name.as_str()), NAMED + 1)
                    .all(db)
                    .await?
            }
            Meaning::PhoneTail { index } => {
                of_phone(members::Column::PhoneTailIndex, index, NAMED + 1)
                    .all(db)
                    .await?
            }
            _ => continue,
        };
        most = max(most, people.len() as u64);
    }
    Ok(most > NAMED)
}

/// Index `users (email)`.
async fn with_email<C: ConnectionTrait>(db: &C, email: &str) -> Result<Vec<UserId>, DbErr> {
    of_role(users::Column::Email.eq(email), NAMED).all(db).await
}

/// Index `users (role, name, id)`.
async fn with_name<C: ConnectionTrait>(db: &C, name: &str) -> Result<Vec<UserId>, DbErr> {
    of_role(users::Column::Name.eq(name), NAMED).all(db).await
}

type Members = sea_orm::Selector<sea_orm::SelectGetableTuple<UserId>>;

/// The newest of them.
fn of_role(who: Expr, most: u64) -> Members {
    users::Entity::find()
        .select_only()
        .column(users::Column::Id)
        .filter(users::Column::Role.eq(Role::Member))
        .filter(who)
        .order_by_desc(users::Column::Id)
        .limit(most)
        .into_tuple()
}

/// Indexes `members (phone_index)` and `members (phone_tail_index)`.
async fn with_phone<C: ConnectionTrait>(db: &C, column: members::Column, index: &str) -> Result<Vec<UserId>, DbErr> {
    of_phone(column, index, NAMED).all(db).await
}

/// The newest of them: ids are in the order of time.
fn of_phone(column: members::Column, index: &str, most: u64) -> Members {
    members::Entity::find()
        .select_only()
        .column(members::Column::Id)
        .filter(column.eq(index))
        .order_by_desc(members::Column::Id)
        .limit(most)
        .into_tuple()
}

/// Index `bank_accounts (number_index)`; also of an account that was let go.
async fn with_number<C: ConnectionTrait>(db: &C, index: &str) -> Result<Vec<AccountId>, DbErr> {
    bank_accounts::Entity::find()
        .select_only()
        .column(bank_accounts::Column::Id)
        .filter(bank_accounts::Column::NumberIndex.eq(index))
        .limit(NAMED)
        .into_tuple()
        .all(db)
        .await
}
