//! The header of a request: who asks, from the settings; which call it is, from the caller.

use chrono::Timelike;
use secrecy::SecretString;

use super::wire::{Api, Day, Request, RequestHeader, Time};
use crate::{bank::Call, clock::kst, config::BankSettings};

/// Who we are to the bank. Hides its token in `Debug`.
#[derive(Clone, Debug)]
pub(super) struct Institution {
    code: String,
    fintech_serial: String,
    access_token: SecretString,
}

impl Institution {
    pub(super) fn new(settings: &BankSettings) -> Self {
        Self {
            code: settings.institution_code.clone(),
            fintech_serial: settings.fintech_serial.clone(),
            access_token: settings.access_token.clone(),
        }
    }

    pub(super) const fn access_token(&self) -> &SecretString {
        &self.access_token
    }

    /// The request under the trace number of this call. Date and time are Korea's.
    pub(super) fn request<A: Api>(&self, call: &Call, body: A) -> Request<A> {
        let time = call.at.with_timezone(&kst()).time();
        Request {
            header: RequestHeader {
                api_name: A::NAME.to_owned(),
                date: Day::of(call.date()),
                // A leap second would be written as `60`, which the wire does not have.
                time: Time::of(time.with_nanosecond(0).unwrap_or(time)),
                institution_code: self.code.clone(),
                fintech_serial: self.fintech_serial.clone(),
                service_code: A::SERVICE_CODE.to_owned(),
                trace_number: call.trace_number.clone(),
                access_token: self.access_token.clone(),
            },
            body,
        }
    }
}
