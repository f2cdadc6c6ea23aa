//! Devices as people know them: a short name for a session's program and system, and the mark by which a browser where
//! somebody has signed in before is known again.
//!
//! A name is put together from words of ours, so that nothing a client sends is kept or shown. A mark is a number of chance
//! and a MAC over it and the email: it tells whoever finds it in a browser neither who signed in there nor that anybody has
//! this email, and it opens nothing. It is good for one thing: wrong passwords that strangers try do not hold up the owner
//! here (`attempts.rs`).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::RngCore;
use subtle::ConstantTimeEq;

use crate::security::sealed::Sealer;

const NONCE_BYTES: usize = 16;

/// A browser says that it is others as well, so the most particular comes first.
const PROGRAMS: [(&str, &str); 13] = [
    ("KAKAOTALK", "KakaoTalk"),
    ("NAVER(", "NAVER"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Whale/", "Whale"),
    ("EdgA/", "Edge"),
    ("EdgiOS/", "Edge"),
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];
const SYSTEMS: [(&str, &str); 7] = [
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
];

/// The name of a device, such as `Chrome · Android`; empty where neither part is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Device(String);

impl Device {
    /// By what a client says of itself in `User-Agent`.
    #[must_use]
    pub fn of(user_agent: Option<&str>) -> Self {
        let Some(said) = user_agent else {
            return Self::default();
        };
        let known = |words: &[(&str, &'static str)]| {
            let found = words.iter().find(|(word, _)| said.contains(word));
            found.map(|(_, name)| *name)
        };
        let parts = [known(&PROGRAMS), known(&SYSTEMS)];
        Self(parts.into_iter().flatten().collect::<Vec<_>>().join(" · "))
    }

    #[must_use]
    pub fn into_text(self) -> String {
        self.0
    }
}

/// Makes and reads marks. Cheap to clone.
#[derive(Clone)]
pub struct Marks {
    sealer: Sealer,
}

impl Marks {
    #[must_use]
    pub const fn new(sealer: Sealer) -> Self {
        Self { sealer }
    }

    /// A new mark of a browser where the owner of this email has signed in.
    #[must_use]
    pub fn make(&self, email: &str) -> Option<String> {
        let mut nonce = [0_u8; NONCE_BYTES];
        rand::rng().fill_bytes(&mut nonce);
        let nonce = URL_SAFE_NO_PAD.encode(nonce);
        let mac = self.mac(&nonce, email)?;
        Some(format!("{nonce}.{mac}"))
    }

    /// By what this browser is told from others, when the owner of this email has signed in there.
    #[must_use]
    pub fn known<'a>(&self, mark: &'a str, email: &str) -> Option<&'a str> {
        let (nonce, mac) = mark.split_once('.')?;
        let right = self.mac(nonce, email)?;
        bool::from(right.as_bytes().ct_eq(mac.as_bytes())).then_some(nonce)
    }

    fn mac(&self, nonce: &str, email: &str) -> Option<String> {
        self.sealer.blind_index("device", &format!("{nonce}.{email}")).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_is_named_by_its_program_and_system() {
        const CHROME: &str = "Mozilla/5.0 (Linux; Android 14; SM-S921N) AppleWebKit/537.36 (KHTML, like Gecko)";
        for (said, name) in [
            (
                format!("{CHROME} Chrome/131.0.0.0 Mobile Safari/537.36"),
                "Chrome · Android",
            ),
            (
                format!("{CHROME} SamsungBrowser/27.0 Chrome/125.0.0.0 Mobile Safari/537.36"),
                "Samsung Internet · Android",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) Version/18.1 Mobile/15E148 Safari/604.1"
                    .to_owned(),
                "Safari · iPhone",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0".to_owned(),
                "Edge · Windows",
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:132.0) Gecko/20100101 Firefox/132.0".to_owned(),
                "Firefox · Mac",
            ),
            ("okhttp/4.12.0".to_owned(), ""),
            ("<script>alert(1)</script> Linux".to_owned(), "Linux"),
        ] {
            assert_eq!(Device::of(Some(&said)).into_text(), name, "{said}");
        }
        assert_eq!(Device::of(None).into_text(), "");
    }

    #[test]
    fn a_mark_is_known_for_its_email_alone_and_names_nobody() {
        let marks = Marks::new(Sealer::new(&"1".repeat(64).into(), &"2".repeat(64).into()).unwrap());
        let mark = marks.make("minji@naru.test").unwrap();
        assert!(marks.known(&mark, "minji@naru.test").is_some());
        assert!(marks.known(&mark, "junho@naru.test").is_none());
        assert!(marks.known("", "minji@naru.test").is_none());
        assert!(marks.known(&mark.replace('.', "x."), "minji@naru.test").is_none());
        assert!(!mark.contains("minji"));
        assert_ne!(marks.make("minji@naru.test").unwrap(), mark);
    }
}
