//! What a member agrees to when an account is linked, and the evidence of it: the whole text as it was read, its version
//! and its hash, with the time and the account. A text that changes gets a new version; what was agreed to stays as it was.

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::{ConnectionTrait, DbErr, EntityTrait};
use sha2::{Digest, Sha256};

use crate::ids::{AccountId, ConsentId, UserId};
use crate::models::account_consents;
use crate::views::i18n::{Language, TextArgs, text};

/// Of the text in `link.ftl`. A test holds it to the text's hash, so that one does not change without the other.
pub const VERSION: &str = "2026-11-26";
/// The parts of the text: the keys of a title and of what it says.
const PARTS: [(&str, &str); 5] = [
    ("consent-what", "consent-what-value"),
    ("consent-whom", "consent-whom-value"),
    ("consent-why", "consent-why-value"),
    ("consent-how-long", "consent-how-long-value"),
    ("consent-refuse", "consent-refuse-value"),
];

/// The text in one language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsentText {
    pub version: &'static str,
    pub language: Language,
    /// Title and text of each part.
    pub parts: Vec<(String, String)>,
    /// SHA-256 of [`Self::whole`], in hex.
    pub hash: String,
}

impl ConsentText {
    /// As it reads today.
    #[must_use]
    pub fn today(language: Language) -> Self {
        let say = |key: &str| text(language, key, &TextArgs::new());
        let parts: Vec<_> = PARTS.into_iter().map(|(title, text)| (say(title), say(text))).collect();
        let hash = Sha256::digest(whole(&parts));
        Self {
            version: VERSION,
            language,
            hash: hash.iter().flat_map(|byte| hex(*byte)).collect(),
            parts,
        }
    }

    /// One line a part.
    #[must_use]
    pub fn whole(&self) -> String {
        whole(&self.parts)
    }
}

/// A byte as two digits.
fn hex(byte: u8) -> impl Iterator<Item = char> {
    let digits = [byte >> 4, byte & 0x0f];
    digits
        .into_iter()
        .filter_map(|digit| char::from_digit(digit.into(), 16))
}

fn whole(parts: &[(String, String)]) -> String {
    let lines: Vec<_> = parts.iter().map(|(title, text)| format!("{title}: {text}")).collect();
    lines.join("\n")
}

/// Keeps that the member agreed, in the transaction that begins the link.
///
/// # Errors
/// The database's.
pub(super) async fn keep(
    transaction: &impl ConnectionTrait,
    member: UserId,
    account: AccountId,
    agreed: &ConsentText,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let row = account_consents::ActiveModel {
        id: Set(ConsentId::new()),
        account_id: Set(account),
        member_id: Set(member),
        text_version: Set(agreed.version.to_owned()),
        text_hash: Set(agreed.hash.clone()),
        language: Set(agreed.language.code().to_owned()),
        text: Set(agreed.whole()),
        agreed_at: Set(now),
    };
    account_consents::Entity::insert(row)
        .exec_without_returning(transaction)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{ConsentText, VERSION};
    use crate::views::i18n::Language;

    #[test]
    fn the_text_does_not_change_without_its_version() {
        let hashes = Language::ALL.map(|language| ConsentText::today(language).hash);
        assert_eq!(VERSION, "2026-11-26");
        let known = [
            "06bcbafced9c870e171bff83aa5e2dfbf8c2c0c7578561ad1a973f78e8ab5f3a",
            "921e7379a2ab14385451cd17727ad9547eef58954bbc0d46703db8a91140a5fb",
        ];
        assert_eq!(hashes, known);
    }
}
