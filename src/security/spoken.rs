//! Secrets that people read, say and type: random letters in groups.

use rand::Rng;
use secrecy::SecretString;

/// No letter that looks like another when it is read out.
const ALPHABET: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";

/// So many groups of so many random letters, each worth almost five bits: `abcd-ef2h`.
#[must_use]
pub fn random(groups: usize, letters: usize) -> SecretString {
    let mut random = rand::rng();
    let mut letter = || {
        ALPHABET
            .get(random.random_range(0..ALPHABET.len()))
            .copied()
            .map_or('x', char::from)
    };
    let groups: Vec<String> = (0..groups).map(|_| (0..letters).map(|_| letter()).collect()).collect();
    groups.join("-").into()
}

/// The letters of such a secret as somebody typed it, with whatever dashes, spaces and capitals.
#[must_use]
pub fn normalised(typed: &str) -> String {
    let letters = typed.chars().filter(char::is_ascii_alphanumeric);
    letters.map(|letter| letter.to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn a_secret_is_known_again_however_it_is_typed() {
        let secret = random(2, 5);
        let text = secret.expose_secret();
        assert_eq!(text.len(), 11);
        let typed = format!(" {} ", text.to_uppercase().replace('-', " "));
        assert_eq!(normalised(&typed), text.replace('-', ""));
        assert_ne!(random(2, 5).expose_secret(), text);
    }
}
