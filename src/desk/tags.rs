//! Short words by which staff mark payments and refunds, so that what belongs together is found together. A word is there
//! or it is not: adding it twice, or removing it twice, is the same as once.
//!
//! If the process dies before the commit the mark is as it was; after it, as it was wished.

use futures::FutureExt;
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::json;
use unicode_normalization::UnicodeNormalization;

use super::action::{self, Act, ActionError, Done};
use super::audit::{self, Record, Subject};
use crate::ids::TransferId;
use crate::models::kinds::StaffDeed;
use crate::models::transfer_tags::{ActiveModel, Column, Entity, Model};
use crate::services::Services;

/// Tags of one transfer.
pub const MOST: usize = 10;
/// As long as the column.
pub const LONGEST: usize = 20;

/// What is suggested before anybody used a word.
const USUAL: [&str; 6] = ["이중결제", "환불문의", "미입금", "재연락", "은행확인", "사기의심"];
/// The last uses that further suggestions are taken from.
const LATEST_USES: u64 = 100;
const SUGGESTIONS: usize = 12;

/// A word in its fixed form: letters, digits, `-` and `_`, in lower case, no spaces. Wide letters are narrow and Hangul is
/// whole (NFKC), so that one word is one whatever keyboard it came from; no word begins with `-`, which leaves it out of a
/// search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagWord(String);

impl TagWord {
    /// The word that was typed, with or without `#`; `None` where it cannot be one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let plain: String = text.nfkc().collect();
        let word = plain.trim().trim_start_matches('#').to_lowercase();
        let fits = (1..=LONGEST).contains(&word.chars().count()) && !word.starts_with('-');
        let is_word = |letter: char| letter.is_alphanumeric() || matches!(letter, '-' | '_');
        (fits && word.chars().all(is_word)).then_some(Self(word))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Marks the transfer.
///
/// # Errors
/// `TooManyTags`, `VersionConflict`, `NotFound`; the database's own.
pub async fn add(services: &Services, act: Act, id: TransferId, word: TagWord) -> Result<Done<()>, ActionError> {
    let now = services.clock.now();
    let sending = act.sending(StaffDeed::TagAdded, id.0, [word.as_str()]);
    let done = action::once(services, sending, move |tx| {
        async move {
            // Its row is locked: two who add at once see each other.
            let transfer = action::as_seen(tx, id, act.version).await?;
            let there = of(tx, id).await?;
            if there.iter().any(|tag| tag.word == word.0) {
                return Ok((word.0, ()));
            }
            if there.len() >= MOST {
                return Err(ActionError::TooManyTags { most: MOST });
            }
            let row = ActiveModel {
                transfer_id: Set(id),
                word: Set(word.0.clone()),
                author_id: Set(act.by.staff),
                at: Set(now),
                accepted_at: Set(transfer.created_at),
            };
            Entity::insert(row).exec_without_returning(tx).await?;
            let subject = Subject::transfer(&transfer);
            let record = Record::look(StaffDeed::TagAdded, subject).with(json!({ "tag": word.0 }));
            audit::record(tx, &act.by, record, now).await?;
            Ok((word.0, ()))
        }
        .boxed()
    });
    done.await
}

/// Takes the mark away.
///
/// # Errors
/// `VersionConflict`, `NotFound`; the database's own.
pub async fn remove(services: &Services, act: Act, id: TransferId, word: TagWord) -> Result<Done<()>, ActionError> {
    let now = services.clock.now();
    let sending = act.sending(StaffDeed::TagRemoved, id.0, [word.as_str()]);
    let done = action::once(services, sending, move |tx| {
        async move {
            let transfer = action::as_seen(tx, id, act.version).await?;
            let removed = Entity::delete_by_id((id, word.0.clone())).exec(tx).await?;
            if removed.rows_affected > 0 {
                let subject = Subject::transfer(&transfer);
                let record = Record::look(StaffDeed::TagRemoved, subject).with(json!({ "tag": word.0 }));
                audit::record(tx, &act.by, record, now).await?;
            }
            Ok((word.0, ()))
        }
        .boxed()
    });
    done.await
}

/// The tags of a transfer, in the order of their words. The primary key begins with the transfer.
///
/// # Errors
/// The database's own.
pub async fn of<C: ConnectionTrait>(db: &C, id: TransferId) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(Column::TransferId.eq(id))
        .order_by_asc(Column::Word)
        .all(db)
        .await
}

/// Words to choose from: the usual ones, then those that were used last. Index `(at)`.
///
/// # Errors
/// The database's own.
pub async fn suggestions<C: ConnectionTrait>(db: &C) -> Result<Vec<String>, DbErr> {
    let used: Vec<String> = Entity::find()
        .select_only()
        .column(Column::Word)
        .order_by_desc(Column::At)
        .limit(LATEST_USES)
        .into_tuple()
        .all(db)
        .await?;
    let mut words: Vec<String> = USUAL.map(str::to_owned).to_vec();
    for word in used {
        if words.len() < SUGGESTIONS && !words.contains(&word) {
            words.push(word);
        }
    }
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::TagWord;

    #[test]
    fn a_tag_is_one_short_word_in_one_form() {
        for (text, word) in [
            ("#VIP", "vip"),
            (" 이중결제 ", "이중결제"),
            ("call-back_2", "call-back_2"),
            ("＃ＶＩＰ", "vip"),
            // In its parts, as some keyboards send it.
            ("\u{1106}\u{1161}\u{11c2}", "맣"),
        ] {
            assert_eq!(TagWord::parse(text).unwrap().as_str(), word);
        }
        for text in [
            "",
            "#",
            "two words",
            "a,b",
            "-vip",
            "<b>",
            "가나다라마바사아자차카타파하가나다라마바사",
        ] {
            assert_eq!(TagWord::parse(text), None, "{text}");
        }
    }
}
