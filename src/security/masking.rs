//! One rule of masking everywhere: pages, staff, logs, exports and the API hide the same part, so that no two
//! views together give the whole.

const HIDDEN_DIGITS: usize = 5;
const HIDDEN_PHONE_DIGITS: usize = 4;

/// Hides the last five characters of an account number: `30200000*****`.
#[must_use]
pub fn account_number(number: &str) -> String {
    let length = number.chars().count();
    let shown = length.saturating_sub(HIDDEN_DIGITS);
    let mut masked: String = number.chars().take(shown).collect();
    masked.extend(std::iter::repeat_n('*', length - shown));
    masked
}

/// Hides all but the first and the last character of a name: `홍*동`, and the last of a two-letter one: `홍*`.
#[must_use]
pub fn person_name(name: &str) -> String {
    let length = name.chars().count();
    name.chars()
        .enumerate()
        .map(|(index, letter)| {
            let first = index == 0;
            let last_of_long = index + 1 == length && length > 2;
            if first || last_of_long { letter } else { '*' }
        })
        .collect()
}

/// Hides the last four digits of a phone number, given without its dashes: `010-1234-****`.
#[must_use]
pub fn phone_number(digits: &str) -> String {
    let length = digits.chars().count();
    let shown: String = digits
        .chars()
        .take(length.saturating_sub(HIDDEN_PHONE_DIGITS))
        .collect();
    match shown.split_at_checked(3) {
        Some((network, middle)) if !middle.is_empty() => format!("{network}-{middle}-****"),
        _ => "****".to_owned(),
    }
}

/// Hides all but the first two characters before the `@`: `mi***@naru.test`.
#[must_use]
pub fn email(email: &str) -> String {
    let (local, domain) = email.split_once('@').unwrap_or((email, ""));
    let shown: String = local
        .chars()
        .take(if local.chars().count() > 2 { 2 } else { 1 })
        .collect();
    format!("{shown}***@{domain}")
}

/// Hides what may tell of a person in a text of unknown origin: numbers of three digits or more, and all letters beyond ASCII.
#[must_use]
pub fn foreign_text(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut digits = String::new();
    for letter in text.chars().chain(std::iter::once('\0')) {
        if letter.is_ascii_digit() {
            digits.push(letter);
            continue;
        }
        if digits.len() < 3 {
            masked.push_str(&digits);
        } else {
            masked.extend(std::iter::repeat_n('*', digits.len()));
        }
        digits.clear();
        masked.push(if letter.is_ascii() { letter } else { '*' });
    }
    masked.pop();
    masked
}

#[cfg(test)]
mod tests {
    use super::{account_number, email, foreign_text, person_name, phone_number};

    #[test]
    fn of_a_foreign_text_the_shape_stays_and_nothing_that_tells_of_a_person() {
        assert_eq!(foreign_text(r#"{"v":9,"n":"홍길동"}"#), r#"{"v":9,"n":"***"}"#);
        assert_eq!(
            foreign_text("010-1234-5678 302000000010912"),
            "***-****-**** ***************"
        );
        assert_eq!(foreign_text(""), "");
    }

    #[test]
    fn the_last_four_digits_of_a_phone_number_are_hidden() {
        assert_eq!(phone_number("01012345678"), "010-1234-****");
        assert_eq!(phone_number("0111234567"), "011-123-****");
        for short in ["", "1", "1234", "1234567"] {
            assert_eq!(phone_number(short), "****", "{short}");
        }
    }

    #[test]
    fn an_email_keeps_its_beginning_and_its_domain() {
        assert_eq!(email("minji@naru.test"), "mi***@naru.test");
        assert_eq!(email("ab@naru.test"), "a***@naru.test");
    }

    #[test]
    fn the_last_five_digits_of_an_account_number_are_hidden() {
        assert_eq!(account_number("3020000000109"), "30200000*****");
        assert_eq!(account_number("12345"), "*****");
        assert_eq!(account_number("12"), "**");
        assert_eq!(account_number(""), "");
    }

    #[test]
    fn the_middle_of_a_name_is_hidden() {
        assert_eq!(person_name("홍길동"), "홍*동");
        assert_eq!(person_name("홍길"), "홍*");
        assert_eq!(person_name("남궁민수"), "남**수");
        assert_eq!(person_name("홍"), "홍");
    }
}
