//! What an answer tells of who has an account: nothing, until the code of the phone was shown.

use chrono::TimeDelta;

use crate::support::app::{self, TestApp};
use crate::support::http::Answer;
use crate::support::people::phone_of;
use crate::support::phone::wrong_codes;
use crate::support::visitor::Browser;

const EMAIL: &str = "minji@example.test";

/// One app in which the number has an account, and one in which it has none.
async fn two_apps() -> [TestApp; 2] {
    let with = app::wish().with_a_stopped_clock().start().await;
    let without = app::wish().with_a_stopped_clock().start().await;
    with.member(EMAIL).await;
    [with, without]
}

/// All of an answer but what differs from request to request: its id, the time, and what is sealed in a cookie, of which
/// the length stays.
fn all_of(answer: &Answer) -> String {
    let id = answer.header("x-request-id").to_owned();
    let mut lines = vec![answer.status.to_string()];
    for (name, value) in &answer.headers {
        let value = value.to_str().expect("letters").to_owned();
        lines.push(match name.as_str() {
            "x-request-id" | "date" => name.to_string(),
            "set-cookie" => {
                let (cookie, rest) = value.split_once('=').expect("a cookie");
                let (sealed, rest) = rest.split_once(';').expect("attributes");
                format!("set-cookie: {cookie}={} letters;{rest}", sealed.len())
            }
            _ => format!("{name}: {value}"),
        });
    }
    lines.push(answer.text.replace(&id, "the request's id"));
    lines.join("\n")
}

fn expect_same(what: &str, answers: &[Answer; 2]) {
    let [with, without] = answers.each_ref().map(all_of);
    assert_eq!(with, without, "{what}");
}

struct Pair([Browser; 2]);

impl Pair {
    async fn post(&self, path: &str, fields: &[[(&str, &str); 1]; 2]) -> [Answer; 2] {
        let [with, without] = &self.0;
        [with.post(path, &fields[0]).await, without.post(path, &fields[1]).await]
    }

    async fn get(&self, path: &str) -> [Answer; 2] {
        [self.0[0].get(path).await, self.0[1].get(path).await]
    }
}

/// Everything that a stranger can do with a number, without its messages.
async fn ask_and_guess(base: &str) {
    let apps = two_apps().await;
    let pair = Pair(apps.each_ref().map(TestApp::browser));
    let phone = phone_of(EMAIL);
    let typed = [[("phone", phone.digits())]; 2];
    let code = format!("{base}/code");
    expect_same("asking", &pair.post(base, &typed).await);
    expect_same("the page of the code", &pair.get(&code).await);
    expect_same("asking too soon", &pair.post(base, &typed).await);
    // Whatever the codes are, these are wrong.
    let messages = apps.each_ref().map(|app| app.services.sms.outbox().unwrap().messages());
    let codes = messages.map(|kept| crate::support::phone::code_in(&kept[0].text).unwrap_or("000000".to_owned()));
    let [with, without] = codes.each_ref().map(|code| wrong_codes(code, 7));
    for (with, without) in with.iter().zip(&without) {
        let fields = [[("code", with.as_str())], [("code", without.as_str())]];
        expect_same("a wrong code", &pair.post(&code, &fields).await);
    }
    for app in &apps {
        app.clock.advance(TimeDelta::seconds(30));
    }
    let nothing = [[("", "")]; 2];
    expect_same("asking again", &pair.post(&format!("{base}/resend"), &nothing).await);
    expect_same("the page of the code", &pair.get(&code).await);
    expect_same("a code that was not typed", &pair.post(&code, &nothing).await);
    for app in &apps {
        app.clock.advance(TimeDelta::seconds(180));
    }
    let last = [[("code", "123456")]; 2];
    expect_same("a code that is over", &pair.post(&code, &last).await);
}

#[tokio::test]
async fn signing_up_with_a_number_that_has_an_account_looks_the_same_without_its_code() {
    ask_and_guess("/sign-up").await;
}

#[tokio::test]
async fn a_forgotten_password_of_a_number_that_has_no_account_looks_the_same() {
    ask_and_guess("/password/forgotten").await;
}

#[tokio::test]
async fn only_who_shows_the_code_of_a_registered_number_learns_of_its_account() {
    let app = app::start().await;
    app.member(EMAIL).await;
    let browser = app.browser();
    let phone = phone_of(EMAIL);
    let asked = browser.post("/sign-up", &[("phone", phone.digits())]).await.expect(303);
    let page = browser.get("/sign-up/code").await.expect(200);
    let code = browser.code().await;
    let wrong = wrong_codes(&code, 1);
    let refused = browser.post("/sign-up/code", &[("code", &wrong[0])]).await.expect(422);
    for answer in [&asked, &page, &refused] {
        assert!(!answer.text.contains("@example.test"));
    }
    let right = browser.post("/sign-up/code", &[("code", &code)]).await.expect(303);
    assert_eq!(right.header("location"), "/sign-up/details");
    let told = browser.get("/sign-up/details").await.expect(200);
    assert!(told.text.contains("mi***@example.test") && told.text.contains("/password/forgotten"));
    assert!(!told.text.contains(EMAIL) && !told.text.contains(phone.digits()));
}

#[tokio::test]
async fn each_number_is_sent_one_message_and_the_one_without_account_is_told_so() {
    let [with, without] = two_apps().await;
    let phone = phone_of(EMAIL);
    for (app, begins) in [
        (&with, "[나루] 인증번호"),
        (&without, "[나루] 이 번호로 가입한 계정이 없어요"),
    ] {
        let browser = app.browser();
        browser
            .post("/password/forgotten", &[("phone", phone.digits())])
            .await
            .expect(303);
        let messages = app.services.sms.outbox().unwrap().messages();
        assert_eq!(messages.len(), 1);
        assert!(messages[0].text.starts_with(begins), "{}", messages[0].text);
    }
}
