//! Taking a review: it is one person's at a time, taken from another on their word alone, and written down.

use naru::models::kinds::{Role, StaffDeed, TransferState};
use naru::models::{review_assignments, staff_audit};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::desk_of;
use super::rows::{copy_at, original, shown};
use crate::support::app::{self, TestApp};
use crate::support::visitor::Browser;

const BACK: [(&str, &str); 1] = [("back", "/cs/reviews?tab=needs_review")];

/// An app with a review that nobody has; answers with its id.
async fn review() -> (TestApp, String) {
    let app = app::wish().without_workers().start().await;
    let original = original(&app).await;
    let waits = copy_at(&app, &original, TransferState::NeedsReview, app.services.clock.now()).await;
    (app, shown(&waits))
}

async fn deeds(app: &TestApp) -> Vec<staff_audit::Model> {
    staff_audit::Entity::find()
        .filter(staff_audit::Column::Deed.is_in([StaffDeed::ReviewTaken, StaffDeed::ReviewReleased]))
        .order_by_asc(staff_audit::Column::Id)
        .all(app.services.db.read())
        .await
        .unwrap()
}

async fn holders(app: &TestApp) -> Vec<review_assignments::Model> {
    review_assignments::Entity::find()
        .all(app.services.db.read())
        .await
        .unwrap()
}

async fn mine(desk: &Browser) -> String {
    desk.get("/cs/reviews?tab=needs_review&mine=yes").await.expect(200).text
}

#[tokio::test]
async fn a_review_is_taken_once_let_go_and_both_are_written_down() {
    let (app, id) = review().await;
    let desk = desk_of(&app, "cs@example.test", Role::Cs).await;
    let take = format!("/cs/reviews/{id}/assignment");
    for _ in 0..2 {
        let taken = desk.post(&take, &BACK).await.expect(303);
        assert_eq!(taken.header("location"), BACK[0].1);
    }
    let html = mine(&desk).await;
    assert!(
        html.contains(&id) && html.contains("내가 맡음") && html.contains("내려놓기"),
        "{html}"
    );
    let release = format!("/cs/reviews/{id}/release");
    for _ in 0..2 {
        desk.post(&release, &BACK).await.expect(303);
    }
    assert!(!mine(&desk).await.contains(&id) && holders(&app).await.is_empty());
    let deeds: Vec<StaffDeed> = deeds(&app).await.into_iter().map(|row| row.deed).collect();
    assert_eq!(deeds, [StaffDeed::ReviewTaken, StaffDeed::ReviewReleased]);
}

#[tokio::test]
async fn what_another_took_is_taken_over_only_after_a_question_that_names_them() {
    let (app, id) = review().await;
    let first = desk_of(&app, "cs@example.test", Role::Cs).await;
    let second = desk_of(&app, "lead@example.test", Role::CsLead).await;
    let third = desk_of(&app, "ops@example.test", Role::Operator).await;
    let take = format!("/cs/reviews/{id}/assignment");
    first.post(&take, &BACK).await.expect(303);
    let question = second.post(&take, &BACK).await.expect(409).text;
    assert!(
        question.contains("상담 담당") && question.contains("그래도 넘겨받기"),
        "{question}"
    );
    let over = question.split("name=\"over\" value=\"").nth(1).unwrap();
    let over = over.split('"').next().unwrap().to_owned();
    assert!(mine(&first).await.contains(&id), "asking takes nothing");

    let sure = [BACK[0], ("over", over.as_str())];
    second.post(&take, &sure).await.expect(303);
    assert!(mine(&second).await.contains(&id) && !mine(&first).await.contains(&id));
    // A third one who answers an old question is asked again.
    third.post(&take, &sure).await.expect(409);
    // Who does not have it lets go of nothing.
    first
        .post(&format!("/cs/reviews/{id}/release"), &BACK)
        .await
        .expect(303);
    assert!(mine(&second).await.contains(&id));
    let deeds = deeds(&app).await;
    assert_eq!(deeds.len(), 2);
    let from = deeds[0].actor_id.0.to_string();
    assert!(deeds[1].detail.as_deref().unwrap().contains(&from), "{:?}", deeds[1]);
}

#[tokio::test]
async fn of_two_who_take_at_once_one_has_it_and_the_other_is_asked() {
    let (app, id) = review().await;
    let browsers = [
        desk_of(&app, "cs@example.test", Role::Cs).await,
        desk_of(&app, "lead@example.test", Role::CsLead).await,
    ];
    let take = format!("/cs/reviews/{id}/assignment");
    let answers = tokio::join!(browsers[0].post(&take, &BACK), browsers[1].post(&take, &BACK));
    let mut statuses = [answers.0.status.as_u16(), answers.1.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 409]);
    assert_eq!((holders(&app).await.len(), deeds(&app).await.len()), (1, 1));
}

#[tokio::test]
async fn an_auditor_takes_nothing_and_what_has_ended_is_not_taken() {
    let (app, id) = review().await;
    let auditor = desk_of(&app, "audit@example.test", Role::Auditor).await;
    for action in ["assignment", "release"] {
        auditor
            .post(&format!("/cs/reviews/{id}/{action}"), &BACK)
            .await
            .expect(403);
    }
    let desk = desk_of(&app, "cs@example.test", Role::Cs).await;
    let take = format!("/cs/reviews/{id}/assignment");
    app.sql("UPDATE transfers SET state = 'succeeded' WHERE state = 'needs_review'")
        .await;
    desk.post(&take, &BACK).await.expect(303);
    let html = desk.get("/cs/reviews").await.expect(200).text;
    assert!(
        html.contains("이미 끝난 거래예요") && holders(&app).await.is_empty(),
        "{html}"
    );
    desk.post("/cs/reviews/pay_019ac1f05d7a7b3e8c41f2a90b6d7e10/assignment", &BACK)
        .await
        .expect(404);
    // The way back is a page of the desk.
    let away = desk
        .post(&take, &[("back", "https://elsewhere.test/")])
        .await
        .expect(303);
    assert_eq!(away.header("location"), "/cs/reviews");
}
