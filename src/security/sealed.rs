//! Sealed columns and blind indexes: what must not be readable in the database, and how it is still found.
//!
//! A sealed value names the key that it was sealed with, so that several may be in use at a time: one seals, the others
//! only open. `naru task keys rotate` brings every value under the one that seals ([`super::rotation`]).

use std::sync::Arc;

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use hmac::{Hmac, Mac};
use rand::RngCore;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use uuid::Uuid;

const VERSION: &str = "v1";
const NONCE_BYTES: usize = 12;
/// What a key's id is the hash of, beside the key: it tells nothing about the key.
const KEY_ID_OF: &[u8] = b"naru sealing key";
const KEY_ID_BYTES: usize = 4;

/// Encrypts columns with AES-256-GCM, bound to their table, column and row, and computes blind indexes.
#[derive(Clone)]
pub struct Sealer {
    /// The first seals and opens, the others open.
    keys: Arc<[SealingKey]>,
    index_key: [u8; 32],
}

struct SealingKey {
    /// Eight hex digits.
    id: String,
    cipher: Aes256Gcm,
}

/// The place that a sealed value belongs to; it opens nowhere else.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    pub column: &'static str,
    pub row: Uuid,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    #[error("a sealing or index key is not 64 hex digits")]
    BadKey,
    #[error("the value could not be sealed")]
    NotSealed,
    #[error("the value was not sealed by us for this place")]
    NotOpened,
    #[error("the value was sealed with a key that is not among the settings")]
    UnknownKey,
}

impl Sealer {
    /// # Errors
    /// When a key is not 64 hex digits.
    pub fn new(sealing_key: &SecretString, index_key: &SecretString) -> Result<Self, SealError> {
        Self::with_other_keys(sealing_key, &[], index_key)
    }

    /// A sealer that also opens what `other_keys` sealed.
    ///
    /// # Errors
    /// When a key is not 64 hex digits.
    pub fn with_other_keys(
        sealing_key: &SecretString,
        other_keys: &[SecretString],
        index_key: &SecretString,
    ) -> Result<Self, SealError> {
        let keys = std::iter::once(sealing_key).chain(other_keys);
        Ok(Self {
            keys: keys.map(SealingKey::new).collect::<Result<_, _>>()?,
            index_key: key_bytes(index_key)?,
        })
    }

    /// Seals `text` for `place` as `v1.<key id>.<nonce and ciphertext>`.
    ///
    /// # Errors
    /// When the cipher refuses, which it does for sizes far beyond ours only.
    pub fn seal(&self, place: Place, text: &str) -> Result<String, SealError> {
        let key = self.keys.first().ok_or(SealError::BadKey)?;
        let mut nonce = [0_u8; NONCE_BYTES];
        rand::rng().fill_bytes(&mut nonce);
        let aad = place.aad();
        let payload = Payload {
            msg: text.as_bytes(),
            aad: aad.as_bytes(),
        };
        let sealed = key
            .cipher
            .encrypt(&Nonce::from(nonce), payload)
            .map_err(|_| SealError::NotSealed)?;
        let mut bytes = nonce.to_vec();
        bytes.extend(sealed);
        Ok(format!("{VERSION}.{}.{}", key.id, STANDARD_NO_PAD.encode(bytes)))
    }

    /// Opens what was sealed for the same place with any of our keys.
    ///
    /// # Errors
    /// When it was altered, moved to another row, or sealed with a key that we do not have.
    pub fn open(&self, place: Place, sealed: &str) -> Result<String, SealError> {
        let (id, encoded) = parts(sealed).ok_or(SealError::NotOpened)?;
        let key = self.keys.iter().find(|key| key.id == id).ok_or(SealError::UnknownKey)?;
        let bytes = STANDARD_NO_PAD.decode(encoded).map_err(|_| SealError::NotOpened)?;
        let (nonce, ciphertext) = bytes.split_first_chunk::<NONCE_BYTES>().ok_or(SealError::NotOpened)?;
        let aad = place.aad();
        let payload = Payload {
            msg: ciphertext,
            aad: aad.as_bytes(),
        };
        let text = key
            .cipher
            .decrypt(&Nonce::from(*nonce), payload)
            .map_err(|_| SealError::NotOpened)?;
        String::from_utf8(text).map_err(|_| SealError::NotOpened)
    }

    /// The value under the key that seals, when it is not already.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn resealed(&self, place: Place, sealed: &str) -> Result<Option<String>, SealError> {
        let is_current = key_id(sealed) == self.keys.first().map(|key| key.id.as_str());
        if is_current {
            return Ok(None);
        }
        self.seal(place, &self.open(place, sealed)?).map(Some)
    }

    /// The ids of our keys; the first is of the one that seals.
    pub fn key_ids(&self) -> impl Iterator<Item = &str> {
        self.keys.iter().map(|key| key.id.as_str())
    }

    /// The blind index of a value: equal for equal values, useless without the key.
    ///
    /// # Errors
    /// Never for our key size; the MAC's constructor can only say so at run time.
    pub fn blind_index(&self, column: &'static str, text: &str) -> Result<String, SealError> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.index_key).map_err(|_| SealError::BadKey)?;
        mac.update(column.as_bytes());
        mac.update(&[0]);
        mac.update(text.as_bytes());
        Ok(hex::encode(mac.finalize().into_bytes()))
    }
}

impl SealingKey {
    fn new(key: &SecretString) -> Result<Self, SealError> {
        let bytes = key_bytes(key)?;
        let hash = Sha256::new().chain_update(KEY_ID_OF).chain_update(bytes).finalize();
        Ok(Self {
            id: hex::encode(hash.get(..KEY_ID_BYTES).ok_or(SealError::BadKey)?),
            cipher: Aes256Gcm::new_from_slice(&bytes).map_err(|_| SealError::BadKey)?,
        })
    }
}

/// The id of the key that a value was sealed with.
#[must_use]
pub fn key_id(sealed: &str) -> Option<&str> {
    parts(sealed).map(|(id, _)| id)
}

/// The key's id, and the nonce with the ciphertext.
fn parts(sealed: &str) -> Option<(&str, &str)> {
    sealed.strip_prefix(VERSION)?.strip_prefix('.')?.split_once('.')
}

impl Place {
    fn aad(self) -> String {
        format!("{}:{}", self.column, self.row.simple())
    }
}

fn key_bytes(key: &SecretString) -> Result<[u8; 32], SealError> {
    let bytes = hex::decode(key.expose_secret()).map_err(|_| SealError::BadKey)?;
    bytes.try_into().map_err(|_| SealError::BadKey)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealer() -> Sealer {
        Sealer::new(&"1".repeat(64).into(), &"2".repeat(64).into()).unwrap()
    }

    #[test]
    fn a_sealed_value_opens_in_its_own_row_only() {
        let (sealer, row) = (sealer(), Uuid::now_v7());
        let place = Place {
            column: "bank_accounts.number",
            row,
        };
        let sealed = sealer.seal(place, "3020000000109").unwrap();
        assert!(!sealed.contains("3020000000109"));
        assert_eq!(sealer.open(place, &sealed).unwrap(), "3020000000109");
        let elsewhere = Place {
            row: Uuid::now_v7(),
            ..place
        };
        assert_eq!(sealer.open(elsewhere, &sealed), Err(SealError::NotOpened));
        let other_column = Place {
            column: "bank_accounts.fin_account",
            row,
        };
        assert_eq!(sealer.open(other_column, &sealed), Err(SealError::NotOpened));
    }

    #[test]
    fn what_another_of_our_keys_sealed_opens_and_is_brought_under_the_one_that_seals() {
        let (earlier, later) = ("1".repeat(64).into(), "3".repeat(64).into());
        let index_key = "2".repeat(64).into();
        let before = Sealer::new(&earlier, &index_key).unwrap();
        let meanwhile = Sealer::with_other_keys(&later, &[earlier], &index_key).unwrap();
        let after = Sealer::new(&later, &index_key).unwrap();
        let place = Place {
            column: "members.birth_date",
            row: Uuid::now_v7(),
        };
        let old = before.seal(place, "19900101").unwrap();
        assert_eq!(meanwhile.open(place, &old).unwrap(), "19900101");
        assert_eq!(after.open(place, &old), Err(SealError::UnknownKey));
        let new = meanwhile.resealed(place, &old).unwrap().unwrap();
        assert_eq!(after.open(place, &new).unwrap(), "19900101");
        assert_eq!(before.open(place, &new), Err(SealError::UnknownKey));
        assert_eq!(meanwhile.resealed(place, &new).unwrap(), None);
        assert_ne!(key_id(&old), key_id(&new));
        for foreign in ["", "v1", "v1.", "v2.00000000.AAAA", "19900101"] {
            assert!(meanwhile.resealed(place, foreign).is_err(), "{foreign}");
        }
    }

    #[test]
    fn two_seals_of_one_value_differ_but_its_index_is_one() {
        let sealer = sealer();
        let place = Place {
            column: "bank_accounts.number",
            row: Uuid::now_v7(),
        };
        assert_ne!(sealer.seal(place, "1").unwrap(), sealer.seal(place, "1").unwrap());
        assert_eq!(
            sealer.blind_index("c", "1").unwrap(),
            sealer.blind_index("c", "1").unwrap()
        );
        assert_ne!(
            sealer.blind_index("c", "1").unwrap(),
            sealer.blind_index("d", "1").unwrap()
        );
    }
}
