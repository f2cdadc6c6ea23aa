//! Taking somebody's second factor away: by an operator with a reason, once for each dialog, and never one's own.

use chrono::TimeDelta;
use naru::desk::audit::By;
use naru::desk::factor;
use naru::desk::factor::reset::{self, Reset};
use naru::ids::{DialogId, Prefix, UserId};
use naru::models::kinds::{Role, StaffDeed};
use naru::models::staff_audit;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::support::app::TestApp;
use crate::support::http::Answer;
use crate::support::phone_app::{Enrolled, demanding};
use crate::support::visitor::Browser;

const REASON: &str = "휴대폰 분실, 내선 번호로 본인 확인";

async fn ops(app: &TestApp) -> Enrolled {
    app.enrolled("ops@example.test", Role::Operator).await
}

fn address(staff: UserId) -> String {
    format!("/cs/staff/{}", Prefix::Staff.show(staff.0))
}

/// The hidden fields of the form as a page shows it.
async fn opened(browser: &Browser, staff: UserId) -> [(&'static str, String); 2] {
    let page = browser.get(&address(staff)).await.expect(200).text;
    ["dialog", "version"].map(|name| {
        let value = page.split(&format!("name=\"{name}\" value=\"")).nth(1);
        let value = value
            .and_then(|rest| rest.split('"').next())
            .expect("the form is there");
        (name, value.to_owned())
    })
}

async fn send(browser: &Browser, staff: UserId, hidden: &[(&'static str, String)], reason: &str) -> Answer {
    let hidden = hidden.iter().map(|(name, value)| (*name, value.as_str()));
    let form: Vec<(&str, &str)> = hidden.chain([("reason", reason)]).collect();
    browser.post(&format!("{}/factor-reset", address(staff)), &form).await
}

async fn resets(app: &TestApp) -> Vec<staff_audit::Model> {
    let resets = staff_audit::Entity::find().filter(staff_audit::Column::Deed.eq(StaffDeed::FactorReset));
    resets.all(app.services.db.read()).await.expect("the database answers")
}

#[tokio::test]
async fn whose_factor_is_taken_away_is_signed_out_told_why_and_enrols_anew() {
    let app = demanding().await;
    let (ops, cs) = (ops(&app).await, app.enrolled("cs@example.test", Role::Cs).await);
    let form = opened(&ops.browser, cs.id).await;
    let done = send(&ops.browser, cs.id, &form, REASON).await.expect(303);
    let page = ops.browser.get(done.header("location")).await.expect(200).text;
    assert!(
        page.contains("2단계 인증을 초기화했어요") && page.contains("2단계 인증 없음"),
        "{page}"
    );

    let sent = cs.browser.get("/cs/payments").await.expect(303);
    let told = cs.browser.get(sent.header("location")).await.expect(200).text;
    assert!(told.contains("운영 담당자가 2단계 인증을 초기화해서"), "{told}");
    let again = app.before_the_door("cs@example.test").await;
    let sent = again.get("/cs/payments").await.expect(303);
    assert!(sent.header("location").starts_with("/me/factor/new"));
    let (phone, _) = app.enrol(&again).await;
    assert_ne!(phone.0.to_text(), cs.app.0.to_text());
    let rows = resets(&app).await;
    assert_eq!(rows.len(), 1);
    let told = (rows[0].actor_id, rows[0].subject_id, rows[0].reason.as_deref());
    assert_eq!(told, (ops.id, Some(cs.id.0), Some(REASON)));

    // The same dialog again leaves the new factor where it is.
    send(&ops.browser, cs.id, &form, REASON).await.expect(303);
    again.get("/cs/payments").await.expect(200);
    assert_eq!(resets(&app).await.len(), 1);
}

#[tokio::test]
async fn a_form_about_an_earlier_factor_is_told_so_and_keeps_the_reason() {
    let app = demanding().await;
    let (ops, cs) = (ops(&app).await, app.enrolled("cs@example.test", Role::Cs).await);
    let (stale, form) = (opened(&ops.browser, cs.id).await, opened(&ops.browser, cs.id).await);
    send(&ops.browser, cs.id, &form, REASON).await.expect(303);
    // Another dialog with nothing left to do.
    let nothing = send(&ops.browser, cs.id, &stale, REASON).await.expect(303);
    let page = ops.browser.get(nothing.header("location")).await.expect(200).text;
    assert!(page.contains("등록된 2단계 인증이 없어요"), "{page}");
    app.clock.advance(TimeDelta::seconds(30));
    app.enrol(&app.before_the_door("cs@example.test").await).await;
    let refused = send(&ops.browser, cs.id, &stale, REASON).await.expect(412).text;
    assert!(
        refused.contains(REASON) && refused.contains("그사이에 상태가 바뀌었어요"),
        "{refused}"
    );
    assert_eq!(resets(&app).await.len(), 1);
}

#[tokio::test]
async fn the_lines_of_a_reason_are_counted_and_kept_as_they_were_typed() {
    let app = demanding().await;
    let (ops, cs) = (ops(&app).await, app.enrolled("cs@example.test", Role::Cs).await);
    let form = opened(&ops.browser, cs.id).await;
    let typed = format!("{}\r\n{}", "가".repeat(250), "나".repeat(249));
    send(&ops.browser, cs.id, &form, &typed).await.expect(303);
    assert_eq!(resets(&app).await[0].reason, Some(typed.replace("\r\n", "\n")));
}

#[tokio::test]
async fn without_a_reason_or_a_dialog_nothing_is_taken_away() {
    let app = demanding().await;
    let (ops, cs) = (ops(&app).await, app.enrolled("cs@example.test", Role::Cs).await);
    let form = opened(&ops.browser, cs.id).await;
    let refused = send(&ops.browser, cs.id, &form, "  ").await.expect(422).text;
    assert!(refused.contains("입력해 주세요"), "{refused}");
    let long = "가".repeat(501);
    let refused = send(&ops.browser, cs.id, &form, &long).await.expect(422).text;
    assert!(
        refused.contains(&long) && refused.contains("입력한 내용이 너무 길어요"),
        "{refused}"
    );
    let refused = send(&ops.browser, cs.id, &[], REASON).await.expect(422).text;
    assert!(refused.contains(REASON), "{refused}");
    // A dialog that was opened for somebody else.
    let other = app.enrolled("other@example.test", Role::Cs).await;
    send(&ops.browser, cs.id, &form, REASON).await.expect(303);
    let version = opened(&ops.browser, other.id).await[1].clone();
    let foreign = send(&ops.browser, other.id, &[form[0].clone(), version], REASON).await;
    assert!(foreign.expect(409).text.contains("이 양식은 이미 보냈어요"));
    other.browser.get("/cs/payments").await.expect(200);
    assert_eq!(resets(&app).await.len(), 1);
}

#[tokio::test]
async fn nobody_takes_away_their_own_and_other_roles_take_away_nobodys() {
    let app = demanding().await;
    let (ops, cs) = (ops(&app).await, app.enrolled("cs@example.test", Role::Cs).await);
    let own = ops.browser.get(&address(ops.id)).await.expect(200).text;
    assert!(!own.contains("factor-reset"), "{own}");
    let other = opened(&ops.browser, cs.id).await;
    send(&ops.browser, ops.id, &other, REASON).await.expect(403);
    for role in [Role::Cs, Role::CsLead, Role::Auditor] {
        let email = format!("{}@other.test", role.as_str());
        let stranger = app.enrolled(&email, role).await;
        stranger.browser.get("/cs/staff").await.expect(403);
        stranger.browser.get(&address(cs.id)).await.expect(403);
        send(&stranger.browser, cs.id, &other, REASON).await.expect(403);
    }
    // Nor is a member somebody of staff.
    let member = app.member("minji@example.test").await;
    ops.browser.get(&address(member)).await.expect(404);
    send(&ops.browser, member, &other, REASON).await.expect(404);
    assert!(resets(&app).await.is_empty());
    cs.browser.get("/cs/payments").await.expect(200);
}

#[tokio::test]
async fn all_staff_are_listed_page_by_page_each_once_with_their_factor() {
    let app = demanding().await;
    let ops = ops(&app).await;
    let columns = "email, password_hash, role, name, created_at";
    for number in 0..60 {
        let role = ["cs", "cs_lead", "auditor"][number % 3];
        app.sql(&format!(
            "INSERT INTO users (id, {columns}) SELECT x'{number:032x}', 'm{number}@example.test', password_hash, '{role}', name, created_at FROM users WHERE email = 'ops@example.test'"
        ))
        .await;
    }
    app.member("minji@example.test").await;
    let first = ops.browser.get("/cs/staff").await.expect(200).text;
    let ids = |page: &str| -> Vec<String> {
        let rows = page.split("href=\"/cs/staff/").skip(1);
        rows.filter_map(|rest| rest.split('"').next())
            .map(str::to_owned)
            .collect()
    };
    let next = first.split("rel=\"next\" href=\"").nth(1).expect("more than a page");
    let next = next.split('"').next().unwrap().replace("&amp;", "&");
    let second = ops.browser.get(&next).await.expect(200).text;
    let mut all = ids(&first);
    assert_eq!(all.len(), 50);
    all.extend(ids(&second));
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 61);
    // The operators come last.
    assert!(
        second.contains(&Prefix::Staff.show(ops.id.0)) && second.contains("나</span>"),
        "{second}"
    );
    // What is no place in the list begins it anew.
    let anew = ops.browser.get("/cs/staff?cursor=member.1").await.expect(200).text;
    assert_eq!(ids(&anew), ids(&first));
}

#[tokio::test]
async fn one_dialog_that_is_sent_twice_at_once_takes_away_once_and_both_sendings_did_it() {
    let app = demanding().await;
    let (ops, cs) = (ops(&app).await, app.enrolled("cs@example.test", Role::Cs).await);
    let factor = factor::of(app.services.db.read(), cs.id)
        .await
        .expect("the database answers");
    let wanted = Reset {
        staff: cs.id,
        version: reset::version(&factor.expect("a factor")),
        reason: REASON.to_owned(),
        dialog: DialogId::new(),
    };
    let by = By {
        staff: ops.id,
        request_id: None,
    };
    let (first, second) = tokio::join!(
        reset::reset(&app.services, wanted.clone(), by.clone()),
        reset::reset(&app.services, wanted, by)
    );
    assert!(first.is_ok() && second.is_ok(), "{first:?}, {second:?}");
    assert_eq!(resets(&app).await.len(), 1);
}
