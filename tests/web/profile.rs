//! What a member changes of themselves.

use naru::members::new_number::{self, NewNumberError};
use naru::members::phone::PhoneNumber;
use naru::members::profile::{self, ProfileError};
use naru::members::withdrawal;
use naru::models::{members, users};
use naru::views::i18n::Language;
use sea_orm::EntityTrait;

use crate::support::app::{self, TestApp};
use crate::support::people::{PASSWORD, phone_of};
use crate::support::visitor::Browser;

const EMAIL: &str = "minji@example.test";
const NEW: &str = "010-5555-6666";

async fn ask(browser: &Browser, password: &str) -> crate::support::http::Answer {
    let fields = [("phone", NEW), ("password", password)];
    browser.post("/me/profile/phone", &fields).await
}

async fn number_of(app: &TestApp, member: naru::ids::UserId) -> String {
    let (_, phone) = profile::find(&app.services, member).await.expect("it is there");
    phone.expect("a number").digits().to_owned()
}

#[tokio::test]
async fn a_nickname_is_kept_shown_and_taken_away() {
    let app = app::start().await;
    let (_, browser) = app.member_browser(EMAIL).await;
    let page = browser.get("/me/profile").await.expect(200);
    assert!(page.text.contains("<dd>김*지</dd>"), "{}", page.text);
    assert!(page.text.contains(&phone_of(EMAIL).masked()) && !page.text.contains(phone_of(EMAIL).digits()));
    browser.post("/me/profile", &[("nickname", " 민지 ")]).await.expect(303);
    let page = browser.get("/me/profile").await.expect(200);
    assert!(page.text.contains("<dd>민지</dd>") && page.text.contains("별명을 저장했어요"));
    let refused = browser.post("/me/profile", &[("nickname", "민")]).await.expect(422);
    assert!(refused.text.contains("별명은 2자 이상") && refused.text.contains("value=\"민\""));
    browser.post("/me/profile", &[("nickname", "")]).await.expect(303);
    assert!(
        browser
            .get("/me/profile")
            .await
            .expect(200)
            .text
            .contains("<dd>김*지</dd>")
    );
}

#[tokio::test]
async fn a_number_is_replaced_when_the_new_one_has_shown_its_code_and_not_before() {
    let app = app::start().await;
    let (member, browser) = app.member_browser(EMAIL).await;
    let old = phone_of(EMAIL);
    let refused = ask(&browser, "not-this-one").await.expect(422);
    assert!(refused.text.contains("비밀번호가 맞지 않아요") && refused.text.contains(NEW));
    assert!(app.services.sms.outbox().unwrap().messages().is_empty());
    ask(&browser, PASSWORD).await.expect(303);
    browser.get("/me/profile/phone/code").await.expect(200);
    assert_eq!(number_of(&app, member).await, old.digits());
    let code = browser.code().await;
    let wrong = crate::support::phone::wrong_codes(&code, 1);
    browser
        .post("/me/profile/phone/code", &[("code", &wrong[0])])
        .await
        .expect(422);
    assert_eq!(number_of(&app, member).await, old.digits());
    // Another member's ticket is not theirs.
    let (_, other) = app.member_browser("junho@example.test").await;
    other.set_cookie("naru_new_number", &browser.cookie("naru_new_number").unwrap());
    let sent = other
        .post("/me/profile/phone/code", &[("code", &code)])
        .await
        .expect(303);
    assert_eq!(sent.header("location"), "/me/profile");

    let changed = browser.post("/me/profile/phone/code", &[("code", &code)]).await;
    assert_eq!(changed.expect(303).header("location"), "/me/profile");
    assert_eq!(number_of(&app, member).await, "01055556666");
    let page = browser.get("/me/profile").await.expect(200);
    assert!(page.text.contains("010-5555-****") && page.text.contains("휴대폰 번호를 바꿨어요"));
    let messages = app.services.sms.outbox().unwrap().messages();
    assert_eq!(messages[0].to, old);
    assert!(messages[0].text.contains("번호가 바뀌었어요"), "{}", messages[0].text);
    // The old one is free.
    let stranger = app.browser();
    stranger.prove("/sign-up", old.digits()).await.expect(303);
    let page = stranger.get("/sign-up/details").await.expect(200);
    assert!(page.text.contains("name=\"email\""));
}

#[tokio::test]
async fn a_number_of_another_account_is_told_to_who_shows_its_code_and_stays_there() {
    let app = app::start().await;
    let (member, browser) = app.member_browser(EMAIL).await;
    let owner = app.member("junho@example.test").await;
    let taken = phone_of("junho@example.test");
    let fields = [("phone", taken.digits()), ("password", PASSWORD)];
    browser.post("/me/profile/phone", &fields).await.expect(303);
    let page = browser.get("/me/profile/phone/code").await.expect(200);
    assert!(!page.text.contains("ju***"));
    let code = browser.code().await;
    let told = browser
        .post("/me/profile/phone/code", &[("code", &code)])
        .await
        .expect(422);
    assert!(told.text.contains("ju***@example.test") && told.text.contains("지금 번호는 그대로예요"));
    assert_eq!(number_of(&app, member).await, phone_of(EMAIL).digits());
    assert_eq!(number_of(&app, owner).await, taken.digits());
}

#[tokio::test]
async fn the_profile_is_for_members_who_signed_in() {
    let app = app::start().await;
    for path in ["/me/profile", "/me/profile/phone", "/me/profile/phone/code"] {
        let sent = app.browser().get(path).await.expect(303);
        assert!(sent.header("location").starts_with("/sign-in"), "{path}");
    }
    let sent = app.browser().post("/me/profile", &[("nickname", "민지")]).await;
    assert_eq!(sent.expect(303).header("location"), "/sign-in");
}

#[tokio::test]
async fn a_change_that_comes_after_a_withdrawal_leaves_no_trace() {
    let app = app::start().await;
    let member = app.member(EMAIL).await;
    let db = app.services.db.read();
    let user = users::Entity::find_by_id(member).one(db).await.unwrap().unwrap();
    let phone = PhoneNumber::parse(NEW).unwrap();
    new_number::send_code(&app.services, &phone, None, Language::Ko)
        .await
        .unwrap();
    let code = app.browser().code().await;
    withdrawal::leave(&app.services, &user).await.unwrap();
    let renamed = profile::rename(&app.services, member, Some("민지".to_owned())).await;
    assert!(matches!(renamed, Err(ProfileError::NoSuchMember)), "{renamed:?}");
    let changed = new_number::change(&app.services, member, &phone, &code, Language::Ko).await;
    let is_refused = matches!(changed, Err(NewNumberError::Profile(ProfileError::NoSuchMember)));
    assert!(is_refused, "{changed:?}");
    let row = members::Entity::find_by_id(member).one(db).await.unwrap().unwrap();
    assert_eq!((row.nickname, row.phone_sealed, row.phone_index), (None, None, None));
    // The number that it was is free for another.
    let stranger = app.browser();
    app.clock.advance(chrono::TimeDelta::seconds(31));
    stranger.prove("/sign-up", phone_of(EMAIL).digits()).await.expect(303);
    let page = stranger.get("/sign-up/details").await.expect(200);
    assert!(page.text.contains("name=\"email\""));
}
