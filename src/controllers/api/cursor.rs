//! Cursors: a place in a list, opaque to the caller.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::DateTime;
use uuid::Uuid;

use crate::transfers::find::Place;

/// What a place among events begins with: it is none of another list.
const SEQ: &str = "events.";

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

/// The text of a place in the one order of events.
#[must_use]
pub fn show_seq(seq: i64) -> String {
    URL_SAFE_NO_PAD.encode(format!("{SEQ}{seq}"))
}

/// The place of a text; `None` when it is not one of ours.
#[must_use]
pub fn parse_seq(text: &str) -> Option<i64> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
    text.strip_prefix(SEQ)?.parse().ok().filter(|seq| *seq >= 0)
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
        assert_eq!(parse_seq(&show_seq(77)), Some(77));
        assert_eq!((parse_seq(&show(place)), parse(&show_seq(77))), (None, None));
        for other in ["", "x", "MTIz", "!!", &URL_SAFE_NO_PAD.encode("9.9")] {
            assert_eq!(parse(other), None, "{other}");
        }
    }
}
