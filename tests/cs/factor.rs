//! The second factor at the door of the desk: enrolled once, asked for at each sign-in, each code taken once.

use chrono::TimeDelta;
use naru::models::kinds::{Role, StaffDeed};
use naru::models::{sessions, staff_audit, staff_factors};
use naru::security::rotation::{self, SEALED_COLUMNS, SealedColumn};
use sea_orm::EntityTrait;

use crate::support::app::{self, TestApp};
use crate::support::leaks;
use crate::support::people::PASSWORD;
use crate::support::phone_app::{PhoneApp, codes_of, demanding};

const EMAIL: &str = "cs@example.test";

/// The deeds in the audit, oldest first, each by whom it is about.
pub(super) async fn deeds(app: &TestApp) -> Vec<(StaffDeed, Option<uuid::Uuid>)> {
    let mut rows = staff_audit::Entity::find()
        .all(app.services.db.read())
        .await
        .expect("the database answers");
    rows.sort_by_key(|row| row.id);
    rows.into_iter().map(|row| (row.deed, row.subject_id)).collect()
}

#[tokio::test]
async fn who_has_no_factor_enrols_one_and_comes_out_where_they_wanted_to_go() {
    let app = demanding().await;
    let id = app.staff(EMAIL, Role::Cs).await;
    let browser = app.browser();
    let form = [("email", EMAIL), ("password", PASSWORD), ("next", "/cs/members?q=x")];
    let signed_in = browser.post("/sign-in", &form).await.expect(303);
    let sent = browser.get(signed_in.header("location")).await.expect(303);
    assert_eq!(sent.header("location"), "/me/factor/new?next=%2Fcs%2Fmembers%3Fq%3Dx");
    let page = browser.get(sent.header("location")).await.expect(200).text;
    assert!(
        page.contains("먼저 2단계 인증을 등록해야 해요") && page.contains("<svg"),
        "{page}"
    );
    // Reloaded, and in the other language, it is the same secret.
    let phone = PhoneApp::of(&page);
    let english = browser.get("/me/factor/new?lang=en").await.expect(200).text;
    assert_eq!(PhoneApp::of(&english).0.to_text(), phone.0.to_text());
    assert!(english.contains("Set up second factor"), "{english}");

    let waiting = browser.copy();
    let form = [("code", phone.code(&app, 0)), ("next", "/cs/members?q=x".to_owned())];
    let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let made = browser.post("/me/factor/new?lang=ko", &form).await.expect(200).text;
    assert_eq!(codes_of(&made).len(), 10, "{made}");
    assert!(made.contains("href=\"/cs/members?q=x\""), "{made}");
    browser.get("/cs/members?q=x").await.expect(200);
    // Whoever had copied the waiting session has nothing.
    let stranger = waiting.get("/cs/members").await.expect(303);
    assert!(stranger.header("location").starts_with("/sign-in"));
    let right = [(StaffDeed::FactorEnrolled, Some(id.0)), (StaffDeed::Searched, None)];
    assert_eq!(deeds(&app).await, right);
    let again = browser.get("/me/factor/new").await.expect(303);
    assert_eq!(again.header("location"), "/cs/me");
}

#[tokio::test]
async fn a_wrong_first_code_enrols_nothing_and_keeps_the_secret() {
    let app = demanding().await;
    app.staff(EMAIL, Role::Cs).await;
    let browser = app.before_the_door(EMAIL).await;
    let phone = PhoneApp::of(&browser.get("/me/factor/new").await.expect(200).text);
    for (typed, told) in [
        ("12345", "숫자 6자리를 입력해 주세요"),
        (phone.code(&app, 3).as_str(), "숫자가 맞지 않아요"),
    ] {
        let refused = browser
            .post("/me/factor/new", &[("code", typed)])
            .await
            .expect(422)
            .text;
        assert!(refused.contains(told), "{refused}");
        assert_eq!(PhoneApp::of(&refused).0.to_text(), phone.0.to_text());
    }
    browser.get("/cs/payments").await.expect(303);
    // A form whose secret is gone shows a new one, and says so.
    browser.forget_cookie("naru_enrolling");
    let code = phone.code(&app, 0);
    let anew = browser
        .post("/me/factor/new", &[("code", &code)])
        .await
        .expect(422)
        .text;
    assert!(anew.contains("시간이 지나 새 코드를 만들었어요"), "{anew}");
    let phone = PhoneApp::of(&anew);
    let code = phone.code(&app, 0);
    browser.post("/me/factor/new", &[("code", &code)]).await.expect(200);
}

#[tokio::test]
async fn a_code_is_asked_for_at_each_sign_in_and_taken_once() {
    let app = demanding().await;
    let staff = app.enrolled(EMAIL, Role::Cs).await;
    app.clock.advance(TimeDelta::seconds(30));
    let (one, other) = (app.before_the_door(EMAIL).await, app.before_the_door(EMAIL).await);
    let sent = one.get("/cs/payments?state=failed").await.expect(303);
    assert_eq!(
        sent.header("location"),
        "/me/factor?next=%2Fcs%2Fpayments%3Fstate%3Dfailed"
    );
    let page = one.get(sent.header("location")).await.expect(200).text;
    assert!(page.contains("value=\"/cs/payments?state=failed\""), "{page}");
    // No place of the desk is shown to who is not in.
    assert!(!page.contains("href=\"/cs/members\""), "{page}");

    let code = staff.app.code(&app, 0);
    let spaced = format!("{} {}", &code[..3], &code[3..]);
    let form = [("code", spaced.as_str()), ("next", "/cs/payments?state=failed")];
    let opened = one.post("/me/factor", &form).await.expect(303);
    assert_eq!(opened.header("location"), "/cs/payments?state=failed");
    one.get("/cs/payments?state=failed").await.expect(200);

    let replayed = other.show_code(&code).await.expect(422).text;
    assert!(replayed.contains("맞지 않거나 이미 쓴 코드예요"), "{replayed}");
    other.get("/cs/payments").await.expect(303);
    app.clock.advance(TimeDelta::seconds(30));
    other.show_code(&staff.app.code(&app, 0)).await.expect(303);
    other.get("/cs/payments").await.expect(200);
    // Asked again for nothing: behind the door the page leads on.
    let on = other.get("/me/factor").await.expect(303);
    assert_eq!(on.header("location"), "/cs/payments");
}

#[tokio::test]
async fn a_code_is_taken_one_step_late_or_early_and_after_it_none_before_it() {
    let app = demanding().await;
    let staff = app.enrolled(EMAIL, Role::Cs).await;
    app.clock.advance(TimeDelta::minutes(5));
    let browser = app.before_the_door(EMAIL).await;
    for far in [-2, 2] {
        browser.show_code(&staff.app.code(&app, far)).await.expect(422);
    }
    browser.show_code(&staff.app.code(&app, -1)).await.expect(303);
    let browser = app.before_the_door(EMAIL).await;
    browser.show_code(&staff.app.code(&app, 1)).await.expect(303);
    let browser = app.before_the_door(EMAIL).await;
    for taken in [-1, 0, 1] {
        browser.show_code(&staff.app.code(&app, taken)).await.expect(422);
    }
}

#[tokio::test]
async fn of_a_hundred_wrong_codes_five_are_looked_at_and_the_rest_wait_whatever_the_session() {
    let app = demanding().await;
    let staff = app.enrolled(EMAIL, Role::Cs).await;
    app.clock.advance(TimeDelta::minutes(5));
    let wrong = staff.app.code(&app, 9);
    let browser = app.before_the_door(EMAIL).await;
    // What is no code is not counted.
    for typed in ["", "12345", "1234567"] {
        let refused = browser.show_code(typed).await.expect(422).text;
        assert!(refused.contains("숫자 6자리를 입력해 주세요"), "{refused}");
    }
    for number in 0..100 {
        let answer = if number % 2 == 0 {
            browser.show_code(&wrong).await
        } else {
            browser.show_recovery_code("aaaaa-aaaaa").await
        };
        assert_eq!(answer.status, if number < 5 { 422 } else { 429 }, "{number}");
    }
    let again = app.before_the_door(EMAIL).await;
    let early = again.show_code(&staff.app.code(&app, 0)).await.expect(429);
    assert_eq!(early.header("retry-after"), "1");
    assert!(early.text.contains("1초 뒤에 다시 시도해 주세요"), "{}", early.text);
    app.clock.advance(TimeDelta::seconds(1));
    again.show_code(&staff.app.code(&app, 0)).await.expect(303);
}

#[tokio::test]
async fn one_code_shown_by_two_at_the_same_moment_opens_one_session() {
    let app = demanding().await;
    let staff = app.enrolled(EMAIL, Role::Cs).await;
    app.clock.advance(TimeDelta::seconds(30));
    let (one, other) = (app.before_the_door(EMAIL).await, app.before_the_door(EMAIL).await);
    let code = staff.app.code(&app, 0);
    let (first, second) = tokio::join!(one.show_code(&code), other.show_code(&code));
    let mut statuses = [first.status.as_u16(), second.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 422]);
    let open = sessions::Entity::find().all(app.services.db.read()).await.unwrap();
    let open = open
        .iter()
        .filter(|row| row.ended_at.is_none() && row.factor_shown_at.is_some());
    assert_eq!(open.count(), 2, "the one that enrolled, and one of the two");
}

#[tokio::test]
async fn where_it_is_not_required_who_has_one_is_asked_for_it_all_the_same() {
    let app = app::wish().without_workers().with_a_stopped_clock().start().await;
    app.staff(EMAIL, Role::Cs).await;
    let (phone, desk) = (app.before_the_door(EMAIL).await, app.before_the_door(EMAIL).await);
    desk.get("/cs/payments").await.expect(200);
    let page = desk.get("/cs/me").await.expect(200).text;
    assert!(page.contains("href=\"/me/factor/new\""), "{page}");
    let (factor, _) = app.enrol(&desk).await;
    desk.get("/cs/payments").await.expect(200);
    // So does a session that was open before.
    let sent = phone.get("/cs/payments").await.expect(303);
    assert_eq!(sent.header("location"), "/me/factor?next=%2Fcs%2Fpayments");
    app.clock.advance(TimeDelta::seconds(30));
    phone.show_code(&factor.code(&app, 0)).await.expect(303);
    phone.get("/cs/payments").await.expect(200);
}

#[tokio::test]
async fn a_new_password_keeps_the_factor_that_was_shown() {
    let app = demanding().await;
    let staff = app.enrolled(EMAIL, Role::Cs).await;
    let form = [("present", PASSWORD), ("new", "another-good-password-1")];
    staff.browser.post("/me/password", &form).await.expect(303);
    staff.browser.get("/cs/payments").await.expect(200);
}

#[tokio::test]
async fn the_secret_is_readable_in_no_row_and_in_no_line_of_the_log() {
    let app = demanding().await;
    let staff = app.enrolled(EMAIL, Role::Cs).await;
    let secret = staff.app.0.to_text();
    let rows = staff_factors::Entity::find().all(app.services.db.read()).await.unwrap();
    assert_eq!(rows.len(), 1);
    assert!(rows[0].secret_sealed.starts_with("v1.") && !rows[0].secret_sealed.contains(&secret));
    assert!(!leaks::logged().contains(&secret));
}

#[tokio::test]
async fn a_secret_comes_under_a_new_sealing_key_with_all_that_is_sealed() {
    let app = demanding().await;
    app.enrolled(EMAIL, Role::Cs).await;
    let mut settings = app.services.settings.clone();
    settings.security.other_sealing_keys = settings.security.sealing_key.clone();
    settings.security.sealing_key = "3".repeat(64).into();
    let later = app.services_with(settings).await;
    let of_factors = |column: &SealedColumn| column.table == "staff_factors";
    let column = SEALED_COLUMNS.into_iter().find(of_factors).expect("it is rotated");
    let done = rotation::rotate(&later, column, |_| ()).await.unwrap();
    assert_eq!(done.resealed, 1);
}

#[tokio::test]
async fn members_and_people_of_partners_have_no_second_factor_here() {
    let app = demanding().await;
    let (_, member) = app.member_browser("minji@example.test").await;
    let shop = app.shop("나루상점").await;
    let console = app.console(&shop, "dev@example.test").await;
    for stranger in [&member, &console] {
        for path in ["/me/factor", "/me/factor/new", "/me/factor/recovery-codes"] {
            stranger.get(path).await.expect(403);
            stranger.post(path, &[]).await.expect(403);
        }
        stranger.get("/me").await.expect(200);
    }
}
