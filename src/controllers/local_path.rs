//! Paths of ours that a request names, as where to go after signing in: never another site.

const MAX_CHARS: usize = 1024;

/// The path, when it leads to a page of this site and nowhere else, as any browser would read it.
#[must_use]
pub fn checked(path: &str) -> Option<&str> {
    let is_absolute_path = path.starts_with('/') && !path.starts_with("//");
    // A browser reads `\` as `/` and drops tabs and line ends, so `/\evil` and `/<tab>/evil` are other sites.
    let is_plain = path.chars().all(|letter| letter.is_ascii_graphic() && letter != '\\');
    // To sign in after signing in, or out at once, is no way on.
    let is_way_on = !matches!(
        path.split(['?', '#']).next(),
        Some("/sign-in" | "/sign-up" | "/sign-out")
    );
    (is_absolute_path && is_plain && is_way_on && path.len() <= MAX_CHARS).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::checked;

    #[test]
    fn only_paths_of_this_site_are_gone_to() {
        for path in [
            "/",
            "/accounts",
            "/cs/payments?q=a%40b.c&state=failed",
            "/payments/pay_1#top",
        ] {
            assert_eq!(checked(path), Some(path));
        }
        for path in [
            "",
            "accounts",
            "//evil.test",
            "/\\evil.test",
            "/\t/evil.test",
            "/\n/evil.test",
            "https://evil.test/",
            "javascript:alert(1)",
            "/accounts\r\nSet-Cookie: a=b",
            "/한글",
            "/sign-in?next=/sign-in",
            "/sign-out",
        ] {
            assert_eq!(checked(path), None, "{path:?}");
        }
        assert_eq!(checked(&format!("/{}", "a".repeat(1024))), None);
    }
}
