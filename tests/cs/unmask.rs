//! Personal data whole: one record, a reason, a minute, a row in the audit, and not too often.

use chrono::TimeDelta;
use futures::future::join_all;
use naru::ids::{AccountId, Prefix};
use naru::models::kinds::{Role, StaffDeed, SubjectKind};
use reqwest::Method;
use serde_json::{Value, json};

use super::{desk, desk_of};
use crate::support::app::{self, TestApp};
use crate::support::http::Answer;
use crate::support::people::{ACCOUNT, phone_of};
use crate::support::visitor::Browser;

const REASON: &str = "고객이 등록한 번호를 확인해 달라고 했어요";
const EMAIL: &str = "minji@example.test";

/// A member with an account; the address of their form, and the account.
async fn member(app: &TestApp) -> (String, AccountId) {
    let member = app.member(EMAIL).await;
    let account = app.account(member, ACCOUNT).await;
    (format!("/cs/members/{}/unmask", Prefix::Member.show(member.0)), account)
}

fn form<'a>(what: &'a str, reason: &'a str) -> [(&'static str, &'a str); 2] {
    [("what", what), ("reason", reason)]
}

/// As htmx asks for a part of a page.
async fn fragment(browser: &Browser, method: Method, path: &str, fields: &[(&str, &str)]) -> Answer {
    let request = browser
        .request(method, path)
        .header("hx-request", "true")
        .header("sec-fetch-site", "same-origin")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(serde_urlencoded::to_string(fields).unwrap());
    browser.send(request).await
}

/// The member's number as people write it.
fn phone() -> String {
    let digits = phone_of(EMAIL).digits().to_owned();
    format!("{}-{}-{}", &digits[..3], &digits[3..7], &digits[7..])
}

#[tokio::test]
async fn a_person_is_shown_whole_on_a_page_of_its_own_where_no_script_runs() {
    let app = app::wish().without_workers().start().await;
    let (path, _) = member(&app).await;
    let desk = desk(&app).await;
    let answer = desk.post(&path, &form("person", REASON)).await.expect(200);
    for part in ["김민지", EMAIL, "1994-03-02", &phone()] {
        assert!(answer.text.contains(part), "{part}: {}", answer.text);
    }
    assert!(
        !answer.text.contains(ACCOUNT),
        "one record, and no other: {}",
        answer.text
    );
    assert_eq!(answer.header("cache-control"), "no-store");
    let back = path.strip_suffix("/unmask").unwrap();
    assert_eq!(answer.header("refresh"), format!("60;url={back}"));
    assert!(answer.text.contains("한 번만 보여드리는 화면이에요"), "{}", answer.text);

    let rows = app.deeds_of(StaffDeed::Unmasked).await;
    let [row] = rows.as_slice() else {
        panic!("one row: {rows:?}");
    };
    let detail: Value = serde_json::from_str(row.detail.as_deref().unwrap()).unwrap();
    assert_eq!(
        (row.subject_kind, row.reason.as_deref(), detail),
        (SubjectKind::Member, Some(REASON), json!({ "what": "person" }))
    );
    assert_eq!(
        row.request_id.as_ref().unwrap().to_string(),
        answer.header("x-request-id")
    );
    // Who reloads its address, or comes back to it, sees the member masked.
    assert_eq!(desk.get(&path).await.expect(303).header("location"), back);
}

#[tokio::test]
async fn a_script_gets_the_record_with_its_end_and_the_form_in_its_place_after_it() {
    let app = app::wish().without_workers().with_a_stopped_clock().start().await;
    let (path, account) = member(&app).await;
    let desk = desk(&app).await;
    let account = Prefix::Account.show(account.0);
    let answer = fragment(&desk, Method::POST, &path, &form(&account, REASON))
        .await
        .expect(200);
    assert_eq!(answer.header("cache-control"), "no-store");
    for part in [
        ACCOUNT,
        "data-unmasked=\"60\"",
        "hx-trigger=\"every 60s\"",
        &format!("hx-get=\"{path}\""),
    ] {
        assert!(answer.text.contains(part), "{part}: {}", answer.text);
    }
    let until = app.services.clock.now() + TimeDelta::seconds(60);
    let minute = until.with_timezone(&naru::clock::kst()).format("%H:%M").to_string();
    assert!(answer.text.contains(&minute), "the end is not told: {}", answer.text);
    assert!(
        !answer.text.contains("<html") && !answer.text.contains(EMAIL),
        "{}",
        answer.text
    );
    let row = app.deeds_of(StaffDeed::Unmasked).await.remove(0);
    let detail: Value = serde_json::from_str(row.detail.as_deref().unwrap()).unwrap();
    assert_eq!(detail, json!({ "what": "account", "account": account }));

    let again = fragment(&desk, Method::GET, &path, &[]).await.expect(200);
    assert!(
        again.text.contains("name=\"reason\"") && !again.text.contains(ACCOUNT),
        "{}",
        again.text
    );
    assert_eq!(app.deeds_of(StaffDeed::Unmasked).await.len(), 1);
}

#[tokio::test]
async fn without_a_reason_or_of_anothers_account_nothing_is_shown_and_nothing_written() {
    let app = app::wish().without_workers().start().await;
    let (path, _) = member(&app).await;
    let junho = app.member("junho@example.test").await;
    let theirs = Prefix::Account.show(app.account(junho, "3020007654321").await.0);
    let desk = desk(&app).await;
    let long = "가".repeat(501);
    for (what, reason, field) in [
        ("person", " ", "unmask-reason-help"),
        ("person", long.as_str(), "unmask-reason-help"),
        ("everything", REASON, "unmask-what-help"),
    ] {
        let page = desk.post(&path, &form(what, reason)).await.expect(422).text;
        let is_whole = page.contains("<html") && page.contains("김*지");
        assert!(
            is_whole && page.contains(&format!("id=\"{field}\" class=\"help error\"")),
            "{page}"
        );
        let part = fragment(&desk, Method::POST, &path, &form(what, reason))
            .await
            .expect(422)
            .text;
        assert!(!part.contains("<html") && part.contains(field), "{part}");
    }
    let kept = desk.post(&path, &form("everything", REASON)).await.expect(422).text;
    assert!(kept.contains(REASON), "what was typed is lost: {kept}");
    desk.post(&path, &form(&theirs, REASON)).await.expect(404);
    desk.post("/cs/members/mem_1/unmask", &form("person", REASON))
        .await
        .expect(404);
    assert!(app.deeds_of(StaffDeed::Unmasked).await.is_empty());
}

#[tokio::test]
async fn who_may_not_see_it_whole_is_offered_no_form_and_is_refused() {
    let app = app::wish().without_workers().start().await;
    let (path, _) = member(&app).await;
    let page = path.strip_suffix("/unmask").unwrap();
    for (role, may) in [
        (Role::Cs, true),
        (Role::CsLead, true),
        (Role::Operator, false),
        (Role::Auditor, false),
    ] {
        let browser = desk_of(&app, &format!("{}@example.test", role.as_str()), role).await;
        let shown = browser.get(page).await.expect(200).text;
        assert_eq!(shown.contains("id=\"unmask\""), may, "{role:?}");
        let status = if may { 200 } else { 403 };
        browser.post(&path, &form("person", REASON)).await.expect(status);
    }
    assert_eq!(app.deeds_of(StaffDeed::Unmasked).await.len(), 2);
    app.browser().post(&path, &form("person", REASON)).await.expect(303);
}

#[tokio::test]
async fn one_person_sees_so_many_records_an_hour_and_is_told_when_again() {
    let app = app::wish().without_workers().start().await;
    let (path, _) = member(&app).await;
    let desk = desk(&app).await;
    for _ in 0..5 {
        desk.post(&path, &form("person", REASON)).await.expect(200);
        app.clock.advance(TimeDelta::minutes(1));
    }
    let refused = desk.post(&path, &form("person", REASON)).await.expect(429);
    assert!(
        refused.text.contains("한 시간에 5번까지 볼 수 있어요"),
        "{}",
        refused.text
    );
    assert!(
        !refused.text.contains(&phone()) && refused.text.contains(REASON),
        "{}",
        refused.text
    );
    let wait: i64 = refused.header("retry-after").parse().unwrap();
    assert!((54 * 60..=56 * 60).contains(&wait), "{wait}");
    // Another has an hour of their own.
    let lead = desk_of(&app, "lead@example.test", Role::CsLead).await;
    lead.post(&path, &form("person", REASON)).await.expect(200);

    app.clock.advance(TimeDelta::seconds(wait));
    desk.post(&path, &form("person", REASON)).await.expect(200);
    desk.post(&path, &form("person", REASON)).await.expect(429);
    assert_eq!(app.deeds_of(StaffDeed::Unmasked).await.len(), 7);
}

#[tokio::test]
async fn many_tabs_at_once_see_no_more_than_one() {
    let app = app::wish().without_workers().start().await;
    let (path, _) = member(&app).await;
    let desk = desk(&app).await;
    let fields = form("person", REASON);
    let tabs = (0..12).map(|_| desk.post(&path, &fields));
    let answers = join_all(tabs).await;
    let shown = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!(shown, 5);
    assert!(
        answers
            .iter()
            .all(|answer| answer.status == 200 || answer.status == 429)
    );
    assert_eq!(app.deeds_of(StaffDeed::Unmasked).await.len(), 5);
}

#[tokio::test]
async fn the_form_by_itself_is_a_look_at_whose_accounts_it_names() {
    let app = app::wish().without_workers().start().await;
    let (path, _) = member(&app).await;
    let desk = desk(&app).await;
    let alone = fragment(&desk, Method::GET, &path, &[]).await.expect(200);
    let refused = fragment(&desk, Method::POST, &path, &form("person", " "))
        .await
        .expect(422);
    for answer in [alone, refused] {
        assert!(answer.text.contains("30200012*****"), "{}", answer.text);
        let written = app.written_by(&answer).await;
        let looks: Vec<_> = written.iter().map(|row| (row.deed, row.subject_kind)).collect();
        assert_eq!(looks, [(StaffDeed::MemberSeen, SubjectKind::Member)]);
    }
    // Who is led to the page is not shown anything yet.
    let led = desk.get(&path).await.expect(303);
    assert!(app.written_by(&led).await.is_empty());
}

#[tokio::test]
async fn lines_of_a_reason_are_counted_and_kept_as_they_were_typed() {
    let app = app::wish().without_workers().start().await;
    let (path, _) = member(&app).await;
    let desk = desk(&app).await;
    let typed = format!("{}\r\n{}\u{200b}", "가".repeat(250), "나".repeat(249));
    desk.post(&path, &form("person", &typed)).await.expect(200);
    let kept = app.deeds_of(StaffDeed::Unmasked).await.remove(0).reason.unwrap();
    assert_eq!(kept, typed.replace("\r\n", "\n").replace('\u{200b}', ""));
}
