//! Signing up as a person does: through the pages, with the code that the development outbox shows.

use super::http::Answer;
use super::people::PASSWORD;
use super::visitor::Browser;

/// Who signs up.
#[derive(Clone, Copy)]
pub struct Person<'a> {
    pub phone: &'a str,
    pub email: &'a str,
    pub birth_date: &'a str,
}

impl<'a> Person<'a> {
    pub fn details(&self) -> [(&'a str, &'a str); 5] {
        [
            ("email", self.email),
            ("password", PASSWORD),
            ("name", "박서연"),
            ("nickname", "서연"),
            ("birth_date", self.birth_date),
        ]
    }
}

impl Browser {
    /// The text of the newest message that was not sent.
    pub async fn newest_message(&self) -> String {
        let page = self.get("/dev/outbox").await.expect(200).text;
        let list = page.split("rows outbox").nth(1).expect("there are messages");
        let message = list.split("</p><p>").nth(1).expect("a text");
        message.split("</p>").next().expect("its end").to_owned()
    }

    /// The code in the newest message.
    pub async fn code(&self) -> String {
        let text = self.newest_message().await;
        code_in(&text).unwrap_or_else(|| panic!("no code in: {text}"))
    }

    /// Shows that a phone is in these hands; answers with what the right code leads to.
    pub async fn prove(&self, base: &str, phone: &str) -> Answer {
        self.post(base, &[("phone", phone)]).await.expect(303);
        let code = self.code().await;
        self.post(&format!("{base}/code"), &[("code", &code)]).await
    }

    /// All steps of signing up; answers with the last.
    pub async fn sign_up(&self, person: Person<'_>) -> Answer {
        self.prove("/sign-up", person.phone).await.expect(303);
        self.post("/sign-up/details", &person.details()).await
    }
}

/// The first six digits in a row.
pub fn code_in(text: &str) -> Option<String> {
    let mut runs = text.split(|letter: char| !letter.is_ascii_digit());
    runs.find(|run| run.len() == 6).map(str::to_owned)
}

/// Another code than this one: as many as are asked for, all different.
pub fn wrong_codes(right: &str, count: usize) -> Vec<String> {
    let right: usize = right.parse().expect("digits");
    let others = (1..=count).map(|step| (right + step) % 1_000_000);
    others.map(|code| format!("{code:06}")).collect()
}
