//! Access tokens: signed, short-lived, short of facts, and worth nothing without the session row that they name.

use chrono::{DateTime, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::ids::{SessionId, UserId};
use crate::models::kinds::Role;

/// One algorithm, named here and not by the token.
const ALGORITHM: Algorithm = Algorithm::HS256;

/// What a token says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// The user.
    pub sub: Uuid,
    /// The session.
    pub sid: Uuid,
    /// For people who read a token; decisions are made on the user's row.
    pub role: Role,
    pub iat: i64,
    pub exp: i64,
}

impl Claims {
    #[must_use]
    pub const fn user(&self) -> UserId {
        UserId(self.sub)
    }

    #[must_use]
    pub const fn session(&self) -> SessionId {
        SessionId(self.sid)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    #[error("the token was not signed by us")]
    NotOurs,
    #[error("the token is past its time")]
    Expired,
    #[error("the token could not be signed")]
    NotSigned,
}

/// Signs and reads tokens. Cheap to clone.
#[derive(Clone)]
pub struct Tokens {
    signing: EncodingKey,
    checking: DecodingKey,
}

impl Tokens {
    #[must_use]
    pub fn new(secret: &SecretString) -> Self {
        let secret = secret.expose_secret().as_bytes();
        Self {
            signing: EncodingKey::from_secret(secret),
            checking: DecodingKey::from_secret(secret),
        }
    }

    /// # Errors
    /// When the claims cannot be signed.
    pub fn sign(&self, claims: &Claims) -> Result<String, TokenError> {
        jsonwebtoken::encode(&Header::new(ALGORITHM), claims, &self.signing).map_err(|_| TokenError::NotSigned)
    }

    /// The claims of a token of ours that is within its time.
    ///
    /// # Errors
    /// When the signature, the algorithm or a claim is not as we write it, or `now` is at or past its end.
    pub fn read(&self, token: &str, now: DateTime<Utc>) -> Result<Claims, TokenError> {
        let mut validation = Validation::new(ALGORITHM);
        // Compared below with our own clock, to the second and without leeway.
        validation.validate_exp = false;
        validation.set_required_spec_claims(&["sub", "exp"]);
        let claims: Claims = jsonwebtoken::decode(token, &self.checking, &validation)
            .map_err(|_| TokenError::NotOurs)?
            .claims;
        if claims.exp <= now.timestamp() {
            return Err(TokenError::Expired);
        }
        Ok(claims)
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;

    use super::*;

    fn tokens() -> Tokens {
        Tokens::new(&"a secret of at least 32 characters!".into())
    }

    fn now() -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2026, 11, 25, 5, 0, 0).unwrap()
    }

    fn claims() -> Claims {
        Claims {
            sub: Uuid::now_v7(),
            sid: Uuid::now_v7(),
            role: Role::Member,
            iat: now().timestamp(),
            exp: now().timestamp() + 60,
        }
    }

    #[test]
    fn a_token_is_read_until_the_second_it_expires() {
        let (tokens, claims) = (tokens(), claims());
        let token = tokens.sign(&claims).unwrap();
        assert_eq!(tokens.read(&token, now()), Ok(claims.clone()));
        assert_eq!(tokens.read(&token, now() + chrono::TimeDelta::seconds(59)), Ok(claims));
        assert_eq!(
            tokens.read(&token, now() + chrono::TimeDelta::seconds(60)),
            Err(TokenError::Expired)
        );
    }

    #[test]
    fn a_tampered_token_is_refused() {
        let tokens = tokens();
        let token = tokens.sign(&claims()).unwrap();
        let other = tokens.sign(&claims()).unwrap();
        let [header, _, signature] = token.split('.').collect::<Vec<_>>()[..] else {
            panic!("a token has three parts")
        };
        let body_of_other = other.split('.').nth(1).unwrap();
        for forged in [
            format!("{header}.{body_of_other}.{signature}"),
            format!("{token}x"),
            format!("{header}.{body_of_other}."),
            String::new(),
        ] {
            assert_eq!(tokens.read(&forged, now()), Err(TokenError::NotOurs), "{forged}");
        }
    }

    #[test]
    fn a_token_of_another_algorithm_or_key_is_refused() {
        let secret = b"a secret of at least 32 characters!";
        for algorithm in [Algorithm::HS384, Algorithm::HS512] {
            let key = EncodingKey::from_secret(secret);
            let token = jsonwebtoken::encode(&Header::new(algorithm), &claims(), &key).unwrap();
            assert_eq!(tokens().read(&token, now()), Err(TokenError::NotOurs), "{algorithm:?}");
        }
        let unsigned = {
            use base64::Engine;
            let part = |json: &[u8]| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(json);
            let body = serde_json::to_vec(&claims()).unwrap();
            format!("{}.{}.", part(br#"{"alg":"none","typ":"JWT"}"#), part(&body))
        };
        assert_eq!(tokens().read(&unsigned, now()), Err(TokenError::NotOurs));
        let stranger = Tokens::new(&"another secret of 32 characters!!!".into());
        let token = stranger.sign(&claims()).unwrap();
        assert_eq!(tokens().read(&token, now()), Err(TokenError::NotOurs));
    }
}
