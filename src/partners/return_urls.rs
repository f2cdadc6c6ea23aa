//! Where a partner lets members return to: what a request names must begin with one of these, so that no link of ours
//! leads a member to a stranger.
//!
//! An address is compared and kept as browsers read it: dots, backslashes and letters of the host are settled before.

use reqwest::Url;
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, SqlErr,
};

use super::audit::{self, By};
use crate::ids::{PartnerId, ReturnUrlId};
use crate::models::kinds::{Deed, Mode};
use crate::models::partner_return_urls::{ActiveModel, Column, Entity, Model};
use crate::services::Services;

/// As long as the columns that hold one.
pub const LENGTH: usize = 500;
/// More than any partner has places; a list is never without an end.
pub const MOST: u64 = 50;

/// Why an address is not gone to, or not taken into the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReturnUrlFault {
    /// Not https (or http on this very machine), or with a user, a password or a fragment.
    #[error("it is not an address to return to")]
    NotAnAddress,
    #[error("it begins with no registered address of the partner")]
    NotRegistered,
}

/// Why the list stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    #[error(transparent)]
    Fault(#[from] ReturnUrlFault),
    #[error("the partner has it already")]
    Known,
    #[error("a partner has at most {MOST}")]
    TooMany,
    #[error("the partner has no such address")]
    NotFound,
    #[error("the database did not answer")]
    Database(#[from] DbErr),
}

/// The partner's addresses, oldest first.
///
/// # Errors
/// The database's.
pub async fn list(db: &impl ConnectionTrait, partner: PartnerId) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(Column::PartnerId.eq(partner))
        .order_by_asc(Column::Id)
        .limit(MOST)
        .all(db)
        .await
}

/// Takes an address into the list. If the process dies, it is there or it is not.
///
/// # Errors
/// [`ListError`].
pub async fn add(services: &Services, by: impl Into<By>, text: &str) -> Result<Model, ListError> {
    let by = by.into();
    let partner = by.partner;
    let url = read(text, Mode::Test).ok_or(ReturnUrlFault::NotAnAddress)?;
    if url.query().is_some() {
        return Err(ReturnUrlFault::NotAnAddress.into());
    }
    let row = Model {
        id: ReturnUrlId::new(),
        partner_id: partner,
        url: url.into(),
        created_at: services.clock.now(),
    };
    let kept = row.clone();
    let written = services.db.write(move |tx| {
        Box::pin(async move {
            let known = Entity::find().filter(Column::PartnerId.eq(partner));
            if known.count(tx).await? >= MOST {
                return Err(ListError::TooMany);
            }
            audit::record(tx, by, Deed::ReturnUrlAdded, (row.id.0, &row.url), row.created_at).await?;
            let row = ActiveModel {
                id: Set(row.id),
                partner_id: Set(row.partner_id),
                url: Set(row.url),
                created_at: Set(row.created_at),
            };
            Entity::insert(row).exec_without_returning(tx).await?;
            Ok(())
        })
    });
    match written.await {
        Ok(()) => Ok(kept),
        Err(ListError::Database(error)) if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) => {
            Err(ListError::Known)
        }
        Err(error) => Err(error),
    }
}

/// Takes the partner's address out of the list. What was asked for before keeps its own.
///
/// # Errors
/// [`ListError`].
pub async fn remove(services: &Services, by: impl Into<By>, id: ReturnUrlId) -> Result<(), ListError> {
    let (by, now) = (by.into(), services.clock.now());
    services
        .db
        .write(move |tx| {
            Box::pin(async move {
                let own = Entity::find_by_id(id).filter(Column::PartnerId.eq(by.partner));
                let known = own.one(tx).await?.ok_or(ListError::NotFound)?;
                let gone = Entity::delete_by_id(id).exec(tx).await?;
                if gone.rows_affected == 0 {
                    return Err(ListError::NotFound);
                }
                audit::record(tx, by, Deed::ReturnUrlRemoved, (id.0, &known.url), now).await?;
                Ok(())
            })
        })
        .await
}

/// The address that a request of this partner may name, as it is to be kept. For trial it may also name one on the machine
/// itself: who registers where the shop is does not stop the developer who goes on with it at a desk.
///
/// # Errors
/// [`ListError`]: a fault of the address, or the database's own.
pub async fn allows(
    db: &impl ConnectionTrait,
    (partner, mode): (PartnerId, Mode),
    text: &str,
) -> Result<String, ListError> {
    let url = read(text, mode).ok_or(ReturnUrlFault::NotAnAddress)?;
    let registered = list(db, partner).await?;
    let is_at_a_desk = mode == Mode::Test && is_this_machine(&url);
    if is_at_a_desk || registered.iter().any(|row| begins_with(&url, &row.url)) {
        Ok(url.into())
    } else {
        Err(ReturnUrlFault::NotRegistered.into())
    }
}

/// The address with what the partner is to learn there, after what it had: ids and a word, nothing of a person.
#[must_use]
pub fn with_answer(return_url: &str, pairs: &[(&str, &str)]) -> Option<String> {
    let mut url = read(return_url, Mode::Test)?;
    url.query_pairs_mut().extend_pairs(pairs);
    Some(url.into())
}

fn read(text: &str, mode: Mode) -> Option<Url> {
    // A parser drops tabs and line ends, and other readers do not.
    if !text.chars().all(is_visible) {
        return None;
    }
    let url = Url::parse(text).ok()?;
    let is_safe = match url.scheme() {
        "https" => url.has_host(),
        "http" => mode == Mode::Test && is_this_machine(&url),
        _ => false,
    };
    let is_plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    (is_safe && is_plain && url.as_str().len() <= LENGTH).then_some(url)
}

fn is_visible(letter: char) -> bool {
    !letter.is_control() && !letter.is_whitespace()
}

fn is_this_machine(url: &Url) -> bool {
    matches!(url.host_str(), Some("localhost" | "127.0.0.1"))
}

/// The same scheme, host and port, and a path that is the same or goes on after a `/`.
fn begins_with(url: &Url, registered: &str) -> bool {
    let Ok(registered) = Url::parse(registered) else {
        return false;
    };
    let begin = registered.path().trim_end_matches('/');
    let is_within = url
        .path()
        .strip_prefix(begin)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    url.origin() == registered.origin() && is_within
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_https_without_user_or_fragment_is_an_address_and_http_on_this_machine_for_trial() {
        for good in [
            "https://shop.test/done",
            "https://shop.test:8443/?a=1",
            "https://상점.test/완료",
        ] {
            assert!(read(good, Mode::Live).is_some(), "{good}");
        }
        for local in ["http://localhost:3000/done", "http://127.0.0.1/"] {
            assert!(read(local, Mode::Test).is_some(), "{local}");
            assert!(read(local, Mode::Live).is_none(), "{local}");
        }
        for bad in [
            "",
            "/done",
            "//shop.test/done",
            "http://shop.test/",
            "http://localhost.evil.test/",
            "https://user@shop.test/",
            "https://shop.test@evil.test/",
            "https://:p@shop.test/",
            "https://shop.test/#done",
            "javascript:alert(1)",
            "ftp://shop.test/",
            "https://shop.test/\tdone",
            "https://shop.test/a b",
            "https:",
            "data:text/html,x",
        ] {
            assert!(read(bad, Mode::Test).is_none(), "{bad:?}");
        }
        assert!(read(&format!("https://shop.test/{}", "a".repeat(LENGTH)), Mode::Live).is_none());
    }

    #[test]
    fn a_registered_beginning_ends_at_a_border_and_is_of_the_same_host_and_port() {
        let within = |url: &str, registered: &str| begins_with(&read(url, Mode::Test).unwrap(), registered);
        for good in [
            "https://shop.test/pay",
            "https://shop.test/pay/",
            "https://shop.test/pay/done?order=1",
            "https://SHOP.test:443/pay",
            "https://shop.test/x/../pay/done",
        ] {
            assert!(within(good, "https://shop.test/pay"), "{good}");
            assert!(within(good, "https://shop.test/"), "{good}");
        }
        for bad in [
            "https://shop.test/payment",
            "https://shop.test/",
            "https://shop.test/pay/../x",
            "https://shop.test/pay/%2e%2e/x",
            "https://shop.test/pay\\..\\..\\x",
            "https://shop.test:8443/pay",
            "https://shop.test.evil.test/pay",
            "https://evil.test/https://shop.test/pay",
            "http://localhost/pay",
        ] {
            assert!(!within(bad, "https://shop.test/pay"), "{bad}");
        }
    }

    #[test]
    fn an_answer_comes_after_the_query_that_was_there() {
        let answer = [("checkout_id", "chk_1"), ("status", "succeeded")];
        let told = |url| with_answer(url, &answer).unwrap();
        assert_eq!(
            told("https://shop.test/done"),
            "https://shop.test/done?checkout_id=chk_1&status=succeeded"
        );
        assert_eq!(
            told("https://shop.test/done?order=a%26b"),
            "https://shop.test/done?order=a%26b&checkout_id=chk_1&status=succeeded"
        );
    }
}
