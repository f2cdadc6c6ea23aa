//! What a browser carries from one step to the next, in a cookie: the number, and whether its code was shown.
//!
//! A ticket is sealed (AES-256-GCM, `security/sealed.rs`) for its purpose, its step and its owner, so it can be neither
//! read, altered, nor used for anything else. It is short-lived. A proven one is worth nothing twice by what it is used
//! for: a number signs up once, and a new password is bound to the hash that it replaces.

use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{PhoneNumber, Purpose};
use crate::ids::UserId;
use crate::security::sealed::{Place, SealError};
use crate::services::Services;

/// As long as a person may look for their phone.
pub const ASKED_SECS: i64 = 1800;
/// As long as the rest of a form may take.
pub const PROVEN_SECS: i64 = 600;

/// A code was sent to the number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    pub phone: PhoneNumber,
    pub at: DateTime<Utc>,
}

/// The code was shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proven {
    pub phone: PhoneNumber,
    pub at: DateTime<Utc>,
    /// Of a new password: the blind index of the hash that it may replace. Empty otherwise.
    pub replaces: String,
}

/// One of the two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ticket {
    Asked(Asked),
    Proven(Proven),
}

impl Ticket {
    /// As a cookie carries it. `owner` is whose it is, where somebody is signed in.
    ///
    /// # Errors
    /// When it cannot be sealed.
    pub fn seal(&self, services: &Services, purpose: Purpose, owner: Option<UserId>) -> Result<String, SealError> {
        let (step, text) = match self {
            Self::Asked(asked) => (Step::Asked, serde_json::to_string(asked)),
            Self::Proven(proven) => (Step::Proven, serde_json::to_string(proven)),
        };
        let text = text.map_err(|_| SealError::NotSealed)?;
        services.sealer.seal(place(purpose, step, owner), &text)
    }

    /// What is left of a cookie's value: `None` when it is not ours, for another purpose or owner, or over.
    #[must_use]
    pub fn open(services: &Services, purpose: Purpose, owner: Option<UserId>, sealed: &str) -> Option<Self> {
        let now = services.clock.now();
        let is_alive = |at: DateTime<Utc>, secs: i64| (now - at).num_seconds() < secs;
        if let Some(proven) = open_as::<Proven>(services, place(purpose, Step::Proven, owner), sealed) {
            return is_alive(proven.at, PROVEN_SECS).then_some(Self::Proven(proven));
        }
        let asked = open_as::<Asked>(services, place(purpose, Step::Asked, owner), sealed)?;
        is_alive(asked.at, ASKED_SECS).then_some(Self::Asked(asked))
    }
}

#[derive(Clone, Copy)]
enum Step {
    Asked,
    Proven,
}

const fn place(purpose: Purpose, step: Step, owner: Option<UserId>) -> Place {
    Place {
        column: match (purpose, step) {
            (Purpose::SignUp, Step::Asked) => "ticket.sign_up.asked",
            (Purpose::SignUp, Step::Proven) => "ticket.sign_up.proven",
            (Purpose::NewPassword, Step::Asked) => "ticket.new_password.asked",
            (Purpose::NewPassword, Step::Proven) => "ticket.new_password.proven",
            (Purpose::NewNumber, Step::Asked) => "ticket.new_number.asked",
            (Purpose::NewNumber, Step::Proven) => "ticket.new_number.proven",
        },
        row: match owner {
            Some(owner) => owner.0,
            None => Uuid::nil(),
        },
    }
}

fn open_as<T: DeserializeOwned>(services: &Services, place: Place, sealed: &str) -> Option<T> {
    let text = services.sealer.open(place, sealed).ok()?;
    serde_json::from_str(&text).ok()
}
