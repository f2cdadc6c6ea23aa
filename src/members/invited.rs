//! Those whom an operator lets in, people of partners and staff: their names, their emails, and the password that is handed
//! over to them.

use secrecy::SecretString;

use super::{MAX_EMAIL_CHARS, normalised_email};
use crate::plain_text::{is_plain, whole};
use crate::security::spoken;

const LONGEST_NAME: usize = 100;
/// Twenty letters: about 99 bits.
const PASSWORD_GROUPS: usize = 5;
const GROUP_LETTERS: usize = 4;

/// The name that was typed, when it has 1 to 100 letters that can be seen.
#[must_use]
pub fn name(typed: &str) -> Option<String> {
    let name = whole(typed.trim());
    let fits = (1..=LONGEST_NAME).contains(&name.chars().count()) && is_plain(&name);
    fits.then_some(name)
}

/// The email that was typed, as we keep it, when it looks like one.
#[must_use]
pub fn email(typed: &str) -> Option<String> {
    let email = normalised_email(typed);
    let is_email = email.chars().count() <= MAX_EMAIL_CHARS
        && !email.contains(char::is_whitespace)
        && is_plain(&email)
        && email
            .split_once('@')
            .is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.'));
    is_email.then_some(email)
}

/// A password to hand over.
#[must_use]
pub fn password() -> SecretString {
    spoken::random(PASSWORD_GROUPS, GROUP_LETTERS)
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn a_name_in_parts_is_the_one_that_it_looks_like() {
        let in_parts = "\u{1102}\u{1161}\u{1105}\u{116e}";
        assert_eq!(name(in_parts).as_deref(), Some("나루"));
        assert_eq!(name("㈜나루").as_deref(), Some("㈜나루"));
        assert_eq!(name("\u{202e}"), None);
    }
}
