//! Signing up.

use chrono::TimeDelta;
use naru::models::{members, users};
use sea_orm::{EntityTrait, PaginatorTrait};

use crate::support::app::{self, TestApp};
use crate::support::people::{PASSWORD, phone_of};
use crate::support::phone::{Person, wrong_codes};
use crate::support::visitor::SESSION;

const SEOYEON: Person<'_> = Person {
    phone: "010-2222-3333",
    email: " Seoyeon@Example.TEST",
    birth_date: "1994-03-02",
};

async fn counts(app: &TestApp) -> (u64, u64) {
    let db = app.services.db.read();
    let users = users::Entity::find().count(db).await.unwrap();
    (users, members::Entity::find().count(db).await.unwrap())
}

#[tokio::test]
async fn a_new_member_is_signed_in_and_what_is_personal_cannot_be_read_in_the_database() {
    let app = app::start().await;
    let browser = app.browser();
    let answer = browser.sign_up(SEOYEON).await.expect(303);
    assert_eq!(answer.header("location"), "/accounts");
    assert!(browser.cookie(SESSION).is_some());
    assert!(browser.cookie("naru_sign_up").is_none());

    let page = browser.get("/accounts").await.expect(200);
    assert!(page.text.contains("박서연"));
    let welcome = "먼저 은행 계좌를 연결해 주세요";
    assert!(page.text.contains(welcome));
    assert!(!browser.get("/accounts").await.expect(200).text.contains(welcome));

    let user = users::Model::find_by_email(app.services.db.read(), "seoyeon@example.test")
        .await
        .unwrap()
        .unwrap();
    let member = members::Entity::find_by_id(user.id)
        .one(app.services.db.read())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(member.nickname.as_deref(), Some("서연"));
    assert!(user.password_hash.starts_with("$argon2id$"));
    let row = format!("{member:?}");
    for personal in ["1994-03-02", "19940302", "01022223333", "2222-3333", "22223333"] {
        assert!(!row.contains(personal), "{row}");
    }
}

#[tokio::test]
async fn a_refused_form_comes_back_with_what_was_typed_but_the_password() {
    let app = app::start().await;
    let browser = app.browser();
    let refused = browser.post("/sign-up", &[("phone", "02-123-4567")]).await.expect(422);
    assert!(refused.text.contains("02-123-4567") && refused.text.contains("휴대폰 번호를 다시 확인해 주세요"));
    browser.prove("/sign-up", "+82 10-2222-3333").await.expect(303);
    let person = Person {
        email: "seoyeon@example",
        birth_date: "2026-01-01",
        ..SEOYEON
    };
    let mut details = person.details();
    details[3].1 = "서";
    let refused = browser.post("/sign-up/details", &details).await.expect(422);
    for told in [
        "seoyeon@example",
        "2026-01-01",
        "박서연",
        "value=\"서\"",
        "010-2222-****",
        "이메일 주소를 다시 확인해 주세요",
        "만 14세부터",
        "별명은 2자 이상",
    ] {
        assert!(refused.text.contains(told), "{told}");
    }
    assert!(!refused.text.contains(PASSWORD) && !refused.text.contains("-3333") && !refused.text.contains("22223333"));
    assert_eq!(counts(&app).await, (0, 0));
    // What was proven is still good.
    browser.post("/sign-up/details", &SEOYEON.details()).await.expect(303);
}

#[tokio::test]
async fn two_at_once_with_one_email_make_one_member() {
    let app = app::start().await;
    let (first, second) = (app.browser(), app.browser());
    first.prove("/sign-up", "010-2222-3333").await.expect(303);
    second.prove("/sign-up", "010-4444-5555").await.expect(303);
    let form = SEOYEON.details();
    let (one, other) = tokio::join!(
        first.post("/sign-up/details", &form),
        second.post("/sign-up/details", &form)
    );
    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 422]);
    assert_eq!(counts(&app).await, (1, 1));
}

#[tokio::test]
async fn what_one_phone_proved_makes_one_member_also_when_it_is_used_twice_at_once() {
    let app = app::start().await;
    let browser = app.browser();
    browser.prove("/sign-up", SEOYEON.phone).await.expect(303);
    let ticket = browser.cookie("naru_sign_up").unwrap();
    let others: Vec<_> = (0..4)
        .map(|number| {
            let thief = app.browser();
            thief.set_cookie("naru_sign_up", &ticket);
            (thief, format!("{number}@example.test"))
        })
        .collect();
    let tries = others.iter().map(|(thief, email)| async move {
        let person = Person { email, ..SEOYEON };
        thief.post("/sign-up/details", &person.details()).await.status.as_u16()
    });
    let mut statuses = futures::future::join_all(tries).await;
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 422, 422, 422]);
    assert_eq!(counts(&app).await, (1, 1));
    // Later it is told whose account there is, to who has the ticket of the phone.
    let page = browser.get("/sign-up/details").await.expect(200);
    assert!(page.text.contains("***@example.test"), "{}", page.text);
}

#[tokio::test]
async fn of_two_at_once_with_the_right_code_one_is_right() {
    let app = app::start().await;
    let browser = app.browser();
    browser.post("/sign-up", &[("phone", SEOYEON.phone)]).await.expect(303);
    let (ticket, code) = (browser.cookie("naru_sign_up").unwrap(), browser.code().await);
    let others: Vec<_> = (0..6).map(|_| app.browser()).collect();
    let tries = others.iter().map(|other| {
        other.set_cookie("naru_sign_up", &ticket);
        let fields = [("code", code.as_str())];
        async move { other.post("/sign-up/code", &fields).await.status.as_u16() }
    });
    let mut statuses = futures::future::join_all(tries).await;
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 422, 422, 422, 422, 422]);
}

#[tokio::test]
async fn a_hundred_wrong_codes_are_refused_and_after_the_fifth_the_right_one_as_well() {
    let app = app::start().await;
    let browser = app.browser();
    browser.post("/sign-up", &[("phone", SEOYEON.phone)]).await.expect(303);
    let right = browser.code().await;
    for (number, wrong) in wrong_codes(&right, 100).into_iter().enumerate() {
        let refused = browser.post("/sign-up/code", &[("code", &wrong)]).await.expect(422);
        let told = match number {
            0..4 => format!("{}번 더 입력할 수 있어요", 4 - number),
            _ => "새 인증번호를 받아 주세요".to_owned(),
        };
        assert!(refused.text.contains(&told), "{number}: {told}");
    }
    browser.post("/sign-up/code", &[("code", &right)]).await.expect(422);
    app.clock.advance(TimeDelta::seconds(31));
    browser.post("/sign-up/resend", &[]).await.expect(303);
    let code = browser.code().await;
    browser.post("/sign-up/code", &[("code", &code)]).await.expect(303);
}

#[tokio::test]
async fn what_is_no_code_is_not_counted_as_a_guess_and_spaces_do_not_matter() {
    let app = app::start().await;
    let browser = app.browser();
    browser.post("/sign-up", &[("phone", SEOYEON.phone)]).await.expect(303);
    let right = browser.code().await;
    for typed in ["", "12345", "1234567", "12345a", "１２３４５６", "000000; 000001"] {
        let refused = browser.post("/sign-up/code", &[("code", typed)]).await.expect(422);
        assert!(refused.text.contains("숫자 6자리를 입력해 주세요"), "{typed}");
    }
    let spaced = format!(" {} {} ", &right[..3], &right[3..]);
    browser.post("/sign-up/code", &[("code", &spaced)]).await.expect(303);
}

#[tokio::test]
async fn a_code_ends_after_three_minutes_and_by_a_new_one() {
    let app = app::wish().with_a_stopped_clock().start().await;
    let browser = app.browser();
    browser.post("/sign-up", &[("phone", SEOYEON.phone)]).await.expect(303);
    let first = browser.code().await;
    app.clock.advance(TimeDelta::seconds(180));
    let over = browser.post("/sign-up/code", &[("code", &first)]).await.expect(422);
    assert!(over.text.contains("새 인증번호를 받아 주세요"));
    browser.post("/sign-up/resend", &[]).await.expect(303);
    let second = browser.code().await;
    app.clock.advance(TimeDelta::seconds(31));
    browser.post("/sign-up/resend", &[]).await.expect(303);
    let third = browser.code().await;
    if second != third {
        browser.post("/sign-up/code", &[("code", &second)]).await.expect(422);
    }
    app.clock.advance(TimeDelta::seconds(179));
    browser.post("/sign-up/code", &[("code", &third)]).await.expect(303);
    // What it proved is good for ten minutes.
    app.clock.advance(TimeDelta::seconds(599));
    browser.get("/sign-up/details").await.expect(200);
    app.clock.advance(TimeDelta::seconds(1));
    let over = browser.post("/sign-up/details", &SEOYEON.details()).await.expect(303);
    assert_eq!(over.header("location"), "/sign-up");
    let page = browser.get("/sign-up").await.expect(200);
    assert!(page.text.contains("시간이 지나서"));
    assert_eq!(counts(&app).await, (0, 0));
}

#[tokio::test]
async fn codes_are_sent_every_thirty_seconds_and_five_times_an_hour_to_one_phone() {
    let app = app::wish().with_a_stopped_clock().start().await;
    let browser = app.browser();
    browser.post("/sign-up", &[("phone", SEOYEON.phone)]).await.expect(303);
    let page = browser.get("/sign-up/code").await.expect(200);
    assert!(page.text.contains("30초 뒤에 다시 받을 수 있어요"), "{}", page.text);
    app.clock.advance(TimeDelta::seconds(6));
    let refused = browser.post("/sign-up/resend", &[]).await.expect(429);
    assert_eq!(refused.header("retry-after"), "24");
    assert!(refused.text.contains("24초 뒤에 다시 받을 수 있어요"));
    // Whoever asks, and for whatever.
    let other = app.browser();
    let phone = [("phone", "01022223333")];
    other.post("/password/forgotten", &phone).await.expect(429);
    for _ in 0..4 {
        app.clock.advance(TimeDelta::seconds(30));
        browser.post("/sign-up/resend", &[]).await.expect(303);
    }
    app.clock.advance(TimeDelta::seconds(30));
    let refused = other.post("/sign-up", &phone).await.expect(429);
    assert!(
        refused.text.contains("58분 뒤에 다시 받을 수 있어요"),
        "{}",
        refused.text
    );
    let messages = app.services.sms.outbox().unwrap().messages();
    assert_eq!(messages.len(), 5);
    app.clock.advance(TimeDelta::hours(1));
    other.post("/sign-up", &phone).await.expect(303);
}

#[tokio::test]
async fn one_address_sends_twenty_codes_an_hour_and_what_was_refused_is_not_counted() {
    let app = app::wish().with_a_stopped_clock().start().await;
    let browser = app.browser();
    for number in 0..20 {
        let phone = format!("010-3333-{number:04}");
        browser.post("/sign-up", &[("phone", &phone)]).await.expect(303);
        browser.post("/sign-up", &[("phone", &phone)]).await.expect(429);
    }
    for _ in 0..3 {
        browser.post("/sign-up", &[("phone", SEOYEON.phone)]).await.expect(429);
    }
    app.clock.advance(TimeDelta::hours(1));
    browser.post("/sign-up", &[("phone", SEOYEON.phone)]).await.expect(303);
}

#[tokio::test]
async fn an_email_that_is_taken_is_told_to_who_has_shown_a_phone_and_ten_times_an_hour() {
    let app = app::start().await;
    app.member("minji@example.test").await;
    let browser = app.browser();
    browser.post("/sign-up/details", &SEOYEON.details()).await.expect(303);
    browser.prove("/sign-up", SEOYEON.phone).await.expect(303);
    let person = Person {
        email: "minji@example.test",
        ..SEOYEON
    };
    for _ in 0..10 {
        let refused = browser.post("/sign-up/details", &person.details()).await.expect(422);
        assert!(refused.text.contains("이 이메일로는 가입할 수 없어요"));
    }
    browser.post("/sign-up/details", &person.details()).await.expect(429);
    assert_eq!(counts(&app).await, (1, 1));
}

#[tokio::test]
async fn a_ticket_opens_its_own_step_and_purpose_alone() {
    let app = app::start().await;
    app.member("minji@example.test").await;
    let phone = phone_of("minji@example.test");
    let browser = app.browser();
    browser.post("/sign-up", &[("phone", SEOYEON.phone)]).await.expect(303);
    let asked = browser.cookie("naru_sign_up").unwrap();
    assert!(!asked.contains("22223333"));
    // Not yet.
    let early = browser.get("/sign-up/details").await.expect(303);
    assert_eq!(early.header("location"), "/sign-up/code");
    let refused = browser.post("/sign-up/details", &SEOYEON.details()).await.expect(303);
    assert_eq!(refused.header("location"), "/sign-up");

    let other = app.browser();
    other.prove("/sign-up", phone.digits()).await.expect(303);
    let proven = other.cookie("naru_sign_up").unwrap();
    for (cookie, value) in [
        ("naru_new_password", proven.as_str()),
        ("naru_new_password", "v1.1.AAAA"),
        ("naru_new_password", ""),
    ] {
        let thief = app.browser();
        thief.set_cookie(cookie, value);
        let password = [("password", "another-good-password")];
        let sent = thief.post("/password/forgotten/new", &password).await.expect(303);
        assert_eq!(sent.header("location"), "/password/forgotten");
    }
    app.browser().sign_in("minji@example.test").await.expect(303);
}
