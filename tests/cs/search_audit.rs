//! A search for a person is told to the audit, by what was searched and never by its text.

use naru::models::kinds::{Role, StaffDeed, SubjectKind};
use naru::models::staff_audit;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::search::history;
use super::{desk, desk_of};
use crate::support::app::{self, TestApp};
use crate::support::people::{ACCOUNT, phone_of};

async fn searches(app: &TestApp) -> Vec<staff_audit::Model> {
    staff_audit::Entity::find()
        .filter(staff_audit::Column::Deed.eq(StaffDeed::Searched))
        .order_by_asc(staff_audit::Column::Id)
        .all(app.services.db.read())
        .await
        .unwrap()
}

#[tokio::test]
async fn each_search_for_a_person_is_one_row_and_others_are_none() {
    let app = app::start().await;
    let [paid, ..] = history(&app).await;
    let desk = desk(&app).await;
    for path in [
        "/cs/payments".to_owned(),
        "/cs/payments?state=failed".to_owned(),
        format!("/cs/payments?q={paid}"),
        "/cs/payments?q=order-1".to_owned(),
        "/cs/payments?q=12,300".to_owned(),
        "/cs/payments?q=minji%40example.test+stauts:x".to_owned(),
    ] {
        desk.get(&path).await.expect(200);
    }
    assert!(searches(&app).await.is_empty());
    let phone = phone_of("minji@example.test");
    let texts = [
        ("minji%40example.test", "email"),
        ("%EA%B9%80%EB%AF%BC%EC%A7%80", "name"),
        (&phone.digits()[7..], "phone_tail"),
        (ACCOUNT, "account"),
    ];
    for (text, _) in texts {
        desk.get(&format!("/cs/payments?q={text}")).await.expect(200);
    }
    let rows = searches(&app).await;
    assert_eq!(rows.len(), texts.len());
    for (row, (text, by)) in rows.iter().zip(texts) {
        assert_eq!((row.subject_kind, row.subject_id), (SubjectKind::List, None));
        let detail = row.detail.as_deref().unwrap();
        assert!(detail.contains(by) && !detail.contains(text), "{detail}");
        assert!(row.request_id.is_some());
    }
}

#[tokio::test]
async fn who_may_see_payments_may_search_them_and_be_told_of_newer_ones() {
    let app = app::start().await;
    history(&app).await;
    for (email, role) in [
        ("lead@example.test", Role::CsLead),
        ("operator@example.test", Role::Operator),
        ("auditor@example.test", Role::Auditor),
    ] {
        let browser = desk_of(&app, email, role).await;
        browser.get("/cs/payments?q=minji%40example.test").await.expect(200);
        browser.get("/cs/payments/newer").await.expect(204);
    }
    let (_, member) = app.member_browser("other@example.test").await;
    member.get("/cs/payments/newer").await.expect(403);
    assert_eq!(searches(&app).await.len(), 3);
}

/// A place in the list before everything, which no page has shown.
const SINCE_EVER: &str = "MC4wLjAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAw";

#[tokio::test]
async fn how_many_of_somebodys_payments_came_is_a_search_for_them() {
    let app = app::start().await;
    history(&app).await;
    let desk = desk(&app).await;
    let asks = |query: &str| format!("/cs/payments/newer?since={SINCE_EVER}&{query}");
    for of_nobody in ["state=succeeded", "q=12%2C300"] {
        desk.get(&asks(of_nobody)).await.expect(200);
    }
    assert!(searches(&app).await.is_empty());
    let answer = desk.get(&asks("q=minji%40example.test")).await.expect(200);
    let told = answer.json()["count"].as_u64().unwrap();
    let rows = searches(&app).await;
    assert_eq!(rows.len(), 1);
    let detail = rows[0].detail.as_deref().unwrap();
    assert!(detail.contains("email") && !detail.contains("minji"), "{detail}");
    // What the bar tells already is no news, and a page that is left open writes no row each quarter of a minute.
    let again = asks(&format!("q=minji%40example.test&known={told}"));
    desk.get(&again).await.expect(204);
    assert_eq!(searches(&app).await.len(), 1);
    desk.get(&asks("q=minji%40example.test&known=1000000"))
        .await
        .expect(200);
    assert_eq!(searches(&app).await.len(), 2);
}
