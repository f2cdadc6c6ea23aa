//! What one person gives back of a payment alone is exact, however many are at it at once and whatever is said afterwards.

use naru::desk::action::{Act, ActionError, Done};
use naru::desk::audit::By;
use naru::desk::refunds::{self, Ask, Given};
use naru::ids::{DialogId, UserId};
use naru::models::kinds::StaffDeed::{Corrected, RefundAsked, RefundMade};
use naru::money::Won;
use naru::transfers::{TransferError, state};
use serde_json::json;

use super::{Opened, REASON, TOLD, agent, deposits, lead, paid, refunds as refunds_of, words_of_deeds};
use crate::support::app::{self, TestApp};

const LIMIT_WON: i64 = 10_000;

async fn strict() -> TestApp {
    app::wish()
        .settings(json!({ "desk": { "refund_limit_won": LIMIT_WON } }))
        .start()
        .await
}

/// Somebody gives back, on what they see at this moment.
async fn give(app: &TestApp, payment: naru::ids::TransferId, amount_won: i64) -> Result<Done<Given>, ActionError> {
    let known = state::load(app.services.db.read(), payment).await.unwrap();
    let act = Act {
        by: By {
            staff: UserId::new(),
            request_id: None,
        },
        dialog: DialogId::new(),
        version: known.version,
        reason: REASON.to_owned(),
    };
    let ask = Ask {
        payment_id: payment,
        amount: Won::new(amount_won),
        description: TOLD.to_owned(),
    };
    refunds::refund(&app.services, act, ask).await
}

/// Gives back, and looks again as often as the page was out of date.
async fn insist(app: &TestApp, payment: naru::ids::TransferId, amount_won: i64) -> Result<Done<Given>, ActionError> {
    loop {
        match give(app, payment, amount_won).await {
            Err(ActionError::Transfer(TransferError::VersionConflict { .. } | TransferError::Raced)) => {}
            ended => return ended,
        }
    }
}

#[tokio::test]
async fn many_who_give_back_at_once_stay_within_the_limit_together() {
    let app = strict().await;
    let (api, id) = paid(&app, 50_000).await;
    let payment = app.only_transfer().await.id;
    let all = futures::future::join_all((0..6).map(|_| insist(&app, payment, 3_000))).await;
    let (mut made, mut asked, mut told_to_wait) = (0, 0, 0);
    for one in all {
        match one {
            Ok(Done {
                made: Some(Given::Made(_)),
                ..
            }) => made += 1,
            Ok(Done {
                made: Some(Given::Asked),
                ..
            }) => asked += 1,
            Err(ActionError::ApprovalWaiting) => told_to_wait += 1,
            other => panic!("{other:?}"),
        }
    }
    // Three times 3,000 is within 10,000; the fourth asks, and the others are told of it.
    assert_eq!((made, asked, told_to_wait), (3, 1, 2));
    app.settled().await;
    assert_eq!((refunds_of(&api, &id).await.len(), deposits(&app).await), (3, 3));
    assert_eq!(app.verify().await.findings, []);
}

#[tokio::test]
async fn the_limit_itself_is_given_alone_and_one_won_more_is_not() {
    let app = strict().await;
    let (_, _) = paid(&app, 50_000).await;
    let payment = app.only_transfer().await.id;
    let given = give(&app, payment, LIMIT_WON).await.unwrap();
    assert!(matches!(given.made, Some(Given::Made(_))), "{given:?}");
    app.settled().await;
    let given = give(&app, payment, 1).await.unwrap();
    assert_eq!(given.made, Some(Given::Asked));
}

#[tokio::test]
async fn what_the_bank_refused_is_given_alone_once_more() {
    let app = strict().await;
    let (api, id) = paid(&app, 50_000).await;
    let payment = app.only_transfer().await.id;
    give(&app, payment, 9_001).await.unwrap();
    app.settled().await;
    assert_eq!(refunds_of(&api, &id).await[0]["status"], "failed");
    let given = insist(&app, payment, 9_000).await.unwrap();
    assert!(matches!(given.made, Some(Given::Made(_))), "{given:?}");
    app.settled().await;
}

#[tokio::test]
async fn a_lead_who_says_that_a_refund_failed_does_not_give_it_alone_once_more() {
    let app = strict().await;
    let (api, id) = paid(&app, 50_000).await;
    let lead = lead(&app, "lead").await;
    Opened::at(&lead, &id, "refund")
        .await
        .refund(&lead, "10,000")
        .await
        .expect(303);
    app.settled().await;
    let refund = refunds_of(&api, &id).await[0]["id"].as_str().unwrap().to_owned();
    let page = lead.get(&format!("/cs/payments/{refund}")).await.expect(200).text;
    let correction = Opened {
        path: format!("/cs/payments/{refund}/correction"),
        version: super::hidden(&page, "version"),
        dialog: super::hidden(&page, "dialog"),
        approval: String::new(),
    };
    let fields = [
        ("decision", "bank_never_received"),
        ("reason", REASON),
        ("evidence", "거래내역에 없음"),
    ];
    correction.send(&lead, &fields).await.expect(303);
    let payment = api.get(&format!("/payments/{id}")).await.json();
    assert_eq!(payment["refundable_amount"], 50_000);

    let again = Opened::at(&lead, &id, "refund").await.refund(&lead, "10,000").await;
    assert_eq!(again.expect(303).header("location"), format!("/cs/payments/{id}"));
    assert_eq!((refunds_of(&api, &id).await.len(), deposits(&app).await), (1, 1));
    assert_eq!(words_of_deeds(&app).await, [RefundMade, Corrected, RefundAsked]);
    // Nor does an agent.
    let desk = agent(&app, "cs").await;
    let page = desk.get(&format!("/cs/payments/{id}/refund")).await.expect(200).text;
    assert!(page.contains("승인을 기다리는 환불이 있어요"), "{page}");
}

#[tokio::test]
async fn a_lead_who_says_that_a_payment_was_paid_does_not_give_it_back_alone() {
    let app = strict().await;
    // The bank refused it: nothing was withdrawn.
    let (api, id) = paid(&app, 9_001).await;
    let lead = lead(&app, "lead").await;
    let page = lead.get(&format!("/cs/payments/{id}")).await.expect(200).text;
    let correction = Opened {
        path: format!("/cs/payments/{id}/correction"),
        version: super::hidden(&page, "version"),
        dialog: super::hidden(&page, "dialog"),
        approval: String::new(),
    };
    let fields = [
        ("decision", "succeeded"),
        ("reason", REASON),
        ("evidence", "거래내역 14:03"),
    ];
    correction.send(&lead, &fields).await.expect(303);
    assert_eq!(api.get(&format!("/payments/{id}")).await.json()["status"], "succeeded");

    let asked = Opened::at(&lead, &id, "refund").await.refund(&lead, "1,000").await;
    assert_eq!(asked.expect(303).header("location"), format!("/cs/payments/{id}"));
    assert!(refunds_of(&api, &id).await.is_empty());
    assert_eq!(deposits(&app).await, 0);
    assert_eq!(words_of_deeds(&app).await, [Corrected, RefundAsked]);
    // Nor does another alone: two decide.
    let desk = agent(&app, "cs").await;
    let page = desk.get(&format!("/cs/payments/{id}/refund")).await.expect(200).text;
    assert!(page.contains("승인을 기다리는 환불이 있어요"), "{page}");
}
