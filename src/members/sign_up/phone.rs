//! The phone of who signs up: a code to it, and what the right one proves.

use std::net::IpAddr;

use crate::members::phone::codes::{self, CodeError, SendError, Wish};
use crate::members::phone::tickets::Proven;
use crate::members::phone::{PhoneNumber, Purpose};
use crate::notifications::sms::texts;
use crate::services::Services;
use crate::views::i18n::Language;

/// Sends a code to a number, whoever has it.
///
/// # Errors
/// [`SendError`].
pub async fn ask(
    services: &Services,
    phone: &PhoneNumber,
    peer: Option<IpAddr>,
    language: Language,
) -> Result<(), SendError> {
    let wish = Wish {
        purpose: Purpose::SignUp,
        phone,
        peer,
    };
    codes::send(services, wish, |code| texts::code(language, code)).await
}

/// What the right code of a number proves.
///
/// # Errors
/// [`CodeError`].
pub async fn prove(services: &Services, phone: PhoneNumber, code: &str) -> Result<Proven, CodeError> {
    codes::check(services, Purpose::SignUp, &phone, code).await?;
    Ok(Proven {
        phone,
        at: services.clock.now(),
        replaces: String::new(),
    })
}
