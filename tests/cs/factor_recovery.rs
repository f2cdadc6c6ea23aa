//! Recovery codes: each opens once what the phone would have, and they are kept as hashes alone.

use chrono::TimeDelta;
use naru::models::kinds::{Role, StaffDeed};
use naru::models::staff_recovery_codes;
use sea_orm::EntityTrait;

use super::factor::deeds;
use crate::support::phone_app::{codes_of, demanding};

const EMAIL: &str = "cs@example.test";
const RENEWAL: &str = "/me/factor/recovery-codes";

#[tokio::test]
async fn a_recovery_code_opens_once_however_it_is_typed_and_is_in_the_audit() {
    let app = demanding().await;
    let staff = app.enrolled(EMAIL, Role::Cs).await;
    let code = &staff.recovery_codes[3];
    let typed = format!(" {} ", code.to_uppercase().replace('-', " "));
    let browser = app.before_the_door(EMAIL).await;
    let opened = browser.show_recovery_code(&typed).await.expect(303);
    let page = browser.get(opened.header("location")).await.expect(200).text;
    assert!(page.contains("복구 코드 하나를 썼어요"), "{page}");
    let me = browser.get("/cs/me").await.expect(200).text;
    assert!(me.contains("남은 복구 코드 9개"), "{me}");
    let used = (StaffDeed::RecoveryCodeUsed, Some(staff.id.0));
    assert_eq!(deeds(&app).await.last(), Some(&used));

    let again = app.before_the_door(EMAIL).await;
    let refused = again.show_recovery_code(code).await.expect(422).text;
    assert!(refused.contains("맞지 않거나 이미 쓴 코드예요"), "{refused}");
    assert!(!refused.contains(code.as_str()), "what was typed is sent back");
    again.get("/cs/payments").await.expect(303);
}

#[tokio::test]
async fn one_recovery_code_shown_by_two_at_the_same_moment_opens_one_session() {
    let app = demanding().await;
    let staff = app.enrolled(EMAIL, Role::Cs).await;
    let (one, other) = (app.before_the_door(EMAIL).await, app.before_the_door(EMAIL).await);
    let code = &staff.recovery_codes[0];
    let (first, second) = tokio::join!(one.show_recovery_code(code), other.show_recovery_code(code));
    let mut statuses = [first.status.as_u16(), second.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 422]);
}

#[tokio::test]
async fn new_codes_take_the_place_of_the_old_ones_for_who_shows_a_code_of_the_app() {
    let app = demanding().await;
    let staff = app.enrolled(EMAIL, Role::Auditor).await;
    let page = staff.browser.get(RENEWAL).await.expect(200).text;
    assert!(page.contains("복구 코드 10개를 새로 드려요"), "{page}");
    app.clock.advance(TimeDelta::minutes(1));
    let code = staff.app.code(&app, 0);
    let renewed = staff.browser.post(RENEWAL, &[("code", &code)]).await.expect(200).text;
    let codes = codes_of(&renewed);
    assert_eq!(codes.len(), 10);
    let browser = app.before_the_door(EMAIL).await;
    browser.show_recovery_code(&staff.recovery_codes[0]).await.expect(422);
    browser.show_recovery_code(&codes[9]).await.expect(303);
    // A session that waits makes none.
    let waiting = app.before_the_door(EMAIL).await;
    for sent in [
        waiting.get(RENEWAL).await,
        waiting.post(RENEWAL, &[("code", &code)]).await,
    ] {
        assert_eq!(sent.expect(303).header("location"), "/me/factor");
    }
}

#[tokio::test]
async fn an_open_session_alone_makes_no_new_codes_and_its_guesses_are_counted() {
    let app = demanding().await;
    let staff = app.enrolled(EMAIL, Role::Cs).await;
    app.clock.advance(TimeDelta::minutes(1));
    for typed in ["", "12345", &staff.recovery_codes[0]] {
        let refused = staff.browser.post(RENEWAL, &[("code", typed)]).await.expect(422).text;
        assert!(codes_of(&refused).is_empty(), "{refused}");
    }
    // The code that enrolled is taken, and so are all before it.
    let wrong = staff.app.code(&app, -2);
    let mut refused = 0;
    while refused < 20 && staff.browser.post(RENEWAL, &[("code", &wrong)]).await.status == 422 {
        refused += 1;
    }
    assert!((1..20).contains(&refused), "{refused} guesses");
    let waits = staff.browser.post(RENEWAL, &[("code", &staff.app.code(&app, 0))]).await;
    assert!(waits.expect(429).text.contains("코드를 여러 번 잘못 입력했어요"));
    let me = staff.browser.get("/cs/me").await.expect(200).text;
    assert!(me.contains("남은 복구 코드 10개"), "{me}");
    assert_eq!(deeds(&app).await.len(), 1, "it was enrolled, and nothing more");
}

#[tokio::test]
async fn what_is_kept_of_a_recovery_code_is_its_owners_hash() {
    let app = demanding().await;
    let staff = app.enrolled(EMAIL, Role::Cs).await;
    let other = app.enrolled("other@example.test", Role::Cs).await;
    let rows = staff_recovery_codes::Entity::find()
        .all(app.services.db.read())
        .await
        .unwrap();
    assert_eq!(rows.len(), 20);
    for code in &staff.recovery_codes {
        let letters = code.replace('-', "");
        let is_readable =
            |row: &staff_recovery_codes::Model| row.code_hash.contains(&letters) || row.code_hash.len() != 64;
        assert!(!rows.iter().any(is_readable));
    }
    // Another's code is no code of mine.
    let browser = app.before_the_door(EMAIL).await;
    browser.show_recovery_code(&other.recovery_codes[0]).await.expect(422);
}
