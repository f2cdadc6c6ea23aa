//! What a member agrees to when a mandate is approved, and the evidence of it: the whole text as it was read, with the
//! shop, the account and the limits in it, its version and its hash, the language and the time. It is never changed.

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::{ConnectionTrait, DbErr, EntityTrait};
use sha2::{Digest, Sha256};

use crate::ids::{ConsentId, MandateId, UserId};
use crate::models::{bank_accounts, mandate_consents, mandates};
use crate::views::filters::bank_name;
use crate::views::i18n::{Language, TextArgs, text};

/// Of the text in `checkout.ftl`. A test holds it to the text's hash, so that one does not change without the other.
pub const VERSION: &str = "2026-11-26";
/// The parts of the text: the keys of a title and of what it says.
const PARTS: [(&str, &str); 6] = [
    ("approval-shop", "approval-shop-value"),
    ("approval-account", "approval-account-value"),
    ("approval-limits", "approval-limits-value"),
    ("approval-purpose", "approval-purpose-value"),
    ("approval-until", "approval-until-value"),
    ("approval-revoke", "approval-revoke-value"),
];

/// The text for one mandate and one account, in one language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MandateConsent {
    pub version: &'static str,
    pub language: Language,
    /// Title and text of each part.
    pub parts: Vec<(String, String)>,
    /// SHA-256 of [`Self::whole`], in hex.
    pub hash: String,
}

impl MandateConsent {
    /// As it reads today.
    #[must_use]
    pub fn today(language: Language, shop: &str, mandate: &mandates::Model, account: &bank_accounts::Model) -> Self {
        let bank = bank_name(&account.bank_code, language);
        let facts = [
            ("shop", shop.to_owned()),
            ("account", format!("{bank} {}", account.number_masked)),
            ("payment", mandate.per_payment_won().to_string()),
            ("day", mandate.daily_won().to_string()),
        ];
        let args: TextArgs<'_> = facts
            .into_iter()
            .map(|(name, value)| (name.into(), value.into()))
            .collect();
        let say = |key: &str| text(language, key, &args);
        let parts: Vec<_> = PARTS.into_iter().map(|(title, text)| (say(title), say(text))).collect();
        Self {
            version: VERSION,
            language,
            hash: hex::encode(Sha256::digest(whole(&parts))),
            parts,
        }
    }

    /// One line a part.
    #[must_use]
    pub fn whole(&self) -> String {
        whole(&self.parts)
    }
}

fn whole(parts: &[(String, String)]) -> String {
    let lines: Vec<_> = parts.iter().map(|(title, text)| format!("{title}: {text}")).collect();
    lines.join("\n")
}

/// Keeps that the member agreed, in the transaction that approves the mandate.
///
/// # Errors
/// The database's.
pub(super) async fn keep(
    tx: &impl ConnectionTrait,
    mandate: MandateId,
    (member, account): (UserId, &bank_accounts::Model),
    agreed: &MandateConsent,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let row = mandate_consents::ActiveModel {
        id: Set(ConsentId::new()),
        mandate_id: Set(mandate),
        member_id: Set(member),
        account_id: Set(account.id),
        text_version: Set(agreed.version.to_owned()),
        text_hash: Set(agreed.hash.clone()),
        language: Set(agreed.language.code().to_owned()),
        text: Set(agreed.whole()),
        agreed_at: Set(now),
    };
    mandate_consents::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{PARTS, VERSION};
    use crate::views::i18n::{Language, TextArgs, text};
    use sha2::{Digest, Sha256};

    #[test]
    fn the_text_does_not_change_without_its_version() {
        let hashes = Language::ALL.map(|language| {
            let args: TextArgs<'_> = ["shop", "account", "payment", "day"]
                .into_iter()
                .map(|name| (name.into(), name.into()))
                .collect();
            let lines = PARTS.map(|(title, says)| text(language, title, &args) + &text(language, says, &args));
            hex::encode(Sha256::digest(lines.join("\n")))
        });
        assert_eq!(VERSION, "2026-11-26");
        let known = [
            "db063eef495d79cc91ef1daa21f9044c5cb04297651c03e3fd64cfa3454f8161",
            "92d5811b91f6aa804246d87c816fdec4c4f6368af67af482ac9fcdafc8f9d482",
        ];
        assert_eq!(hashes, known);
    }
}
