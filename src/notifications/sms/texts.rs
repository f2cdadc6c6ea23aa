//! What a message says, short enough for one SMS: 90 bytes, two of them for each letter beyond ASCII.

use secrecy::SecretString;

use crate::views::i18n::{Language, TextArgs, text};

/// The code that shows that a phone is in somebody's hands.
#[must_use]
pub fn code(language: Language, code: &str) -> SecretString {
    let args = TextArgs::from([("code".into(), code.into())]);
    text(language, "sms-code", &args).into()
}

/// Somebody asked for a new password with a number that has no account here.
#[must_use]
pub fn no_account(language: Language) -> SecretString {
    text(language, "sms-no-account", &TextArgs::new()).into()
}

/// To the number that an account had until now.
#[must_use]
pub fn number_changed(language: Language) -> SecretString {
    text(language, "sms-number-changed", &TextArgs::new()).into()
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn every_message_fits_into_one_sms() {
        for language in Language::ALL {
            for text in [code(language, "123456"), no_account(language), number_changed(language)] {
                let text = text.expose_secret();
                let bytes: usize = text.chars().map(|letter| if letter.is_ascii() { 1 } else { 2 }).sum();
                assert!(bytes <= 90, "{bytes}: {text}");
            }
            assert!(code(language, "123456").expose_secret().contains("123456"));
        }
    }
}
