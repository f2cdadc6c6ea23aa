//! Writing announcements: who may, what is refused, and that each version keeps its writer and its time.

use chrono::TimeDelta;
use naru::models::kinds::Role;
use naru::models::{notice_changes, notices};
use sea_orm::{EntityTrait, PaginatorTrait, QueryOrder};

use super::audit::dialog_of;
use super::desk_of;
use crate::support::app::{self, TestApp};
use crate::support::http::Answer;
use crate::support::visitor::Browser;

const NEW: &str = "/cs/notices/new";

fn form<'a>(title: &'a str, version: &'a str) -> Vec<(&'static str, &'a str)> {
    vec![
        ("title_ko", title),
        ("title_en", "Maintenance"),
        ("body_ko", "내일 점검이 있어요."),
        ("body_en", "Tomorrow."),
        ("from", ""),
        ("until", ""),
        ("version", version),
    ]
}

/// Sends the form of a new announcement that was opened as this dialog.
async fn publish(desk: &Browser, title: &str, dialog: &str) -> Answer {
    let mut fields = form(title, "");
    fields.push(("dialog", dialog));
    desk.post(NEW, &fields).await
}

async fn only_id(desk: &Browser) -> String {
    let list = desk.get("/cs/notices").await.expect(200).text;
    let mut ids = list.split("href=\"/cs/notices/ntc_").skip(1);
    format!("ntc_{}", ids.next().expect("one").split('"').next().unwrap())
}

async fn changes(app: &TestApp) -> Vec<notice_changes::Model> {
    notice_changes::Entity::find()
        .order_by_asc(notice_changes::Column::Version)
        .all(app.services.db.read())
        .await
        .unwrap()
}

#[tokio::test]
async fn an_announcement_is_written_changed_and_ended_and_each_version_keeps_its_writer() {
    let app = app::wish().without_workers().start().await;
    let lead = desk_of(&app, "lead@example.test", Role::CsLead).await;
    let operator = desk_of(&app, "ops@example.test", Role::Operator).await;
    let dialog = dialog_of(&lead, NEW).await;
    publish(&lead, "점검 안내", &dialog).await.expect(303);
    let id = only_id(&lead).await;
    let public = app.browser();
    assert!(
        public
            .get(&format!("/notices/{id}"))
            .await
            .expect(200)
            .text
            .contains("점검 안내")
    );

    operator
        .post(&format!("/cs/notices/{id}"), &form("바뀐 안내", "1"))
        .await
        .expect(303);
    assert!(public.get("/notices").await.expect(200).text.contains("바뀐 안내"));
    let late = lead
        .post(&format!("/cs/notices/{id}"), &form("늦은 안내", "1"))
        .await
        .expect(412)
        .text;
    assert!(
        late.contains("그사이에 상태가 바뀌었어요") && late.contains("value=\"늦은 안내\""),
        "{late}"
    );
    lead.post(&format!("/cs/notices/{id}/end"), &[("version", "1")])
        .await
        .expect(412);
    lead.post(&format!("/cs/notices/{id}/end"), &[("version", "2")])
        .await
        .expect(303);
    public.get(&format!("/notices/{id}")).await.expect(404);

    let kept = changes(&app).await;
    assert_eq!(kept.len(), 3);
    assert!(kept[0].actor_id == kept[2].actor_id && kept[0].actor_id != kept[1].actor_id);
    assert!(kept[1].snapshot.contains("바뀐 안내") && kept[0].snapshot.contains("점검 안내"));
    let page = lead.get(&format!("/cs/notices/{id}")).await.expect(200).text;
    assert!(
        page.contains("고친 기록") && page.contains("v3") && !page.contains("/end\""),
        "{page}"
    );
}

#[tokio::test]
async fn c32_a_form_that_is_sent_twice_announces_once_and_another_text_in_it_is_not_lost() {
    let app = app::wish().without_workers().start().await;
    let lead = desk_of(&app, "lead@example.test", Role::CsLead).await;
    let dialog = dialog_of(&lead, NEW).await;
    let (one, other) = tokio::join!(
        publish(&lead, "점검 안내", &dialog),
        publish(&lead, "점검 안내", &dialog)
    );
    one.expect(303);
    other.expect(303);
    // Without a beginning it begins when it is sent: later it is the same form still.
    app.clock.advance(TimeDelta::minutes(1));
    publish(&lead, "점검 안내", &dialog).await.expect(303);
    let told = lead.get("/cs/notices").await.expect(200).text;
    assert!(told.contains("이 화면에서 이미 처리한 일이에요"), "{told}");
    assert_eq!(changes(&app).await.len(), 1);
    let written = notices::Entity::find().count(app.services.db.read()).await.unwrap();
    assert_eq!(written, 1);

    let refused = publish(&lead, "다른 안내", &dialog).await.expect(409).text;
    assert!(
        refused.contains("이 양식은 이미 보냈어요") && refused.contains("value=\"다른 안내\""),
        "{refused}"
    );
    assert_eq!(changes(&app).await.len(), 1);
    let next = refused.split("name=\"dialog\" value=\"").nth(1);
    let next = next.and_then(|rest| rest.split('"').next()).expect("a new dialog");
    assert_ne!(next, dialog);
    publish(&lead, "다른 안내", next).await.expect(303);
    assert_eq!(changes(&app).await.len(), 2);
}

#[tokio::test]
async fn a_form_that_is_not_ours_announces_nothing_and_keeps_what_was_typed() {
    let app = app::wish().without_workers().start().await;
    let lead = desk_of(&app, "lead@example.test", Role::CsLead).await;
    for dialog in ["", "not-an-id"] {
        let page = publish(&lead, "점검 안내", dialog).await.expect(412).text;
        assert!(page.contains("value=\"점검 안내\""), "{page}");
    }
    assert!(changes(&app).await.is_empty());
}

#[tokio::test]
async fn what_is_wrong_with_each_field_is_told_and_what_was_typed_is_kept() {
    let app = app::wish().without_workers().start().await;
    let lead = desk_of(&app, "lead@example.test", Role::CsLead).await;
    let typed = [
        ("title_ko", ""),
        ("title_en", "Maintenance"),
        ("body_ko", "내일"),
        ("body_en", ""),
        ("important", "yes"),
        ("from", "25.11.2026"),
        ("until", "2026-11-24T00:00"),
    ];
    let page = lead.post(NEW, &typed).await.expect(422).text;
    assert_eq!(page.matches("입력해 주세요.</p>").count(), 3, "{page}");
    for part in [
        "날짜와 시각을",
        "value=\"25.11.2026\"",
        "value=\"Maintenance\"",
        ">내일</textarea>",
        "checked",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(changes(&app).await.is_empty());
}

#[tokio::test]
async fn only_leads_and_operators_write_and_see_what_is_planned() {
    let app = app::wish().without_workers().start().await;
    let lead = desk_of(&app, "lead@example.test", Role::CsLead).await;
    let dialog = dialog_of(&lead, NEW).await;
    publish(&lead, "점검 안내", &dialog).await.expect(303);
    let id = only_id(&lead).await;
    let mut others = vec![
        desk_of(&app, "cs@example.test", Role::Cs).await,
        desk_of(&app, "audit@example.test", Role::Auditor).await,
    ];
    others.push(app.member_browser("minji@example.test").await.1);
    for other in others {
        for path in ["/cs/notices".to_owned(), NEW.to_owned(), format!("/cs/notices/{id}")] {
            other.get(&path).await.expect(403);
        }
        for path in [
            NEW.to_owned(),
            format!("/cs/notices/{id}"),
            format!("/cs/notices/{id}/end"),
        ] {
            other.post(&path, &form("가로챈 안내", "1")).await.expect(403);
        }
    }
    assert_eq!(changes(&app).await.len(), 1);
}
