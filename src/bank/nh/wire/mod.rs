//! NH's wire, spelled once: the envelope and headers that every API shares, and which APIs there are.
//!
//! A message is one JSON object: `Header` beside the fields of the API. Every scalar is a string. The client and the
//! simulator speak through these same types, so that a name is right or wrong for both. What NH spells in several
//! ways is read in each of them and written in one.

mod accounts;
mod scalars;
mod statement;
mod transfers;

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize, Serializer, de::DeserializeOwned};

pub use accounts::*;
pub use scalars::{Amount, Day, HolderName, Time};
pub use statement::*;
pub use transfers::*;

use crate::bank::TraceNumber;

/// The body of a request, and with it the API: its name, the service it is contracted under, its reply.
pub trait Api: Serialize + DeserializeOwned + Send + Sync {
    /// `ApiNm`, which is also the last part of the path: `POST /{NAME}.nh`.
    const NAME: &'static str;
    /// `ApiSvcCd`: the service code that NH's public description gives for this API.
    const SERVICE_CODE: &'static str;
    /// The fields beside the header of the answer. A refusal has none of them, so all are optional.
    type Reply: Serialize + DeserializeOwned + Send;
}

/// A request as it goes over the wire.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Request<A> {
    #[serde(rename = "Header")]
    pub header: RequestHeader,
    #[serde(flatten)]
    pub body: A,
}

/// An answer as it comes over the wire.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Response<R> {
    #[serde(rename = "Header")]
    pub header: ResponseHeader,
    #[serde(flatten)]
    pub body: R,
}

/// What stands before every request.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RequestHeader {
    #[serde(rename = "ApiNm")]
    pub api_name: String,
    /// Transmission date, the calendar day in Korea.
    #[serde(rename = "Tsymd")]
    pub date: Day,
    #[serde(rename = "Trtm")]
    pub time: Time,
    #[serde(rename = "Iscd")]
    pub institution_code: String,
    #[serde(rename = "FintechApsno")]
    pub fintech_serial: String,
    #[serde(rename = "ApiSvcCd")]
    pub service_code: String,
    /// Unique for each fintech service and transmission date.
    #[serde(rename = "IsTuno")]
    pub trace_number: TraceNumber,
    #[serde(rename = "AccessToken", serialize_with = "exposed")]
    pub access_token: SecretString,
}

/// The one place where the token is written out: the request itself.
fn exposed<S: Serializer>(token: &SecretString, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(token.expose_secret())
}

/// What stands before every answer: the request's header without its token, the code and a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResponseHeader {
    #[serde(rename = "ApiNm", default, skip_serializing_if = "Option::is_none")]
    pub api_name: Option<String>,
    #[serde(rename = "Tsymd", default, skip_serializing_if = "Option::is_none")]
    pub date: Option<Day>,
    #[serde(rename = "Trtm", default, skip_serializing_if = "Option::is_none")]
    pub time: Option<Time>,
    #[serde(rename = "Iscd", default, skip_serializing_if = "Option::is_none")]
    pub institution_code: Option<String>,
    #[serde(rename = "FintechApsno", default, skip_serializing_if = "Option::is_none")]
    pub fintech_serial: Option<String>,
    #[serde(rename = "ApiSvcCd", default, skip_serializing_if = "Option::is_none")]
    pub service_code: Option<String>,
    #[serde(rename = "IsTuno", default, skip_serializing_if = "Option::is_none")]
    pub trace_number: Option<TraceNumber>,
    /// The code that decides. Its meaning is in `codes.rs`.
    #[serde(rename = "Rpcd")]
    pub code: String,
    /// For people only: the same code comes with several texts. Some answers spell the key with a trailing space.
    #[serde(rename = "Rsms", alias = "Rsms ", default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

impl ResponseHeader {
    /// The header of the answer to `request`: its echo, with the code and the text.
    #[must_use]
    pub fn answering(request: &RequestHeader, code: &str, message: &str) -> Self {
        Self {
            api_name: Some(request.api_name.clone()),
            date: Some(request.date.clone()),
            time: Some(request.time.clone()),
            institution_code: Some(request.institution_code.clone()),
            fintech_serial: Some(request.fintech_serial.clone()),
            service_code: Some(request.service_code.clone()),
            trace_number: Some(request.trace_number.clone()),
            code: code.to_owned(),
            message: Some(message.to_owned()),
        }
    }
}

/// An answer with nothing beside its header: every refusal, and some successes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeaderOnly {}
