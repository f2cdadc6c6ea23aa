//! Refresh tokens: who shows the one that is good gets the next. We keep keyed hashes of them and never a token.
//!
//! ```text
//!   token      naru_rt_ + base64url(session 16 B ‖ secret 32 B ‖ tag 16 B)
//!   tag        MAC(session ‖ secret): says that we made it, before any row is looked at
//!   first      32 random bytes
//!   next       MAC(the one before it): whoever shows a token within its grace is given the same next one
//! ```
//!
//! The tag keeps apart an old token of ours, which ends its session, from one that somebody made up knowing a session's
//! id, which ends nothing. The MACs are keyed by `security.index_key`: with it gone to a thief all of this is, as with the
//! secret that signs access tokens.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::RngCore;
use subtle::ConstantTimeEq;
use uuid::Uuid;

use crate::ids::SessionId;
use crate::security::sealed::{SealError, Sealer};

const PREFIX: &str = "naru_rt_";
const SESSION_BYTES: usize = 16;
const SECRET_BYTES: usize = 32;
const TAG_BYTES: usize = 16;

/// A token that we made. Shown by nothing but [`RefreshToken::to_text`].
#[derive(Clone)]
pub struct RefreshToken {
    pub session: SessionId,
    secret: [u8; SECRET_BYTES],
    tag: [u8; TAG_BYTES],
}

impl std::fmt::Debug for RefreshToken {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("RefreshToken").finish_non_exhaustive()
    }
}

impl RefreshToken {
    /// As its holder keeps it.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut bytes = self.session.0.as_bytes().to_vec();
        bytes.extend(self.secret);
        bytes.extend(self.tag);
        format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes))
    }
}

/// Makes and reads tokens. Cheap to clone.
#[derive(Clone)]
pub struct RefreshTokens {
    sealer: Sealer,
}

impl RefreshTokens {
    #[must_use]
    pub const fn new(sealer: Sealer) -> Self {
        Self { sealer }
    }

    /// The first token of a session.
    ///
    /// # Errors
    /// Never for our key size.
    pub fn first(&self, session: SessionId) -> Result<RefreshToken, SealError> {
        let mut secret = [0_u8; SECRET_BYTES];
        rand::rng().fill_bytes(&mut secret);
        self.tagged(session, secret)
    }

    /// The token that replaces this one: always the same.
    ///
    /// # Errors
    /// Never for our key size.
    pub fn after(&self, token: &RefreshToken) -> Result<RefreshToken, SealError> {
        let secret = self.mac("sessions.refresh_next", token.session, token.secret)?;
        self.tagged(token.session, secret)
    }

    /// What we keep of a token.
    ///
    /// # Errors
    /// Never for our key size.
    pub fn hash(&self, token: &RefreshToken) -> Result<String, SealError> {
        Ok(hex::encode(self.mac(
            "sessions.refresh",
            token.session,
            token.secret,
        )?))
    }

    /// The token, when it is one that we made.
    #[must_use]
    pub fn read(&self, text: &str) -> Option<RefreshToken> {
        let bytes = URL_SAFE_NO_PAD.decode(text.strip_prefix(PREFIX)?).ok()?;
        let (session, rest) = bytes.split_first_chunk::<SESSION_BYTES>()?;
        let (secret, tag) = rest.split_first_chunk::<SECRET_BYTES>()?;
        let made = self.tagged(SessionId(Uuid::from_bytes(*session)), *secret).ok()?;
        bool::from(made.tag.ct_eq(tag)).then_some(made)
    }

    fn tagged(&self, session: SessionId, secret: [u8; SECRET_BYTES]) -> Result<RefreshToken, SealError> {
        let mac = self.mac("sessions.refresh_tag", session, secret)?;
        let mut tag = [0_u8; TAG_BYTES];
        for (to, from) in tag.iter_mut().zip(mac) {
            *to = from;
        }
        Ok(RefreshToken { session, secret, tag })
    }

    fn mac(
        &self,
        of: &'static str,
        session: SessionId,
        secret: [u8; SECRET_BYTES],
    ) -> Result<[u8; SECRET_BYTES], SealError> {
        let text = format!("{}{}", session.0.simple(), hex::encode(secret));
        let mac = hex::decode(self.sealer.blind_index(of, &text)?).map_err(|_| SealError::BadKey)?;
        mac.try_into().map_err(|_| SealError::BadKey)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(index_key: &str) -> RefreshTokens {
        RefreshTokens::new(Sealer::new(&"1".repeat(64).into(), &index_key.repeat(64).into()).unwrap())
    }

    #[test]
    fn a_token_is_read_by_who_made_it_and_by_nobody_else_nor_altered() {
        let (ours, theirs) = (tokens("2"), tokens("3"));
        let token = ours.first(SessionId::new()).unwrap();
        let text = token.to_text();
        assert_eq!(ours.read(&text).unwrap().session, token.session);
        assert!(theirs.read(&text).is_none());
        for position in PREFIX.len()..text.len() {
            let mut letters: Vec<char> = text.chars().collect();
            letters[position] = if letters[position] == 'A' { 'B' } else { 'A' };
            let altered: String = letters.into_iter().collect();
            assert!(ours.read(&altered).is_none(), "{position}");
        }
        for strange in ["", PREFIX, &text[PREFIX.len()..], &format!("{text}AAAA")] {
            assert!(ours.read(strange).is_none(), "{strange}");
        }
    }

    #[test]
    fn the_next_token_is_one_and_its_hash_another_and_no_two_sessions_share_a_token() {
        let ours = tokens("2");
        let first = ours.first(SessionId::new()).unwrap();
        let next = ours.after(&first).unwrap();
        assert_eq!(next.to_text(), ours.after(&first).unwrap().to_text());
        assert_ne!(next.to_text(), first.to_text());
        assert_ne!(ours.hash(&next).unwrap(), ours.hash(&first).unwrap());
        assert_eq!(ours.hash(&first).unwrap().len(), 64);
        assert_ne!(ours.first(first.session).unwrap().to_text(), first.to_text());
    }

    #[test]
    fn a_token_does_not_show_itself() {
        let token = tokens("2").first(SessionId::new()).unwrap();
        assert_eq!(format!("{token:?}"), "RefreshToken { .. }");
    }
}
