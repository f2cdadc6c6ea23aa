//! Staff hear of everything, of one payment, or only that something changed.

use naru::ids::UserId;

use super::ear::{Ear, made_up};
use super::hearing;
use crate::cs::audit::dialog_of;
use crate::support::app;

#[tokio::test]
async fn staff_hear_every_step_of_everybody_and_of_one_payment_only_what_is_its_own() {
    let app = hearing(app::start().await).await;
    let home = app.home("minji@example.test").await;
    let desk = app.desk("cs@example.test").await;
    let payment = home.pay("order-1").await;
    app.settled().await;
    let mut of_all = Ear::greeted(&desk, "/cs/live").await;
    let mut of_one = Ear::greeted(&desk, &format!("/cs/live?of={payment}")).await;
    let another = home.pay("order-2").await;
    let steps = of_all.steps(3).await;
    assert!(steps.iter().all(|(id, _)| *id == another), "{steps:?}");
    let refund = home.refund(&payment).await;
    let mut heard = of_one.steps(5).await;
    heard.sort();
    let mut right = [
        (&payment, "refund_requested"),
        (&payment, "refund_succeeded"),
        (&refund, "created"),
        (&refund, "claimed"),
        (&refund, "succeeded"),
    ]
    .map(|(id, event)| (id.clone(), event.to_owned()));
    right.sort();
    assert_eq!(heard, right);
    // The page of the refund hears the same.
    let mut of_refund = Ear::greeted(&desk, &format!("/cs/live?of={refund}")).await;
    app.settled().await;
    drop(of_one);
    let second = home.pay("order-3").await;
    app.settled().await;
    let told = of_all.steps(8).await;
    assert!(told.iter().any(|(id, _)| *id == second), "{told:?}");
    app.services.live.close();
    assert!(of_refund.rest().await.is_empty(), "it heard of another payment");
}

#[tokio::test]
async fn nothing_of_a_person_or_an_account_is_in_what_staff_hear() {
    let app = hearing(app::start().await).await;
    let home = app.home("minji@example.test").await;
    let desk = app.desk("cs@example.test").await;
    let mut ear = Ear::greeted(&desk, "/cs/live").await;
    home.pay("order-1").await;
    for _ in 0..3 {
        let heard = ear.next().await;
        let names: Vec<_> = heard.data.as_object().expect("an object").keys().cloned().collect();
        let right = ["event", "id", "kind", "money_moved", "payment_id", "status", "version"];
        assert_eq!(names, right, "{heard:?}");
    }
}

#[tokio::test]
async fn in_brief_many_changes_are_one_word_a_second_and_the_last_one_is_not_lost() {
    let app = hearing(app::start().await).await;
    let desk = app.desk("cs@example.test").await;
    let mut ear = Ear::greeted(&desk, "/cs/live?brief=yes").await;
    let many = || {
        app.services
            .live
            .tell((0..1_000).map(|_| made_up(UserId::new())).collect());
    };
    // From before the server could have said the first one.
    let begun = std::time::Instant::now();
    many();
    let first = ear.next().await;
    assert_eq!((first.name.as_str(), first.id), ("changed", None));
    many();
    assert_eq!(ear.next().await.name, "changed");
    assert!(begun.elapsed().as_millis() >= 1_000, "{:?}", begun.elapsed());
    app.services.live.close();
    assert!(ear.rest().await.len() <= 1);
}

#[tokio::test]
async fn what_staff_do_is_told_to_the_lists_and_to_the_page_that_it_was_about_and_what_they_see_is_not() {
    let app = hearing(app::start().await).await;
    let home = app.home("minji@example.test").await;
    let desk = app.desk("cs@example.test").await;
    let (payment, other) = (home.pay("order-1").await, home.pay("order-2").await);
    app.settled().await;
    let mut brief = Ear::greeted(&desk, "/cs/live?brief=yes").await;
    let mut of_it = Ear::greeted(&desk, &format!("/cs/live?of={payment}")).await;
    let mut of_other = Ear::greeted(&desk, &format!("/cs/live?of={other}")).await;
    let notes = format!("/cs/payments/{payment}/notes");
    let dialog = dialog_of(&desk, &notes).await;
    desk.get(&format!("/cs/payments/{payment}")).await.expect(200);
    let note = [
        ("dialog", dialog.as_str()),
        ("version", "3"),
        ("body", "다시 전화하기로 했어요"),
    ];
    desk.post(&notes, &note).await.expect(303);
    assert_eq!(of_it.next().await.name, "changed");
    assert_eq!(brief.next().await.name, "changed");
    app.services.live.close();
    for ear in [&mut brief, &mut of_it, &mut of_other] {
        assert!(ear.rest().await.is_empty());
    }
}
