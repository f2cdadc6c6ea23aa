//! A place in the list of the desk as a text of the address. Not signed: staff may see all of the list anyhow.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::DateTime;
use uuid::Uuid;

use crate::transfers::search::Place;

pub(super) fn show(place: Place) -> String {
    let micros = place.created_at.timestamp_micros();
    URL_SAFE_NO_PAD.encode(format!("{micros}.{}.{}", place.amount_won, place.id.simple()))
}

/// The place of a text; `None` when it is not one of ours.
pub(super) fn parse(text: &str) -> Option<Place> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
    let mut parts = text.split('.');
    let (micros, amount, id) = (parts.next()?, parts.next()?, parts.next()?);
    let place = Place {
        created_at: DateTime::from_timestamp_micros(micros.parse().ok()?)?,
        amount_won: amount.parse().ok()?,
        id: Uuid::try_parse(id).ok()?,
    };
    parts.next().is_none().then_some(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_read_back_and_nothing_else_is() {
        let place = Place {
            created_at: DateTime::from_timestamp_micros(1_795_000_000_123_456).unwrap(),
            amount_won: 12_300,
            id: Uuid::now_v7(),
        };
        assert_eq!(parse(&show(place)), Some(place));
        for other in [
            "",
            "x",
            "!!",
            &URL_SAFE_NO_PAD.encode("9.9.9"),
            &URL_SAFE_NO_PAD.encode("9.9"),
        ] {
            assert_eq!(parse(other), None, "{other}");
        }
    }
}
