//! A stream that was away is told exactly what it missed, or to look once.

use naru::ids::{EventId, TransferId, UserId};
use naru::models::kinds::{Actor, EventType, TransferState};
use naru::models::transfer_events;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::ear::{Ear, Heard, Home};
use super::hearing;
use crate::support::app::{self, TestApp};

/// The events of a member that they are told of, oldest first.
async fn told_to(app: &TestApp, home: &Home) -> Vec<transfer_events::Model> {
    let all = transfer_events::Entity::find()
        .filter(transfer_events::Column::MemberId.eq(home.member))
        .order_by_asc(transfer_events::Column::Id)
        .all(app.services.db.read())
        .await
        .expect("the database answers");
    let is_told = |event: &transfer_events::Model| EventType::TOLD_TO_MEMBERS.contains(&event.event_type);
    all.into_iter().filter(is_told).collect()
}

/// An event that somebody else writes, as another machine's transaction would.
async fn written(app: &TestApp, home: &Home, id: EventId, version: i64) {
    written_of(app, home, home.member, id, version).await;
}

/// One that says that it is of this member.
async fn written_of(app: &TestApp, home: &Home, member_id: UserId, id: EventId, version: i64) {
    let known = told_to(app, home).await.pop().expect("there is one");
    let event = transfer_events::Model {
        id,
        member_id,
        version,
        event_type: EventType::Unknown,
        state: TransferState::Unknown,
        actor: Actor::Worker,
        ..known
    };
    app.insert::<transfer_events::Entity>(event.into_active_model().reset_all())
        .await;
}

fn hello(heard: &Heard) -> bool {
    assert_eq!(heard.name, "hello", "{heard:?}");
    heard.data["resumed"].as_bool().expect("a word")
}

#[tokio::test]
async fn who_comes_back_is_told_exactly_what_they_missed_in_its_order_and_then_goes_on() {
    let app = hearing(app::start().await).await;
    let home = app.home("minji@example.test").await;
    let before = home.pay("order-0").await;
    app.settled().await;
    let mut ear = Ear::open(&home.browser, "/live").await;
    assert!(!hello(&ear.next().await));
    let seen = home.pay("order-1").await;
    let steps = ear.steps(3).await;
    assert!(
        steps.iter().all(|(id, _)| *id == seen),
        "what was before it, {before}, is no news"
    );
    let last = ear.last.clone().expect("a place");
    drop(ear);
    for order in ["order-2", "order-3"] {
        home.pay(order).await;
        app.settled().await;
    }
    let mut ear = Ear::open_since(&home.browser, "/live", Some(&last)).await;
    assert!(hello(&ear.next().await));
    let missed = ear.steps(6).await;
    let right: Vec<_> = told_to(&app, &home).await.split_off(6);
    let right: Vec<_> = right
        .iter()
        .map(|event| {
            let id = naru::ids::Prefix::Payment.show(event.transfer_id.0);
            (id, event.event_type.as_str().to_owned())
        })
        .collect();
    assert_eq!(missed, right);
    let after = home.pay("order-4").await;
    assert!(ear.steps(3).await.iter().all(|(id, _)| *id == after));
    // As a page does that closed its stream while nobody saw it.
    let path = format!("/live?last={}", ear.last.clone().expect("a place"));
    drop(ear);
    let mut ear = Ear::open(&home.browser, &path).await;
    assert!(hello(&ear.next().await));
    let next = home.pay("order-5").await;
    assert!(
        ear.steps(3).await.iter().all(|(id, _)| *id == next),
        "nothing was missed"
    );
}

#[tokio::test]
async fn staff_who_come_back_are_told_exactly_what_they_missed() {
    let app = hearing(app::start().await).await;
    let home = app.home("minji@example.test").await;
    let desk = app.desk("cs@example.test").await;
    let first = home.pay("order-1").await;
    app.settled().await;
    for path in ["/cs/live".to_owned(), format!("/cs/live?of={first}")] {
        let ear = Ear::greeted(&desk, &path).await;
        let last = ear.last.clone().expect("a place");
        drop(ear);
        let refund = home.refund(&first).await;
        app.settled().await;
        let mut ear = Ear::open_since(&desk, &path, Some(&last)).await;
        assert!(hello(&ear.next().await));
        let missed = ear.steps(5).await;
        let of = |id: &str| missed.iter().filter(|(one, _)| one == id).count();
        assert_eq!((of(&refund), of(&first)), (3, 2), "{path}: {missed:?}");
    }
}

#[tokio::test]
async fn an_event_that_committed_late_is_not_passed_by() {
    let app = hearing(app::start().await).await;
    let home = app.home("minji@example.test").await;
    let mut ear = Ear::greeted(&home.browser, "/live").await;
    // Its transaction begins now, and commits after others that began later.
    let late = EventId::new();
    home.pay("order-1").await;
    ear.steps(3).await;
    let last = ear.last.clone().expect("a place");
    drop(ear);
    written(&app, &home, late, 90).await;
    let mut ear = Ear::open_since(&home.browser, "/live", Some(&last)).await;
    assert!(hello(&ear.next().await));
    assert_eq!(ear.steps(1).await[0].1, "unknown");
    // Told once.
    let last = ear.last.clone().expect("a place");
    drop(ear);
    let mut ear = Ear::open_since(&home.browser, "/live", Some(&last)).await;
    assert!(hello(&ear.next().await));
    let next = home.pay("order-2").await;
    assert!(ear.steps(3).await.iter().all(|(id, _)| *id == next));
}

#[tokio::test]
async fn who_missed_too_much_or_brings_no_place_of_ours_is_told_once_to_look() {
    let app = hearing(app::start().await).await;
    let home = app.home("minji@example.test").await;
    let ear = Ear::greeted(&home.browser, "/live").await;
    let last = ear.last.clone().expect("a place");
    drop(ear);
    home.pay("order-1").await;
    app.settled().await;
    for version in 0..101 {
        written(&app, &home, EventId::new(), 100 + version).await;
    }
    let of_nobody = naru::ids::Prefix::Event.show(Uuid::nil());
    let places = [
        last.as_str(),
        "evt_x",
        "17",
        of_nobody.as_str(),
        &format!("{last}.more"),
    ];
    for (number, place) in places.into_iter().enumerate() {
        let mut ear = Ear::open_since(&home.browser, "/live", Some(place)).await;
        assert!(!hello(&ear.next().await), "{place}");
        let told = ear.next().await;
        assert_eq!(told.name, "resync", "{place}");
        assert!(told.id.is_some());
        // And then it goes on, without what it was told to look for.
        let next = home.pay(&format!("after-{number}")).await;
        assert!(ear.steps(3).await.iter().all(|(id, _)| *id == next), "{place}");
    }
}

#[tokio::test]
async fn what_an_older_process_wrote_without_a_member_is_not_lost_its_member_looks_and_nobody_else() {
    let app = hearing(app::start().await).await;
    let home = app.home("minji@example.test").await;
    let (_, stranger) = app.member_browser("junho@example.test").await;
    home.pay("order-1").await;
    app.settled().await;
    let begun = EventId::new();
    let mut places = Vec::new();
    for browser in [&home.browser, &stranger] {
        places.push(Ear::greeted(browser, "/live").await.last.expect("a place"));
    }
    // As the column's default has it.
    written_of(&app, &home, UserId(Uuid::nil()), EventId::new(), 90).await;
    let of_page = format!("/live?since={}", naru::ids::Prefix::Event.show(begun.0));
    let mut back = Ear::open_since(&home.browser, "/live", Some(&places[0])).await;
    let mut from_page = Ear::open(&home.browser, &of_page).await;
    for ear in [&mut back, &mut from_page] {
        assert!(!hello(&ear.next().await));
        assert_eq!(ear.next().await.name, "resync");
    }
    let mut of_stranger = Ear::open_since(&stranger, "/live", Some(&places[1])).await;
    assert!(hello(&of_stranger.next().await));
    app.services.live.close();
    assert!(of_stranger.rest().await.is_empty());
}

#[tokio::test]
async fn another_members_place_brings_nothing_of_theirs() {
    let app = hearing(app::start().await).await;
    let home = app.home("minji@example.test").await;
    let (_, stranger) = app.member_browser("junho@example.test").await;
    let ear = Ear::greeted(&home.browser, "/live").await;
    let last = ear.last.clone().expect("a place");
    drop(ear);
    home.pay("order-1").await;
    app.settled().await;
    let mut ear = Ear::open_since(&stranger, "/live", Some(&last)).await;
    assert!(hello(&ear.next().await));
    app.services.live.close();
    assert!(ear.rest().await.is_empty());
}

#[tokio::test]
async fn every_event_has_the_member_of_its_transfer() {
    let app = hearing(app::start().await).await;
    let home = app.home("minji@example.test").await;
    let payment = home.pay("order-1").await;
    app.settled().await;
    home.refund(&payment).await;
    app.settled().await;
    let events = transfer_events::Entity::find()
        .all(app.services.db.read())
        .await
        .unwrap();
    assert_eq!(events.len(), 8);
    assert!(events.iter().all(|event| event.member_id == home.member));
    assert_ne!(events[0].transfer_id, TransferId(Uuid::nil()));
}
