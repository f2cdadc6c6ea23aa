//! Solapi's spelling. HTTP 200 with an empty `failedMessageList` means that it took the message; what it refuses is in that
//! list with a `statusCode`, or is another status with an `errorCode`.

use reqwest::StatusCode;
use serde::{Deserialize, Serialize};

use super::SmsError;

/// Its codes are shorter.
const CODE_CHARS: usize = 40;

#[derive(Serialize)]
struct Request<'a> {
    messages: [Message<'a>; 1],
}

#[derive(Serialize)]
struct Message<'a> {
    to: &'a str,
    from: &'a str,
    text: &'a str,
    #[serde(rename = "type")]
    kind: &'static str,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    failed_message_list: Vec<Failed>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Failed {
    #[serde(default)]
    status_code: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Refusal {
    error_code: String,
}

/// The body that sends one message; `None` for what cannot be written.
pub(super) fn request(to: &str, from: &str, text: &str) -> Option<Vec<u8>> {
    let message = Message {
        to,
        from,
        text,
        kind: "SMS",
    };
    serde_json::to_vec(&Request { messages: [message] }).ok()
}

/// What an answer says of the message.
pub(super) fn outcome(status: StatusCode, body: &[u8]) -> Result<(), SmsError> {
    if status != StatusCode::OK {
        return Err(match serde_json::from_slice::<Refusal>(body) {
            Ok(refusal) => SmsError::Refused(plain(&refusal.error_code)),
            Err(_) => SmsError::Status(status.as_u16()),
        });
    }
    let answer: Answer = serde_json::from_slice(body).map_err(|_| SmsError::Unclear)?;
    match answer.failed_message_list.first() {
        None => Ok(()),
        Some(failed) => Err(SmsError::Refused(plain(&failed.status_code))),
    }
}

/// A word of theirs for our log: it could hold anything, a number too.
fn plain(code: &str) -> String {
    let is_code = code.chars().count() <= CODE_CHARS
        && code
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
        && code.chars().filter(char::is_ascii_digit).count() < 8;
    if is_code { code.to_owned() } else { "other".to_owned() }
}
