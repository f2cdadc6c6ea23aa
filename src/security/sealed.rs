//! Sealed columns and blind indexes: what must not be readable in the database, and how it is still found.

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use hmac::{Hmac, Mac};
use rand::RngCore;
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;
use uuid::Uuid;

const VERSION: &str = "v1";
const KEY_ID: &str = "1";
const NONCE_BYTES: usize = 12;

/// Encrypts columns with AES-256-GCM, bound to their table, column and row, and computes blind indexes.
#[derive(Clone)]
pub struct Sealer {
    cipher: Aes256Gcm,
    index_key: [u8; 32],
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
}

impl Sealer {
    /// # Errors
    /// When a key is not 64 hex digits.
    pub fn new(sealing_key: &SecretString, index_key: &SecretString) -> Result<Self, SealError> {
        let key = key_bytes(sealing_key)?;
        let cipher = Aes256Gcm::new_from_slice(&key).map_err(|_| SealError::BadKey)?;
        Ok(Self {
            cipher,
            index_key: key_bytes(index_key)?,
        })
    }

    /// Seals `text` for `place` as `v1.<key id>.<nonce and ciphertext>`.
    ///
    /// # Errors
    /// When the cipher refuses, which it does for sizes far beyond ours only.
    pub fn seal(&self, place: Place, text: &str) -> Result<String, SealError> {
        let mut nonce = [0_u8; NONCE_BYTES];
        rand::rng().fill_bytes(&mut nonce);
        let aad = place.aad();
        let payload = Payload {
            msg: text.as_bytes(),
            aad: aad.as_bytes(),
        };
        let sealed = self
            .cipher
            .encrypt(&Nonce::from(nonce), payload)
            .map_err(|_| SealError::NotSealed)?;
        let mut bytes = nonce.to_vec();
        bytes.extend(sealed);
        Ok(format!("{VERSION}.{KEY_ID}.{}", STANDARD_NO_PAD.encode(bytes)))
    }

    /// Opens what was sealed for the same place.
    ///
    /// # Errors
    /// When it was altered, moved to another row, or sealed with another key.
    pub fn open(&self, place: Place, sealed: &str) -> Result<String, SealError> {
        let prefix = format!("{VERSION}.{KEY_ID}.");
        let encoded = sealed.strip_prefix(&prefix).ok_or(SealError::NotOpened)?;
        let bytes = STANDARD_NO_PAD.decode(encoded).map_err(|_| SealError::NotOpened)?;
        let (nonce, ciphertext) = bytes.split_first_chunk::<NONCE_BYTES>().ok_or(SealError::NotOpened)?;
        let aad = place.aad();
        let payload = Payload {
            msg: ciphertext,
            aad: aad.as_bytes(),
        };
        let text = self
            .cipher
            .decrypt(&Nonce::from(*nonce), payload)
            .map_err(|_| SealError::NotOpened)?;
        String::from_utf8(text).map_err(|_| SealError::NotOpened)
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
