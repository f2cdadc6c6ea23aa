//! Signing as Standard Webhooks say (version 1): secrets, and the headers of an attempt.
//!
//! <https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md>

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use rand::RngCore;
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::ids::EndpointId;
use crate::models::webhook_endpoints;
use crate::security::sealed::{Place, SealError, Sealer};

const PREFIX: &str = "whsec_";
const SECRET_BYTES: usize = 32;
const ID_BYTES: usize = 8;

/// A new secret: `whsec_` and 32 random bytes.
#[must_use]
pub fn new_secret() -> SecretString {
    let mut bytes = [0_u8; SECRET_BYTES];
    rand::rng().fill_bytes(&mut bytes);
    format!("{PREFIX}{}", STANDARD.encode(bytes)).into()
}

/// What a stored answer says of a secret: enough to know it again, nothing to sign with.
#[must_use]
pub fn secret_id(secret: &SecretString) -> String {
    let hash = Sha256::digest(secret.expose_secret().as_bytes());
    hex::encode(hash.get(..ID_BYTES).unwrap_or_default())
}

/// Where an endpoint's secrets are sealed for: the present one and the one before, which a rotation moves.
const fn place(endpoint: EndpointId) -> Place {
    Place {
        column: "webhook_endpoints.secret",
        row: endpoint.0,
    }
}

/// # Errors
/// The sealer's.
pub fn seal(sealer: &Sealer, endpoint: EndpointId, secret: &SecretString) -> Result<String, SealError> {
    sealer.seal(place(endpoint), secret.expose_secret())
}

/// The secrets that sign at this moment: the present one, and the one before while receivers change over.
///
/// # Errors
/// When one was sealed with a key that we do not have.
pub fn living_secrets(
    sealer: &Sealer,
    endpoint: &webhook_endpoints::Model,
    at: DateTime<Utc>,
) -> Result<Vec<SecretString>, SealError> {
    let lives = endpoint.previous_ends_at.is_some_and(|end| end > at);
    let previous = endpoint.previous_secret_sealed.as_ref().filter(|_| lives);
    std::iter::once(&endpoint.secret_sealed)
        .chain(previous)
        .map(|sealed| sealer.open(place(endpoint.id), sealed).map(SecretString::from))
        .collect()
}

/// The three headers of an attempt, as they are sent and kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Headers {
    #[serde(rename = "webhook-id")]
    pub id: String,
    #[serde(rename = "webhook-timestamp")]
    pub timestamp: String,
    #[serde(rename = "webhook-signature")]
    pub signature: String,
}

impl Headers {
    /// Signs a body with every secret: a receiver that knows one of them is content. `None` when a secret is none.
    #[must_use]
    pub fn new(secrets: &[SecretString], id: String, at: DateTime<Utc>, body: &str) -> Option<Self> {
        let timestamp = at.timestamp().to_string();
        let content = format!("{id}.{timestamp}.{body}");
        let signatures: Option<Vec<String>> = secrets.iter().map(|secret| signature(secret, &content)).collect();
        Some(Self {
            id,
            timestamp,
            signature: signatures.filter(|all| !all.is_empty())?.join(" "),
        })
    }
}

fn signature(secret: &SecretString, content: &str) -> Option<String> {
    let key = STANDARD.decode(secret.expose_secret().strip_prefix(PREFIX)?).ok()?;
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).ok()?;
    mac.update(content.as_bytes());
    Some(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_standard_is_signed_as_it_says() {
        let secret = SecretString::from("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        let at = DateTime::from_timestamp(1_614_265_330, 0).unwrap();
        let headers = Headers::new(
            &[secret.clone(), new_secret()],
            "msg_p5jXN8AQM9LWM0D4loKWxJek".to_owned(),
            at,
            r#"{"test": 2432232314}"#,
        );
        let headers = headers.unwrap();
        let (first, second) = headers.signature.split_once(' ').unwrap();
        assert_eq!(first, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        assert!(second.starts_with("v1,"));
        assert_eq!(Headers::new(&[], String::new(), at, ""), None);
        assert_ne!(secret_id(&secret), secret_id(&new_secret()));
    }
}
