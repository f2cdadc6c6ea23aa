//! Cursors: a place in a list, opaque to the caller. The API's are signed for the partner and the list that they came
//! from; a page's own are not, for a page shows nothing but its owner's whatever the place is.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::DateTime;
use subtle::ConstantTimeEq;
use uuid::Uuid;

use crate::ids::PartnerId;
use crate::security::sealed::Sealer;
use crate::transfers::find::Place;

/// The text of a place.
#[must_use]
pub fn show(place: Place) -> String {
    URL_SAFE_NO_PAD.encode(format!("{}.{}", place.created_at.timestamp_micros(), place.id.simple()))
}

/// The place of a text; `None` when it is not one of ours.
#[must_use]
pub fn parse(text: &str) -> Option<Place> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let (micros, id) = text.split_once('.')?;
    Some(Place {
        created_at: DateTime::from_timestamp_micros(micros.parse().ok()?)?,
        id: Uuid::try_parse(id).ok()?,
    })
}

/// Hex digits of a signature: 128 bits.
const SIGNATURE: usize = 32;

/// Signs the cursors of one list of one partner, with a key that is made from the index key for this use.
#[derive(Clone)]
pub struct Signer {
    sealer: Sealer,
    /// Whose, and of which address.
    list: String,
}

impl Signer {
    #[must_use]
    pub fn new(sealer: Sealer, partner: PartnerId, path: &str) -> Self {
        let list = format!("{} {path}", partner.0.simple());
        Self { sealer, list }
    }

    /// The signed text of a place.
    #[must_use]
    pub fn show(&self, place: Place) -> String {
        self.sign(&show(place))
    }

    /// The place of a text that we signed for this list.
    #[must_use]
    pub fn parse(&self, text: &str) -> Option<Place> {
        parse(self.open(text)?)
    }

    /// The signed text of a place in a list that is numbered.
    #[must_use]
    pub fn show_number(&self, number: i64) -> String {
        self.sign(&URL_SAFE_NO_PAD.encode(number.to_string()))
    }

    /// The number of a text that we signed for this list.
    #[must_use]
    pub fn parse_number(&self, text: &str) -> Option<i64> {
        let bytes = URL_SAFE_NO_PAD.decode(self.open(text)?).ok()?;
        String::from_utf8(bytes).ok()?.parse().ok()
    }

    fn sign(&self, place: &str) -> String {
        format!("{place}.{}", self.signature(place).unwrap_or_default())
    }

    fn open<'a>(&self, text: &'a str) -> Option<&'a str> {
        let (place, signature) = text.split_once('.')?;
        let ours = self.signature(place)?;
        let is_ours: bool = ours.as_bytes().ct_eq(signature.as_bytes()).into();
        Some(place).filter(|_| is_ours)
    }

    fn signature(&self, place: &str) -> Option<String> {
        let mac = self.sealer.blind_index("cursor", &format!("{} {place}", self.list));
        mac.ok()?.get(..SIGNATURE).map(str::to_owned)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_back_and_nothing_else_is() {
        let created_at = DateTime::from_timestamp_micros(1_795_000_000_123_456).unwrap();
        let place = Place {
            created_at,
            id: Uuid::now_v7(),
        };
        assert_eq!(parse(&show(place)), Some(place));
        for other in ["", "x", "MTIz", "!!", &URL_SAFE_NO_PAD.encode("9.9")] {
            assert_eq!(parse(other), None, "{other}");
        }
    }

    #[test]
    fn a_signed_cursor_opens_its_own_list_alone_and_neither_cut_nor_changed() {
        let sealer = Sealer::new(&"1".repeat(64).into(), &"2".repeat(64).into()).unwrap();
        let (partner, other) = (PartnerId::new(), PartnerId::new());
        let signer = Signer::new(sealer.clone(), partner, "/api/v1/payments");
        let place = Place {
            created_at: DateTime::from_timestamp_micros(1_795_000_000_123_456).unwrap(),
            id: Uuid::now_v7(),
        };
        let cursor = signer.show(place);
        assert_eq!(signer.parse(&cursor), Some(place));
        for foreign in [
            Signer::new(sealer.clone(), other, "/api/v1/payments"),
            Signer::new(sealer.clone(), partner, "/api/v1/mandates"),
        ] {
            assert_eq!(foreign.parse(&cursor), None);
        }
        let (unsigned, signature) = cursor.split_once('.').unwrap();
        let later = show(Place {
            id: Uuid::now_v7(),
            ..place
        });
        for forged in [
            unsigned,
            &cursor[..cursor.len() - 1],
            &format!("{later}.{signature}"),
            "",
            ".",
        ] {
            assert_eq!(signer.parse(forged), None, "{forged}");
        }
    }
}
