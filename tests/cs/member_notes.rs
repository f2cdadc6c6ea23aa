//! Notes of a member: written once for each opened page, by who may, and read again by everybody at the desk.

use naru::ids::{Prefix, UserId};
use naru::models::desk_notes;
use naru::models::kinds::{Role, StaffDeed, SubjectKind};
use sea_orm::EntityTrait;

use super::{desk, desk_of};
use crate::support::app::{self, TestApp};
use crate::support::http::Answer;
use crate::support::visitor::Browser;

const BODY: &str = "17시에 다시 전화하기로 함";

/// The page of a member, and of what is written of them.
async fn member(app: &TestApp) -> (String, String) {
    let page = format!(
        "/cs/members/{}",
        Prefix::Member.show(app.member("minji@example.test").await.0)
    );
    let notes = format!("{page}/notes");
    (page, notes)
}

/// The dialog of a page that is opened now.
async fn opened(browser: &Browser, notes: &str) -> String {
    dialog_of(&browser.get(notes).await.expect(200).text)
}

fn dialog_of(page: &str) -> String {
    let rest = page.split("name=\"dialog\" value=\"").nth(1).expect("a form");
    rest.split('"').next().expect("its dialog").to_owned()
}

async fn write(browser: &Browser, notes: &str, dialog: &str, body: &str) -> Answer {
    browser.post(notes, &[("dialog", dialog), ("body", body)]).await
}

#[tokio::test]
async fn a_note_is_written_once_and_stands_on_the_members_page_for_the_next_agent() {
    let app = app::wish().without_workers().start().await;
    let (page, notes) = member(&app).await;
    let (one, two) = (desk(&app).await, desk_of(&app, "two@example.test", Role::Cs).await);
    let dialog = opened(&one, &notes).await;
    let (first, second) = tokio::join!(write(&one, &notes, &dialog, BODY), write(&one, &notes, &dialog, BODY));
    for sent in [first, second] {
        assert_eq!(sent.expect(303).header("location"), notes);
    }
    for path in [&page, &notes] {
        let shown = two.get(path).await.expect(200).text;
        assert_eq!(shown.matches(BODY).count(), 1, "{shown}");
    }
    let rows = app.deeds_of(StaffDeed::NoteAdded).await;
    let [row] = rows.as_slice() else {
        panic!("one row: {rows:?}");
    };
    assert_eq!(row.subject_kind, SubjectKind::Member);
    assert!(!row.detail.as_deref().unwrap_or_default().contains(BODY));
}

#[tokio::test]
async fn a_note_that_is_refused_keeps_what_was_typed_and_writes_nothing() {
    let app = app::wish().without_workers().start().await;
    let (_, notes) = member(&app).await;
    let (one, two) = (desk(&app).await, desk_of(&app, "two@example.test", Role::Cs).await);
    let dialog = opened(&one, &notes).await;
    write(&one, &notes, &dialog, " ").await.expect(422);
    let long = "가".repeat(1_001);
    let page = write(&one, &notes, &dialog, &long).await.expect(422).text;
    assert!(page.contains(&long) && page.contains("id=\"body-help\" class=\"help error\""));
    let page = write(&one, &notes, "none", BODY).await.expect(412).text;
    assert!(page.contains(BODY), "what was typed is lost: {page}");
    assert!(app.deeds_of(StaffDeed::NoteAdded).await.is_empty());
    // A thousand letters with a space after them are a thousand.
    write(&one, &notes, &dialog, &format!("{} ", "가".repeat(1_000)))
        .await
        .expect(303);

    // Another's dialog, or one that wrote of somebody else, does nothing; the page that comes back may be sent.
    let of_other = format!(
        "/cs/members/{}/notes",
        Prefix::Member.show(app.member("junho@example.test").await.0)
    );
    write(&two, &notes, &dialog, BODY).await.expect(409);
    let page = write(&one, &of_other, &dialog, BODY).await.expect(409).text;
    assert!(
        page.contains(BODY) && page.contains("이미 다른 일에 쓰였어요"),
        "{page}"
    );
    write(&one, &of_other, &dialog_of(&page), BODY).await.expect(303);
    assert_eq!(app.deeds_of(StaffDeed::NoteAdded).await.len(), 2);
}

#[tokio::test]
async fn who_may_see_members_reads_their_notes_and_who_may_annotate_writes_them() {
    let app = app::wish().without_workers().start().await;
    let (page, notes) = member(&app).await;
    for (role, may) in [
        (Role::Cs, true),
        (Role::CsLead, true),
        (Role::Operator, true),
        (Role::Auditor, false),
    ] {
        let browser = desk_of(&app, &format!("{}@example.test", role.as_str()), role).await;
        let shown = browser.get(&page).await.expect(200).text;
        assert_eq!(shown.contains(&format!("href=\"{notes}\"")), may, "{role:?}: {shown}");
        let shown = browser.get(&notes).await.expect(200).text;
        assert_eq!(shown.contains("name=\"body\""), may, "{role:?}: {shown}");
        assert!(shown.contains("아직 메모가 없어요"), "{shown}");
        let dialog = uuid::Uuid::now_v7().to_string();
        write(&browser, &notes, &dialog, " ")
            .await
            .expect(if may { 422 } else { 403 });
    }
    let (_, other) = app.member_browser("junho@example.test").await;
    other.get(&notes).await.expect(403);
    app.browser().get(&notes).await.expect(303);
}

#[tokio::test]
async fn of_nobody_and_of_staff_there_are_no_notes() {
    let app = app::wish().without_workers().start().await;
    let desk = desk(&app).await;
    let staff = Prefix::Member.show(app.user_id("cs@example.test").await.0);
    for id in [Prefix::Member.show(UserId::new().0), staff, "mem_1".to_owned()] {
        let notes = format!("/cs/members/{id}/notes");
        desk.get(&notes).await.expect(404);
        let dialog = uuid::Uuid::now_v7().to_string();
        write(&desk, &notes, &dialog, BODY).await.expect(404);
    }
    assert!(app.deeds_of(StaffDeed::NoteAdded).await.is_empty());
}

#[tokio::test]
async fn many_notes_are_read_in_pages_each_of_which_is_a_look_at_the_member() {
    let app = app::wish().without_workers().start().await;
    let (page, notes) = member(&app).await;
    let desk = desk(&app).await;
    for number in 0..25 {
        let dialog = uuid::Uuid::now_v7().to_string();
        let body = format!("메모 {number:02}.");
        write(&desk, &notes, &dialog, &body).await.expect(303);
    }
    assert!(app.deeds_of(StaffDeed::MemberSeen).await.is_empty());
    let first = desk.get(&notes).await.expect(200).text;
    assert!(first.contains("메모 24.") && first.contains("메모 05.") && !first.contains("메모 04."));
    let next = first.split("rel=\"next\" href=\"").nth(1).expect("there are more");
    let next = next.split('"').next().expect("an address").replace("&amp;", "&");
    let last = desk.get(&next).await.expect(200).text;
    assert!(last.contains("메모 04.") && last.contains("메모 00.") && !last.contains("메모 05."));
    let shown = desk.get(&page).await.expect(200).text;
    assert!(
        shown.contains("메모 22.") && !shown.contains("메모 21.") && shown.contains("메모 모두 보기"),
        "{shown}"
    );
    assert_eq!(app.deeds_of(StaffDeed::MemberSeen).await.len(), 3);
}

#[tokio::test]
async fn lines_of_a_note_are_counted_and_kept_as_they_were_typed() {
    let app = app::wish().without_workers().start().await;
    let (_, notes) = member(&app).await;
    let desk = desk(&app).await;
    let dialog = opened(&desk, &notes).await;
    // A browser sends the end of a line as two characters, and lets 1,000 be typed of which it is one.
    let typed = format!("{}\r\n{}\u{200b}", "가".repeat(500), "나".repeat(499));
    write(&desk, &notes, &dialog, &typed).await.expect(303);
    let rows = desk_notes::Entity::find().all(app.services.db.read()).await.unwrap();
    let bodies: Vec<_> = rows.into_iter().map(|row| row.body).collect();
    assert_eq!(bodies, [typed.replace("\r\n", "\n").replace('\u{200b}', "")]);
}
