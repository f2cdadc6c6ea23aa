//! The page keeps itself fresh while something may change, and each look at it is written down.

use naru::ids::{Prefix, TransferId};
use naru::models::kinds::{Role, StaffDeed, SubjectKind};
use naru::models::staff_audit;
use naru::transfers::execute;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::super::desk_of;
use super::Scene;
use crate::support::app::{self, TestApp};

async fn looks(app: &TestApp) -> Vec<staff_audit::Model> {
    staff_audit::Entity::find()
        .filter(staff_audit::Column::Deed.eq(StaffDeed::PaymentSeen))
        .all(app.services.db.read())
        .await
        .expect("the database answers")
}

/// Where the page looks again, if it does.
fn looks_at(page: &str) -> Option<String> {
    // One that ended looks only where a stream tells it to.
    page.contains("hx-trigger=\"every").then_some(())?;
    let address = page.split("hx-get=\"").nth(1)?.split('"').next()?;
    Some(address.replace("&amp;", "&").replace("&#x2F;", "/"))
}

#[tokio::test]
async fn a_page_looks_again_until_nothing_changes_and_its_answer_leaves_the_forms_alone() {
    let app = app::wish().without_workers().start().await;
    let scene = Scene::of(&app).await;
    let id = scene.asks("order-1", 12_300).await;
    let address = looks_at(&scene.page(&id).await).expect("it looks again");
    assert!(
        address.starts_with(&format!("/cs/payments/{id}/fresh?mark=")),
        "{address}"
    );
    scene.desk.get(&address).await.expect(204);

    let transfer = TransferId(Prefix::Payment.parse(&id).unwrap());
    execute::execute(&app.services, transfer).await.unwrap();
    let fresh = scene.desk.get(&address).await.expect(200).text;
    for part in ["#head", "#verdict", "#summary", "#facts", "#story"] {
        assert!(fresh.contains(&format!("hx-target=\"{part}\"")), "{part}: {fresh}");
    }
    assert!(
        fresh.contains("data-moved=\"yes\"") && !fresh.contains("<form"),
        "{fresh}"
    );
    assert_eq!(looks_at(&fresh), None, "nothing changes by itself any more");
    assert_eq!(looks_at(&scene.page(&id).await), None);
}

#[tokio::test]
async fn every_look_is_in_the_audit_and_a_look_that_showed_nothing_is_not() {
    let app = app::wish().without_workers().start().await;
    let scene = Scene::of(&app).await;
    let id = scene.asks("order-1", 12_300).await;
    assert!(looks(&app).await.is_empty());
    let address = looks_at(&scene.page(&id).await).unwrap();
    let seen = looks(&app).await;
    let transfer = Prefix::Payment.parse(&id).unwrap();
    assert_eq!(seen.len(), 1);
    assert_eq!(
        (seen[0].subject_kind, seen[0].subject_id),
        (SubjectKind::Payment, Some(transfer))
    );
    assert!(seen[0].request_id.is_some());

    scene.desk.get(&address).await.expect(204);
    assert_eq!(looks(&app).await.len(), 1);
    // Asked for alone it shows everything, and counts.
    scene.desk.get(&format!("/cs/payments/{id}/fresh")).await.expect(200);
    assert_eq!(looks(&app).await.len(), 2);
    scene
        .desk
        .get("/cs/payments/pay_00000000000000000000000000000000")
        .await
        .expect(404);
    scene
        .desk
        .get(&format!("/cs/payments/{id}/deliveries/dlv_x"))
        .await
        .expect(404);
    assert_eq!(looks(&app).await.len(), 2);
}

#[tokio::test]
async fn every_role_at_the_desk_sees_the_verdict_and_nobody_else_does() {
    let app = app::wish().without_workers().start().await;
    let scene = Scene::of(&app).await;
    let id = scene.asks("order-1", 12_300).await;
    let pages = [format!("/cs/payments/{id}"), format!("/cs/payments/{id}/fresh")];
    for (email, role) in [
        ("lead@example.test", Role::CsLead),
        ("ops@example.test", Role::Operator),
        ("audit@example.test", Role::Auditor),
    ] {
        let desk = desk_of(&app, email, role).await;
        for page in &pages {
            desk.get(page).await.expect(200);
        }
    }
    let (_, member) = app.member_browser("other@example.test").await;
    for page in &pages {
        member.get(page).await.expect(403);
        app.browser().get(page).await.expect(303);
    }
}
