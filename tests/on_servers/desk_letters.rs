//! Dead letters at the desk, on a real broker: seen and counted, put to their queue again or closed once, by one person of
//! several, and written down.

use naru::desk::dead_letter_list::{self, SHOWN};
use naru::ids::{Prefix, TransferId};
use naru::models::kinds::{Role, StaffDeed, SubjectKind};
use naru::models::staff_audit;
use naru::transfers::execute;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::api::payments::payment;
use crate::browser::pages::look_as;
use crate::cs::desk_of;
use crate::support::app::{self, TestApp, eventually};
use crate::support::broker::PrivateBroker;
use crate::support::people::PASSWORD;
use crate::support::visitor::Browser;

const TAB: &str = "/cs/reviews?tab=dead_letters";
const REASON: &str = "죽은 워커를 고친 뒤";

/// An app on this broker, without workers, and a payment that waits in it; its id, and its message.
async fn waiting(broker: &PrivateBroker) -> (TestApp, String, Vec<u8>) {
    let app = app::wish().settings(broker.settings()).without_workers().start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    let made = shop
        .api
        .post("/payments", "key-1", &payment(&mandate, "order-1", 12_300))
        .await;
    let id = made.expect(202).json()["id"].as_str().unwrap().to_owned();
    let uuid = Prefix::Payment.parse(&id).unwrap();
    let message = format!(r#"{{"v":1,"do":"execute","kind":"payment","transfer":"{uuid}"}}"#);
    // Whoever looks first makes the queues.
    let address = app.services.settings.relay.broker().expect("it is named");
    dead_letter_list::list(&address, None).await.expect("it answers");
    (app, id, message.into_bytes())
}

/// The pages of the letters that are listed.
async fn letters(desk: &Browser, list: &str) -> Vec<String> {
    let html = desk.get(list).await.expect(200).text;
    let paths = html.split("href=\"/cs/reviews/dead-letters/").skip(1);
    paths
        .map(|part| format!("/cs/reviews/dead-letters/{}", part.split('"').next().unwrap()))
        .collect()
}

/// Where further letters are.
fn next(html: &str) -> Option<String> {
    let address = html.split("rel=\"next\" href=\"").nth(1)?.split('"').next()?;
    Some(address.replace("&amp;", "&"))
}

/// The dialogs of a letter's page: of sending again, where it is offered, and of closing.
async fn dialogs(desk: &Browser, path: &str) -> Vec<String> {
    let html = desk.get(path).await.expect(200).text;
    let values = html.split("name=\"dialog\" value=\"").skip(1);
    values.map(|part| part.split('"').next().unwrap().to_owned()).collect()
}

async fn deeds(app: &TestApp) -> Vec<staff_audit::Model> {
    staff_audit::Entity::find()
        .filter(staff_audit::Column::SubjectKind.eq(SubjectKind::DeadLetter))
        .order_by_asc(staff_audit::Column::Id)
        .all(app.services.db.read())
        .await
        .unwrap()
}

/// Sends the same form twice; without a reason it does nothing.
async fn send_again_twice(lead: &Browser, path: &str) {
    let dialog = dialogs(lead, path).await.remove(0);
    let redrive = format!("{path}/redrive");
    // Without its dialog it is no form of ours.
    let foreign = lead.post(&redrive, &[("reason", REASON)]).await.expect(412).text;
    assert!(foreign.contains(&format!(">{REASON}</textarea>")), "{foreign}");
    assert_eq!(lead.get(&redrive).await.expect(303).header("location"), path);
    let unexplained = lead
        .post(&redrive, &[("dialog", &dialog), ("reason", " ")])
        .await
        .expect(422)
        .text;
    assert!(unexplained.contains("redrive-help"), "{unexplained}");
    for _ in 0..2 {
        let sent = lead
            .post(&redrive, &[("dialog", &dialog), ("reason", REASON)])
            .await
            .expect(303);
        assert_eq!(sent.header("location").replace("%3D", "="), TAB);
        assert!(lead.get(TAB).await.expect(200).text.contains("메시지를 다시 보냈어요"));
    }
}

#[tokio::test]
async fn the_pages_of_dead_letters_are_quiet_narrow_enough_and_accessible() {
    let broker = PrivateBroker::start().await;
    let (app, _, message) = waiting(&broker).await;
    let lead = desk_of(&app, "lead@example.test", Role::CsLead).await;
    broker.publish_dead("payment", &message).await;
    broker
        .publish_dead("refund", "{ 홍길동 302-0001-2345678".as_bytes())
        .await;
    let mut paths = letters(&lead, TAB).await;
    assert_eq!(paths.len(), 2, "{paths:?}");
    paths.push(TAB.to_owned());
    look_as(&app, "letters", ("lead@example.test", PASSWORD), &paths).await;
}

#[tokio::test]
async fn a_dead_letter_is_looked_at_and_sent_again_once_however_often_its_form_is_sent() {
    let broker = PrivateBroker::start().await;
    let (app, id, message) = waiting(&broker).await;
    let lead = desk_of(&app, "lead@example.test", Role::CsLead).await;
    assert!(
        lead.get(TAB)
            .await
            .expect(200)
            .text
            .contains("처리 못 한 메시지가 없어요")
    );
    // Twice the same: one to a person.
    broker.publish_dead("payment", &message).await;
    broker.publish_dead("payment", &message).await;
    broker
        .publish_dead("refund", "{ 홍길동 302-0001-2345678".as_bytes())
        .await;

    let listed = letters(&lead, TAB).await;
    assert_eq!(listed.len(), 2, "{listed:?}");
    let html = lead.get(TAB).await.expect(200).text;
    assert!(
        html.contains("모두 2건이 있어요") && html.contains("모두 1건이 있어요") && next(&html).is_none(),
        "{html}"
    );
    let page = lead.get(&listed[0]).await.expect(200).text;
    for told in [
        "결제를 처리하라는 메시지",
        "할 일이 남아 있어요",
        "사람이 직접 넣었어요",
        &id,
    ] {
        assert!(page.contains(told), "{told}: {page}");
    }
    let foreign = lead.get(&listed[1]).await.expect(200).text;
    assert!(
        foreign.contains("나루의 것이 아닌 메시지") && foreign.contains("{ *** ***-****-*******"),
        "{foreign}"
    );
    assert!(!foreign.contains("/redrive\""), "there is no queue to send it to");
    eventually("looking takes nothing", || async {
        broker.waiting("payments.dead").await == 2 && broker.waiting("refunds.dead").await == 1
    })
    .await;

    send_again_twice(&lead, &listed[0]).await;
    eventually("both copies are gone", || async {
        broker.waiting("payments.dead").await == 0
    })
    .await;
    assert_eq!(broker.take("payments").await.as_deref(), Some(message.as_slice()));
    assert_eq!(broker.take("payments").await, None, "it was sent again once");
    let deeds = deeds(&app).await;
    assert_eq!(deeds.len(), 1);
    let detail: Value = serde_json::from_str(deeds[0].detail.as_deref().unwrap()).unwrap();
    assert_eq!(
        (deeds[0].deed, deeds[0].reason.as_deref()),
        (StaffDeed::DeadLetterRedriven, Some(REASON))
    );
    assert_eq!(
        (&detail["queue"], &detail["done"]),
        (&json!("payments"), &json!("redriven"))
    );
}

#[tokio::test]
async fn what_cannot_be_followed_is_closed_and_what_went_on_is_thrown_away() {
    let broker = PrivateBroker::start().await;
    let (app, _, message) = waiting(&broker).await;
    let lead = desk_of(&app, "lead@example.test", Role::CsLead).await;
    app.sql("UPDATE transfers SET state = 'canceled'").await;
    let nobody = json!({ "v": 1, "do": "inquire", "transfer": Uuid::now_v7() });
    broker.publish_dead("payment", &message).await;
    broker
        .publish_dead("inquiry", &serde_json::to_vec(&nobody).unwrap())
        .await;
    let listed = letters(&lead, TAB).await;
    assert_eq!(listed.len(), 2, "{listed:?}");

    let dialog = dialogs(&lead, &listed[0]).await.remove(0);
    lead.post(
        &format!("{}/redrive", listed[0]),
        &[("dialog", &dialog), ("reason", REASON)],
    )
    .await
    .expect(303);
    assert!(lead.get(TAB).await.expect(200).text.contains("메시지만 지웠어요"));
    assert_eq!(broker.waiting("payments").await, 0);

    // Who sends it anyway leaves it where it is.
    let dialog = Uuid::now_v7().to_string();
    lead.post(
        &format!("{}/redrive", listed[1]),
        &[("dialog", &dialog), ("reason", REASON)],
    )
    .await
    .expect(303);
    assert!(
        lead.get(TAB)
            .await
            .expect(200)
            .text
            .contains("다시 보낼 수 없는 메시지예요")
    );
    let dialog = dialogs(&lead, &listed[1]).await.remove(0);
    lead.post(
        &format!("{}/closing", listed[1]),
        &[("dialog", &dialog), ("reason", REASON)],
    )
    .await
    .expect(303);
    assert!(letters(&lead, TAB).await.is_empty());
    let gone = lead.get(&listed[1]).await.expect(303);
    assert_eq!(gone.header("location"), TAB);
    let deeds: Vec<StaffDeed> = deeds(&app).await.into_iter().map(|row| row.deed).collect();
    assert_eq!(deeds, [StaffDeed::DeadLetterRedriven, StaffDeed::DeadLetterClosed]);
}

#[tokio::test]
async fn of_two_people_with_one_letter_one_has_it_and_who_may_not_has_none() {
    let broker = PrivateBroker::start().await;
    let (app, _, message) = waiting(&broker).await;
    let people = [
        desk_of(&app, "lead@example.test", Role::CsLead).await,
        desk_of(&app, "ops@example.test", Role::Operator).await,
    ];
    broker.publish_dead("payment", &message).await;
    let path = letters(&people[0], TAB).await.remove(0);
    let redrive = format!("{path}/redrive");
    for (email, role) in [("cs@example.test", Role::Cs), ("audit@example.test", Role::Auditor)] {
        let other = desk_of(&app, email, role).await;
        assert!(dialogs(&other, &path).await.is_empty());
        for action in ["redrive", "closing"] {
            let fields = [("dialog", "019ac1f05d7a7b3e8c41f2a90b6d7e10"), ("reason", REASON)];
            other.post(&format!("{path}/{action}"), &fields).await.expect(403);
        }
    }
    let first = dialogs(&people[0], &path).await.remove(0);
    let second = dialogs(&people[1], &path).await.remove(0);
    let forms = [&first, &second].map(|dialog| [("dialog", dialog.as_str()), ("reason", REASON)]);
    let both = tokio::join!(people[0].post(&redrive, &forms[0]), people[1].post(&redrive, &forms[1]));
    assert_eq!((both.0.status.as_u16(), both.1.status.as_u16()), (303, 303));
    assert_eq!(deeds(&app).await.len(), 1, "one of them did it");
    assert_eq!(broker.take("payments").await.as_deref(), Some(message.as_slice()));
    assert_eq!(broker.take("payments").await, None);
}

#[tokio::test]
async fn more_than_a_page_of_dead_letters_are_read_page_by_page_and_all_are_counted() {
    let broker = PrivateBroker::start().await;
    let (app, _, message) = waiting(&broker).await;
    let lead = desk_of(&app, "lead@example.test", Role::CsLead).await;
    let many: Vec<Vec<u8>> = (0..SHOWN + 7)
        .map(|number| format!("{{ {number}").into_bytes())
        .collect();
    for body in &many {
        broker.publish_dead("payment", body).await;
    }
    broker.publish_dead("refund", &message).await;
    let first = lead.get(TAB).await.expect(200).text;
    for told in ["모두 57건이 있어요", "1번째부터 50번째까지", "모두 1건이 있어요"] {
        assert!(first.contains(told), "{told}: {first}");
    }
    let further = next(&first).expect("a second page");
    let second = lead.get(&further).await.expect(200).text;
    assert!(
        second.contains("모두 57건이 있어요") && second.contains("51번째부터 57번째까지"),
        "{second}"
    );
    assert_eq!(next(&second), None);
    let mut seen = letters(&lead, TAB).await;
    assert_eq!(seen.len(), SHOWN + 1, "those of both queues");
    let last = letters(&lead, &further).await;
    assert_eq!(last.len(), 7);
    seen.extend(last.iter().cloned());
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), many.len() + 1, "each is on one page");
    // One of the second page is handled as those of the first are.
    let dialog = dialogs(&lead, &last[6]).await.remove(0);
    let fields = [("dialog", dialog.as_str()), ("reason", REASON)];
    lead.post(&format!("{}/closing", last[6]), &fields).await.expect(303);
    eventually("it is gone", || async { broker.waiting("payments.dead").await == 56 }).await;
    // A page on which nothing is left says so, and leads to the first.
    let beyond = lead
        .get("/cs/reviews?tab=dead_letters&cursor=payments.100")
        .await
        .expect(200)
        .text;
    assert!(
        beyond.contains("이 자리에는 더 이상 메시지가 없어요") && beyond.contains("처음부터 보기"),
        "{beyond}"
    );
}

#[tokio::test]
async fn a_deed_that_cannot_be_written_down_leaves_the_letter_where_it_is() {
    let broker = PrivateBroker::start().await;
    let (app, id, message) = waiting(&broker).await;
    let lead = desk_of(&app, "lead@example.test", Role::CsLead).await;
    broker.publish_dead("payment", &message).await;
    let path = letters(&lead, TAB).await.remove(0);
    let dialog = dialogs(&lead, &path).await.remove(0);
    let fields = [("dialog", dialog.as_str()), ("reason", REASON)];
    app.sql("ALTER TABLE staff_audit RENAME TO taken_away").await;
    for deed in ["closing", "redrive"] {
        let refused = lead.post(&format!("{path}/{deed}"), &fields).await;
        // Of MySQL a missing table is an outage like others, of SQLite a fault.
        assert!(refused.status.is_server_error(), "{deed}: {}", refused.text);
    }
    app.sql("ALTER TABLE taken_away RENAME TO staff_audit").await;
    eventually("it is there again", || async {
        broker.waiting("payments.dead").await == 1
    })
    .await;
    // The same form again does it; whoever gets the second message finds nothing to do.
    lead.post(&format!("{path}/redrive"), &fields).await.expect(303);
    eventually("it is gone", || async { broker.waiting("payments.dead").await == 0 }).await;
    assert_eq!(deeds(&app).await.len(), 1);
    for _ in 0..2 {
        assert_eq!(broker.take("payments").await.as_deref(), Some(message.as_slice()));
    }
    assert_eq!(broker.take("payments").await, None);
    let transfer = TransferId(Prefix::Payment.parse(&id).unwrap());
    for _ in 0..2 {
        execute::execute(&app.services, transfer).await.unwrap();
    }
    let summary = app.bank_get("/_sim/summary").await;
    assert_eq!(
        (&summary["withdrawals"], &summary["duplicates"]),
        (&json!(1), &json!(0))
    );
}
