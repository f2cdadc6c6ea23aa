//! Who comes to the desk: those whom an operator lets in at the terminal, with a password that they change.

use naru::desk::audit::By;
use naru::desk::factor::reset::{self, ResetError};
use naru::desk::let_out::{self, LetOutError};
use naru::desk::people::{self, LetInError, NewStaff};
use naru::models::kinds::{Role, StaffDeed};
use naru::models::staff_audit;
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use crate::support::app::TestApp;
use crate::support::people::PASSWORD;
use crate::support::phone_app::demanding;
use crate::support::program::Program;
use crate::support::visitor::Browser;

const EMAIL: &str = "new@example.test";

fn wanted(email: &str, role: Role) -> NewStaff {
    NewStaff {
        email: email.to_owned(),
        name: "박상담".to_owned(),
        role,
    }
}

async fn sign_in(app: &TestApp, password: &str) -> Browser {
    let browser = app.browser();
    let form = [("email", EMAIL), ("password", password)];
    browser.post("/sign-in", &form).await.expect(303);
    browser
}

#[tokio::test]
async fn whoever_was_handed_a_password_changes_it_enrols_and_then_the_desk_opens() {
    let app = demanding().await;
    let let_in = people::let_in(&app.services, wanted("New@Example.test", Role::Cs))
        .await
        .expect("they are let in");
    assert!(let_in.is_new);
    let given = let_in.password.expose_secret();
    let browser = sign_in(&app, given).await;
    for path in ["/cs/payments", "/cs/me", "/me", "/me/factor", "/me/factor/new"] {
        let sent = browser.get(path).await.expect(303);
        assert_eq!(sent.header("location"), "/me/password", "{path}");
    }
    let page = browser.get("/me/password").await.expect(200).text;
    assert!(page.contains("전달받은 비밀번호"), "{page}");
    let form = [("present", given), ("new", PASSWORD)];
    browser.post("/me/password", &form).await.expect(303);
    let sent = browser.get("/cs/payments").await.expect(303);
    assert_eq!(sent.header("location"), "/me/factor/new?next=%2Fcs%2Fpayments");
    app.enrol(&browser).await;
    browser.get("/cs/payments").await.expect(200);
}

#[tokio::test]
async fn the_same_deed_gives_a_new_password_and_role_and_ends_the_sessions() {
    let app = demanding().await;
    let staff = app.enrolled(EMAIL, Role::Cs).await;
    let again = people::let_in(&app.services, wanted(EMAIL, Role::CsLead))
        .await
        .unwrap();
    assert!(!again.is_new && again.user == staff.id);
    staff.browser.get("/cs/payments").await.expect(303);
    app.browser().sign_in(EMAIL).await.expect(422);
    let browser = sign_in(&app, again.password.expose_secret()).await;
    let form = [("present", again.password.expose_secret()), ("new", PASSWORD)];
    browser.post("/me/password", &form).await.expect(303);
    // The factor is still theirs.
    app.clock.advance(chrono::TimeDelta::seconds(30));
    browser.show_code(&staff.app.code(&app, 0)).await.expect(303);
    let me = browser.get("/cs/me").await.expect(200).text;
    assert!(me.contains("상담 팀장") && me.contains("박상담"), "{me}");
}

/// What the audit has of this deed, oldest first, with its detail.
async fn audited(app: &TestApp, deed: StaffDeed) -> Vec<(staff_audit::Model, Value)> {
    let detail = |row: &staff_audit::Model| serde_json::from_str(row.detail.as_deref().unwrap()).unwrap();
    let rows = app.deeds_of(deed).await.into_iter();
    rows.map(|row| (row.clone(), detail(&row))).collect()
}

#[tokio::test]
async fn who_was_let_in_changed_and_let_out_is_in_the_audit_with_the_roles() {
    let app = demanding().await;
    let user = people::let_in(&app.services, wanted(EMAIL, Role::Cs))
        .await
        .unwrap()
        .user;
    people::let_in(&app.services, wanted(EMAIL, Role::CsLead))
        .await
        .unwrap();
    let_out::let_out(&app.services, EMAIL, "퇴사".to_owned()).await.unwrap();
    let again = people::let_in(&app.services, wanted(EMAIL, Role::Auditor))
        .await
        .unwrap();
    assert_eq!((again.user, again.is_new), (user, false));
    for (deed, details) in [
        (
            StaffDeed::StaffLetIn,
            vec![
                json!({ "role": "cs" }),
                json!({ "role": "auditor", "role_before": "cs_lead" }),
            ],
        ),
        (
            StaffDeed::StaffChanged,
            vec![json!({ "role": "cs_lead", "role_before": "cs" })],
        ),
        (
            StaffDeed::StaffLetOut,
            vec![json!({ "role_before": "cs_lead", "reviews": 0 })],
        ),
    ] {
        let rows = audited(&app, deed).await;
        assert!(rows.iter().all(|(row, _)| row.subject_id == Some(user.0)), "{deed:?}");
        assert!(
            rows.iter().all(|(row, _)| row.actor_id == By::TERMINAL.staff),
            "{deed:?}"
        );
        let told: Vec<Value> = rows.into_iter().map(|(_, detail)| detail).collect();
        assert_eq!(told, details, "{deed:?}");
    }
    assert_eq!(
        audited(&app, StaffDeed::StaffLetOut).await[0].0.reason.as_deref(),
        Some("퇴사")
    );
}

#[tokio::test]
async fn without_its_row_in_the_audit_nobody_is_let_in_changed_or_let_out() {
    let app = demanding().await;
    let known = app.enrolled(EMAIL, Role::Cs).await;
    app.sql("ALTER TABLE staff_audit RENAME TO taken_away").await;
    let refused = people::let_in(&app.services, wanted("other@example.test", Role::Cs)).await;
    assert!(matches!(refused, Err(LetInError::Database(_))), "{refused:?}");
    let refused = people::let_in(&app.services, wanted(EMAIL, Role::Operator)).await;
    assert!(matches!(refused, Err(LetInError::Database(_))), "{refused:?}");
    let refused = let_out::let_out(&app.services, EMAIL, "퇴사".to_owned()).await;
    assert!(matches!(refused, Err(LetOutError::Database(_))), "{refused:?}");
    app.sql("ALTER TABLE taken_away RENAME TO staff_audit").await;
    let all = people::list(app.services.db.read(), None, 10).await.unwrap();
    let all: Vec<_> = all.iter().map(|one| (one.user.id, one.user.role)).collect();
    assert_eq!(all, [(known.id, Role::Cs)]);
    known.browser.get("/cs/me").await.expect(200);
}

#[tokio::test]
async fn whoever_was_let_out_is_signed_out_told_why_and_does_not_come_in_again() {
    let app = demanding().await;
    let gone = app.enrolled(EMAIL, Role::Cs).await;
    assert_eq!(
        let_out::let_out(&app.services, " NEW@example.test ", "퇴사".to_owned())
            .await
            .unwrap(),
        gone.id
    );
    let sent = gone.browser.get("/cs/payments").await.expect(303);
    let told = gone.browser.get(sent.header("location")).await.expect(200).text;
    assert!(told.contains("담당자 계정의 사용이 끝났어요"), "{told}");
    app.browser().sign_in(EMAIL).await.expect(422);
    for nobody in [EMAIL, "nobody@example.test"] {
        let refused = let_out::let_out(&app.services, nobody, "퇴사".to_owned()).await;
        assert!(matches!(refused, Err(LetOutError::NotFound)), "{refused:?}");
    }
    app.member("minji@example.test").await;
    let refused = let_out::let_out(&app.services, "minji@example.test", "퇴사".to_owned()).await;
    assert!(matches!(refused, Err(LetOutError::NotFound)), "{refused:?}");
    // Let in again they begin anew: another password, no factor.
    let again = people::let_in(&app.services, wanted(EMAIL, Role::Cs)).await.unwrap();
    let browser = sign_in(&app, again.password.expose_secret()).await;
    let form = [("present", again.password.expose_secret()), ("new", PASSWORD)];
    browser.post("/me/password", &form).await.expect(303);
    let sent = browser.get("/cs/payments").await.expect(303);
    assert_eq!(sent.header("location"), "/me/factor/new?next=%2Fcs%2Fpayments");
}

#[tokio::test]
async fn members_people_of_partners_and_what_is_no_email_are_not_let_in() {
    let app = demanding().await;
    app.member("minji@example.test").await;
    let shop = app.shop("나루상점").await;
    app.partner_user(&shop, "dev@example.test").await;
    for email in ["minji@example.test", "dev@example.test"] {
        let refused = people::let_in(&app.services, wanted(email, Role::Cs)).await;
        assert!(matches!(refused, Err(LetInError::EmailTaken)), "{email}: {refused:?}");
    }
    let refused = people::let_in(&app.services, wanted("nobody", Role::Cs)).await;
    assert!(matches!(refused, Err(LetInError::Email)));
    for role in [Role::Member, Role::Partner] {
        let refused = people::let_in(&app.services, wanted(EMAIL, role)).await;
        assert!(matches!(refused, Err(LetInError::Role)));
    }
}

#[tokio::test]
async fn the_terminal_takes_a_factor_away_and_knows_who_has_none() {
    let app = demanding().await;
    let staff = app.enrolled(EMAIL, Role::Operator).await;
    let reset = |email: &'static str| reset::reset_at_terminal(&app.services, email, "분실".to_owned());
    assert_eq!(reset(EMAIL).await.unwrap(), staff.id);
    staff.browser.get("/cs/payments").await.expect(303);
    assert!(matches!(reset(EMAIL).await, Err(ResetError::NotEnrolled)));
    assert!(matches!(reset("nobody@example.test").await, Err(ResetError::NotFound)));
    app.member("minji@example.test").await;
    assert!(matches!(reset("minji@example.test").await, Err(ResetError::NotFound)));
}

#[tokio::test]
async fn the_task_prints_a_password_once_and_says_what_it_cannot_do() {
    let mut program = Program::new(&[("NARU_DESK_SECOND_FACTOR", "required")]);
    program.start().await;
    let let_in = ["staff", "email:lead@new.test", "name:최팀장", "role:cs_lead"];
    let told = program.task(&let_in).await;
    let said = String::from_utf8_lossy(&told.stdout).into_owned();
    assert_eq!(told.status.code(), Some(0), "{said}");
    let password = said.lines().find_map(|line| line.strip_prefix("password   "));
    let password = password.expect("a password is printed").to_owned();
    let browser = program.browser();
    let form = [("email", "lead@new.test"), ("password", password.as_str())];
    browser.post("/sign-in", &form).await.expect(303);
    let sent = browser.get("/cs/payments").await.expect(303);
    assert_eq!(sent.header("location"), "/me/password");
    for wrong in [
        &["staff", "email:x@new.test", "name:x", "role:member"][..],
        &["staff", "email:x@new.test", "name:x"],
        &["staff", "email:lead@new.test", "reset:factor", "reason:분실"],
        &["staff", "email:lead@new.test", "reset:password"],
        &["staff", "email:lead@new.test", "end:membership", "reason:퇴사"],
        &["staff", "email:lead@new.test", "end:access", "reason: "],
        &["staff", "email:x@new.test", "end:access", "reason:퇴사"],
    ] {
        assert_eq!(program.task(wrong).await.status.code(), Some(2), "{wrong:?}");
    }
    let end = ["staff", "email:lead@new.test", "end:access", "reason:퇴사"];
    assert_eq!(program.task(&end).await.status.code(), Some(0));
    let sent = browser.get("/cs/payments").await.expect(303);
    assert!(sent.header("location").starts_with("/sign-in"), "{sent:?}");
}
