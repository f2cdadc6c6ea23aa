//! Mismatches: the walk finds them a page at a time, keeps when it saw them, and a person closes one with a reason.

use chrono::TimeDelta;
use naru::desk::{dialog, walk};
use naru::ids::{DialogId, Prefix};
use naru::models::kinds::{Role, StaffDeed};
use naru::models::mismatches;
use naru::services::Services;
use naru::verify::Bank;
use sea_orm::EntityTrait;

use super::audit::dialog_of;
use super::rows::{copy, original};
use super::{desk, desk_of};
use crate::support::app::{self, TestApp};
use crate::support::http::Answer;
use crate::support::visitor::Browser;

/// Walks until the walk is at its end; answers how many transfers it had.
async fn walk_all(services: &Services) -> usize {
    let mut all = 0;
    while let Some(walked) = walk::step(services, &Bank::NoControl).await.unwrap() {
        all += walked;
        if walk::progress(services).await.unwrap().ended_at.is_some() {
            break;
        }
    }
    all
}

async fn kept(app: &TestApp) -> Vec<mismatches::Model> {
    mismatches::Entity::find().all(app.services.db.read()).await.unwrap()
}

/// A payment whose row was changed behind the program's back; answers with its shown id.
async fn damaged(app: &TestApp) -> String {
    let row = original(app).await;
    app.sql("UPDATE transfers SET failure_code = 'not_sent'").await;
    Prefix::Payment.show(row.id.0)
}

async fn only(desk: &Browser) -> String {
    let html = desk.get("/cs/reviews?tab=mismatches").await.expect(200).text;
    let after = html.split("href=\"/cs/reviews/mismatches/").nth(1);
    let after = after.unwrap_or_else(|| panic!("no mismatch in {html}"));
    format!("/cs/reviews/mismatches/{}", after.split('"').next().unwrap())
}

#[tokio::test]
async fn books_that_fit_are_walked_once_a_day_and_nothing_is_kept() {
    let app = app::wish().without_workers().with_a_stopped_clock().start().await;
    original(&app).await;
    assert_eq!(walk::progress(&app.services).await.unwrap().begun_at, None);
    assert_eq!(walk_all(&app.services).await, 1);
    assert!(kept(&app).await.is_empty());
    assert_eq!(
        walk::step(&app.services, &Bank::NoControl).await.unwrap(),
        None,
        "it has rested"
    );
    app.clock.advance(TimeDelta::hours(24));
    assert_eq!(walk_all(&app.services).await, 1);
}

#[tokio::test]
async fn a_long_walk_goes_page_by_page_and_one_process_has_a_page_at_a_time() {
    let app = app::wish().without_workers().start().await;
    let original = original(&app).await;
    for _ in 0..450 {
        copy(&app, &original, |_| {}).await;
    }
    let other = app.services_of_a_new_process().await;
    let mut walked = 0;
    for turn in 1.. {
        let steps = tokio::join!(
            walk::step(&app.services, &Bank::NoControl),
            walk::step(&other, &Bank::NoControl)
        );
        let both = [steps.0.unwrap(), steps.1.unwrap()];
        walked += both.into_iter().flatten().sum::<usize>();
        if walk::progress(&app.services).await.unwrap().ended_at.is_some() {
            break;
        }
        assert!(turn < 10, "the walk does not come to its end");
    }
    assert_eq!(walked, 451, "each transfer is walked past once");
    // Copies without a history do not fit, each in the same ways.
    let flaws = kept(&app).await;
    assert!(flaws.len() >= 450 && flaws.iter().all(|row| row.closed_at.is_none()));
    let desk = desk(&app).await;
    let html = desk.get("/cs/reviews?tab=mismatches").await.expect(200).text;
    assert_eq!(html.matches("href=\"/cs/reviews/mismatches/").count(), 50);
    assert!(html.contains("rel=\"next\""), "{html}");
}

#[tokio::test]
async fn what_is_found_is_seen_again_and_closes_itself_when_it_is_gone() {
    let app = app::wish().without_workers().with_a_stopped_clock().start().await;
    let id = damaged(&app).await;
    walk_all(&app.services).await;
    let first = kept(&app).await;
    assert_eq!(first.len(), 1);
    assert_eq!(first[0].flaw, "column_differs");
    let desk = desk(&app).await;
    let page = desk.get(&only(&desk).await).await.expect(200).text;
    assert!(
        page.contains("거래의 값이 상태나 기록과 맞지 않아요")
            && page.contains("failure_code does not fit")
            && page.contains(&id),
        "{page}"
    );

    app.clock.advance(TimeDelta::hours(25));
    walk_all(&app.services).await;
    let again = kept(&app).await;
    assert_eq!(again[0].first_seen_at, first[0].first_seen_at);
    assert_eq!(again[0].last_seen_at - first[0].last_seen_at, TimeDelta::hours(25));

    app.sql("UPDATE transfers SET failure_code = NULL").await;
    app.clock.advance(TimeDelta::hours(25));
    walk_all(&app.services).await;
    let gone = kept(&app).await;
    assert!(gone[0].closed_at.is_some() && gone[0].closed_by.is_none());
}

/// The form that closes one, as a page has it.
struct Form {
    closing: String,
    dialog: String,
}

impl Form {
    async fn at(lead: &Browser) -> Self {
        let path = only(lead).await;
        Self {
            dialog: dialog_of(lead, &path).await,
            closing: format!("{path}/closing"),
        }
    }

    async fn send(&self, browser: &Browser, version: &str, reason: &str) -> Answer {
        let fields = [
            ("dialog", self.dialog.as_str()),
            ("version", version),
            ("reason", reason),
        ];
        browser.post(&self.closing, &fields).await
    }
}

/// An app whose books do not fit, and a lead who sees so.
async fn with_a_lead() -> (TestApp, Browser) {
    let app = app::wish().without_workers().with_a_stopped_clock().start().await;
    damaged(&app).await;
    walk_all(&app.services).await;
    let lead = desk_of(&app, "lead@example.test", Role::CsLead).await;
    (app, lead)
}

#[tokio::test]
async fn who_may_not_close_one_does_not_and_neither_does_a_form_that_is_none_of_ours() {
    let (app, lead) = with_a_lead().await;
    let form = Form::at(&lead).await;
    let path = only(&lead).await;
    for (role, email) in [(Role::Cs, "cs@example.test"), (Role::Auditor, "audit@example.test")] {
        let other = desk_of(&app, email, role).await;
        assert!(!other.get(&path).await.expect(200).text.contains("/closing"));
        form.send(&other, "1", "까닭").await.expect(403);
    }
    let refused = form.send(&lead, "1", " ").await.expect(422).text;
    assert!(refused.contains("reason-help"), "{refused}");
    let back = lead.get(&form.closing).await.expect(303);
    assert_eq!(back.header("location"), path);
    for (dialog, version) in [
        ("", "1"),
        ("x", "1"),
        (form.dialog.as_str(), ""),
        (form.dialog.as_str(), "7"),
    ] {
        let fields = [("dialog", dialog), ("version", version), ("reason", "까닭")];
        let told = lead.post(&form.closing, &fields).await.expect(412).text;
        assert!(told.contains(">까닭</textarea>"), "{told}");
    }
    // A dialog of another thing closes nothing.
    let foreign = dialog::Dialog {
        id: DialogId::new(),
        staff: app.user_id("lead@example.test").await,
        deed: StaffDeed::Canceled,
        subject: uuid::Uuid::now_v7(),
    };
    let at = app.services.clock.now();
    let kept_before = app
        .services
        .db
        .write(move |tx| Box::pin(async move { dialog::keep(tx, foreign, "canceled", at).await }));
    kept_before.await.unwrap();
    let dialog = foreign.id.0.simple().to_string();
    let other = Form { dialog, ..form };
    let sent = other.send(&lead, "1", "까닭").await.expect(303);
    let told = lead.get(sent.header("location")).await.expect(200).text;
    assert!(told.contains("이 양식은 이미 보냈어요"), "{told}");
    assert!(kept(&app).await[0].closed_at.is_none());
    assert!(app.deeds_of(StaffDeed::MismatchClosed).await.is_empty());
}

#[tokio::test]
async fn a_lead_closes_one_with_a_reason_once_and_it_stays_closed_until_it_says_something_else() {
    let (app, lead) = with_a_lead().await;
    let form = Form::at(&lead).await;
    let path = only(&lead).await;
    let both = tokio::join!(
        form.send(&lead, "1", "운영팀이 고침"),
        form.send(&lead, "1", "운영팀이 고침")
    );
    assert_eq!((both.0.status.as_u16(), both.1.status.as_u16()), (303, 303));
    form.send(&lead, "1", "운영팀이 고침").await.expect(303);
    let page = lead.get(&path).await.expect(200).text;
    assert!(
        page.contains("운영팀이 고침") && page.contains("상담 담당") && !page.contains("/closing"),
        "{page}"
    );
    let deeds = app.deeds_of(StaffDeed::MismatchClosed).await;
    assert_eq!(deeds.len(), 1);
    assert_eq!(deeds[0].reason.as_deref(), Some("운영팀이 고침"));

    app.clock.advance(TimeDelta::hours(25));
    walk_all(&app.services).await;
    assert!(kept(&app).await[0].closed_at.is_some(), "it says the same");
    app.sql("UPDATE mismatches SET detail = 'as it was'").await;
    app.clock.advance(TimeDelta::hours(25));
    walk_all(&app.services).await;
    assert!(kept(&app).await[0].closed_at.is_none(), "it says something else");
}
