//! Canceling, asking the bank, telling again: each where it makes sense, and nowhere else.

use naru::desk::action::{Act, ActionError};
use naru::desk::audit::By;
use naru::desk::inquiries;
use naru::ids::{DialogId, UserId};
use naru::models::kinds::{DeliveryStatus, StaffDeed};
use serde_json::json;

use super::{Opened, REASON, agent, asked, deeds, paid, words_of_deeds};
use crate::api::payments::payment;
use crate::support::app;
use crate::support::receiver::Receiver;

#[tokio::test]
async fn a_queued_payment_is_canceled_once_and_never_reaches_the_bank() {
    let app = app::wish().without_workers().start().await;
    let (api, id) = asked(&app, 12_300).await;
    let desk = agent(&app, "cs").await;
    let open = Opened::at(&desk, &id, "cancellation").await;
    let (first, second) = tokio::join!(open.do_it(&desk), open.do_it(&desk));
    first.expect(303);
    second.expect(303);
    let canceled = api.get(&format!("/payments/{id}")).await.json();
    assert_eq!(
        (&canceled["status"], &canceled["money_moved"], &canceled["version"]),
        (&json!("canceled"), &json!("no"), &json!(2))
    );
    let timeline = api.get(&format!("/payments/{id}/timeline")).await.expect(200);
    assert_eq!(timeline.json()["data"][1]["actor"], "staff");
    assert!(!timeline.text.contains(REASON));
    assert_eq!(words_of_deeds(&app).await, [StaffDeed::Canceled]);
    assert_eq!(app.bank_get("/_sim/summary").await["withdrawals"], 0);
    // It is canceled already.
    let again = Opened {
        version: "2".to_owned(),
        dialog: uuid::Uuid::now_v7().to_string(),
        ..open
    };
    let page = again.do_it(&desk).await.expect(409).text;
    assert!(page.contains("대기 중인 결제만"), "{page}");
    assert_eq!(app.verify().await.findings, []);
}

#[tokio::test]
async fn what_the_bank_was_asked_for_is_not_canceled() {
    let app = app::start().await;
    let (api, id) = paid(&app, 12_300).await;
    let desk = agent(&app, "cs").await;
    let page = desk
        .get(&format!("/cs/payments/{id}/cancellation"))
        .await
        .expect(200)
        .text;
    assert!(
        page.contains("대기 중인 결제만") && !page.contains(r#"name="reason""#),
        "{page}"
    );
    let payment = api.get(&format!("/payments/{id}")).await.json();
    let open = Opened {
        path: format!("/cs/payments/{id}/cancellation"),
        version: payment["version"].to_string(),
        dialog: uuid::Uuid::now_v7().to_string(),
        approval: String::new(),
    };
    open.do_it(&desk).await.expect(409);
    assert_eq!(api.get(&format!("/payments/{id}")).await.json(), payment);
    assert!(deeds(&app).await.is_empty());
}

#[tokio::test]
async fn the_bank_is_asked_now_and_its_answer_is_shown() {
    let app = app::start().await;
    let (api, id) = paid(&app, 19_041).await;
    let path = format!("/payments/{id}");
    assert_eq!(api.get(&path).await.json()["status"], "unknown");
    let desk = agent(&app, "cs").await;
    let open = Opened::at(&desk, &id, "inquiry").await;
    let answer = open.do_it(&desk).await.expect(303);
    let known = api.get(&path).await.json();
    assert_eq!(
        (&known["status"], &known["money_moved"]),
        (&json!("succeeded"), &json!("yes"))
    );
    let page = desk.get(answer.header("location")).await.expect(200).text;
    assert!(page.contains("은행에 확인해서 결과를 알게 됐어요"), "{page}");
    assert!(
        page.contains("담당자 요청으로 지금 조회") && page.contains(REASON),
        "{page}"
    );
    assert_eq!(words_of_deeds(&app).await, [StaffDeed::BankAsked]);
    assert_eq!(app.bank_get("/_sim/summary").await["withdrawals"], 1);
    // Nothing is left to ask.
    open.do_it(&desk).await.expect(303);
    let again = Opened {
        version: known["version"].to_string(),
        dialog: uuid::Uuid::now_v7().to_string(),
        ..open
    };
    let page = again.do_it(&desk).await.expect(409).text;
    assert!(page.contains("결과를 알 수 없는 거래만"), "{page}");
}

#[tokio::test]
async fn a_bank_that_does_not_know_is_told_as_that() {
    let app = app::start().await;
    let (api, id) = paid(&app, 19_099).await;
    let desk = agent(&app, "cs").await;
    let answer = Opened::at(&desk, &id, "inquiry").await.do_it(&desk).await.expect(303);
    let page = desk.get(answer.header("location")).await.expect(200).text;
    assert!(page.contains("아직 결과를 알 수 없어요"), "{page}");
    assert_eq!(api.get(&format!("/payments/{id}")).await.json()["status"], "unknown");
}

#[tokio::test]
async fn a_bank_that_has_no_turn_for_the_question_is_being_asked_still() {
    let bank = json!({ "concurrency": 1, "inquiry_timeout_ms": 200 });
    let app = app::wish().settings(json!({ "bank": bank })).start().await;
    let (_, id) = paid(&app, 19_099).await;
    let desk = agent(&app, "cs").await;
    let opened = Opened::at(&desk, &id, "inquiry").await;
    let turn = app.services.bank.money_turn().await;
    let answer = opened.do_it(&desk).await.expect(303);
    let page = desk.get(answer.header("location")).await.expect(200).text;
    drop(turn);
    assert!(page.contains("은행에 물어보고 있어요"), "{page}");
    assert!(!page.contains("아직 결과를 알 수 없어요"), "{page}");
}

#[tokio::test]
async fn nobody_asks_a_bank_in_maintenance() {
    let app = app::start().await;
    paid(&app, 19_041).await;
    let mut settings = app.services.settings.clone();
    let all_day = json!([{ "from": "00:00:00", "to": "23:59:59" }]);
    settings.bank.maintenance = serde_json::from_value(all_day).unwrap();
    let services = app.services_with(settings).await;
    let before = app.only_transfer().await;
    let act = Act {
        by: By {
            staff: UserId::new(),
            request_id: None,
        },
        dialog: DialogId::new(),
        version: before.version,
        reason: REASON.to_owned(),
    };
    let asked = inquiries::ask_now(&services, act, before.id).await;
    assert!(matches!(asked, Err(ActionError::BankClosed)), "{asked:?}");
    assert_eq!(app.only_transfer().await, before);
}

#[tokio::test]
async fn a_partner_is_told_again_once_for_each_opened_page() {
    let app = app::start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    let receiver = Receiver::start().await;
    shop.endpoint(&receiver.url).await;
    let body = payment(&mandate, "order-1", 12_300);
    let made = shop.api.post("/payments", "key-1", &body).await.expect(202).json();
    let id = made["id"].as_str().unwrap().to_owned();
    app.settled().await;
    app.told().await;
    assert_eq!(receiver.count(), 1);
    let desk = agent(&app, "cs").await;
    let page = desk.get(&format!("/cs/payments/{id}/resend")).await.expect(200).text;
    assert!(page.contains("payment.succeeded"), "{page}");
    let event = page
        .split(r#"name="event" value=""#)
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    let open = Opened::at(&desk, &id, "resend").await;
    open.send(&desk, &[("reason", REASON)]).await.expect(422);
    let fields = [("event", event), ("reason", REASON)];
    let (first, second) = tokio::join!(open.send(&desk, &fields), open.send(&desk, &fields));
    first.expect(303);
    second.expect(303);
    app.told().await;
    assert_eq!(receiver.count(), 2);
    assert_eq!(app.deliveries_that_are(DeliveryStatus::Delivered).await, 2);
    assert_eq!(words_of_deeds(&app).await, [StaffDeed::WebhookResent]);
}

#[tokio::test]
async fn an_event_that_no_webhook_wants_is_not_told_again() {
    let app = app::start().await;
    let (_, id) = paid(&app, 12_300).await;
    app.told().await;
    let desk = agent(&app, "cs").await;
    let page = desk.get(&format!("/cs/payments/{id}/resend")).await.expect(200).text;
    let event = page
        .split(r#"name="event" value=""#)
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    let open = Opened::at(&desk, &id, "resend").await;
    let fields = [("event", event), ("reason", REASON)];
    let page = open.send(&desk, &fields).await.expect(409).text;
    assert!(page.contains("받는 웹훅이 가맹점에 없어요"), "{page}");
    // Another transfer's event is not this one's.
    let foreign = format!("evt_{}", uuid::Uuid::now_v7().simple());
    open.send(&desk, &[("event", foreign.as_str()), ("reason", REASON)])
        .await
        .expect(404);
    assert!(deeds(&app).await.is_empty());
}
