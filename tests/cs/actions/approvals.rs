//! Over the limit a second person decides: nothing moves before, and once when they said yes.

use naru::desk::approval_list;
use naru::ids::Prefix;
use naru::models::kinds::Role;
use naru::models::kinds::StaffDeed::{
    PaymentSeen, RefundApproved, RefundAsked, RefundMade, RefundRejected, RefundWithdrawn,
};
use serde_json::json;

use super::{Opened, REASON, agent, deposits, lead, paid, paid_beside, refunds, words_of_deeds};
use crate::cs::desk_of;
use crate::support::app::{self, TestApp};

/// An app where 10,000 won of one payment are one person's to give back.
pub(super) async fn strict() -> TestApp {
    app::wish()
        .settings(json!({ "desk": { "refund_limit_won": 10_000 } }))
        .start()
        .await
}

pub(super) async fn waiting(app: &TestApp) -> usize {
    let waiting = approval_list::waiting().all(app.services.db.read()).await;
    waiting.unwrap().len()
}

#[tokio::test]
async fn a_refund_over_the_limit_waits_for_another_lead_and_is_then_made_once() {
    let app = strict().await;
    let (api, id) = paid(&app, 50_000).await;
    let desk = agent(&app, "cs").await;
    let asked = Opened::at(&desk, &id, "refund")
        .await
        .refund(&desk, "10,001")
        .await
        .expect(303);
    assert_eq!(asked.header("location"), format!("/cs/payments/{id}"));
    assert!(refunds(&api, &id).await.is_empty());
    assert_eq!((waiting(&app).await, deposits(&app).await), (1, 0));
    // It is no reservation: the partner still refunds its own customer.
    let payment = api.get(&format!("/payments/{id}")).await.json();
    assert_eq!(payment["refundable_amount"], 50_000);

    let (one, two) = (lead(&app, "one").await, lead(&app, "two").await);
    let page = one.get(&format!("/cs/payments/{id}")).await.expect(200).text;
    assert!(
        page.contains("환불 승인을 기다리고 있어요") && page.contains("10,001원"),
        "{page}"
    );
    let (of_one, of_two) = (
        Opened::at(&one, &id, "approval").await,
        Opened::at(&two, &id, "approval").await,
    );
    let answers = tokio::join!(of_one.decide(&one, "approve"), of_two.decide(&two, "approve"));
    let (won, lost) = if answers.0.status == 303 {
        answers
    } else {
        (answers.1, answers.0)
    };
    let lost = lost.expect(409).text;
    assert!(
        lost.contains("이미 처리된 요청이에요") && lost.contains("승인됨"),
        "{lost}"
    );
    app.settled().await;
    let made = refunds(&api, &id).await;
    assert_eq!((made.len(), &made[0]["status"]), (1, &json!("succeeded")));
    assert!(
        won.expect(303)
            .header("location")
            .ends_with(made[0]["id"].as_str().unwrap())
    );
    assert_eq!((waiting(&app).await, deposits(&app).await), (0, 1));
    assert_eq!(words_of_deeds(&app).await, [RefundAsked, RefundApproved]);
    assert_eq!(app.verify().await.findings, []);
}

#[tokio::test]
async fn nobody_approves_what_they_asked_for_and_no_agent_approves_at_all() {
    let app = strict().await;
    let (api, id) = paid(&app, 50_000).await;
    let lead = lead(&app, "lead").await;
    Opened::at(&lead, &id, "refund")
        .await
        .refund(&lead, "20000")
        .await
        .expect(303);
    let open = Opened::at(&lead, &id, "approval").await;
    let page = open.decide(&lead, "approve").await.expect(409).text;
    assert!(page.contains("다른 책임자가 승인해야 해요"), "{page}");
    let desk = agent(&app, "cs").await;
    let page = desk.get(&format!("/cs/payments/{id}/approval")).await.expect(200).text;
    assert!(!page.contains(r#"name="decision""#), "{page}");
    for decision in ["approve", "reject"] {
        open.decide(&desk, decision).await.expect(403);
    }
    // Nor does somebody else take it back.
    let other = open.with_a_new_dialog();
    other.decide(&desk, "withdraw").await.expect(409);
    assert!(refunds(&api, &id).await.is_empty());
    assert_eq!(waiting(&app).await, 1);
}

#[tokio::test]
async fn a_refund_in_parts_is_as_much_as_one_in_one() {
    let app = strict().await;
    let (api, id) = paid(&app, 50_000).await;
    let desk = agent(&app, "cs").await;
    Opened::at(&desk, &id, "refund")
        .await
        .refund(&desk, "6000")
        .await
        .expect(303);
    app.settled().await;
    Opened::at(&desk, &id, "refund")
        .await
        .refund(&desk, "4,001")
        .await
        .expect(303);
    assert_eq!(refunds(&api, &id).await.len(), 1);
    assert_eq!(words_of_deeds(&app).await, [RefundMade, RefundAsked]);
}

#[tokio::test]
async fn while_one_waits_nobody_refunds_beside_it() {
    let app = strict().await;
    let (api, id) = paid(&app, 50_000).await;
    let (desk, other) = (agent(&app, "cs").await, agent(&app, "other").await);
    let beside = Opened::at(&other, &id, "refund").await;
    Opened::at(&desk, &id, "refund")
        .await
        .refund(&desk, "20000")
        .await
        .expect(303);
    for amount in ["1000", "30000"] {
        let page = beside.refund(&other, amount).await.expect(409).text;
        assert!(page.contains("승인을 기다리는 환불이 있어요"), "{page}");
        assert!(page.contains(&format!("/cs/payments/{id}/approval")), "{page}");
    }
    assert!(refunds(&api, &id).await.is_empty());
    assert_eq!(waiting(&app).await, 1);
}

#[tokio::test]
async fn two_who_ask_at_once_leave_one_ask() {
    let app = strict().await;
    let (_, id) = paid(&app, 50_000).await;
    let (one, two) = (agent(&app, "one").await, agent(&app, "two").await);
    let (of_one, of_two) = (
        Opened::at(&one, &id, "refund").await,
        Opened::at(&two, &id, "refund").await,
    );
    let answers = tokio::join!(of_one.refund(&one, "20000"), of_two.refund(&two, "20000"));
    let mut statuses = [answers.0.status.as_u16(), answers.1.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 409]);
    assert_eq!(waiting(&app).await, 1);
}

#[tokio::test]
async fn what_is_rejected_or_taken_back_moves_nothing_and_can_be_asked_for_again() {
    let app = strict().await;
    let (api, id) = paid(&app, 50_000).await;
    let (desk, lead) = (agent(&app, "cs").await, lead(&app, "lead").await);
    let ask = async || {
        let open = Opened::at(&desk, &id, "refund").await;
        open.refund(&desk, "20000").await.expect(303);
    };
    ask().await;
    let seen_first = Opened::at(&lead, &id, "approval").await;
    seen_first.decide(&lead, "reject").await.expect(303);
    ask().await;
    // The page of the first ask does not decide the second one.
    let stale = seen_first.with_a_new_dialog();
    stale.decide(&lead, "approve").await.expect(409);
    Opened::at(&desk, &id, "approval")
        .await
        .decide(&desk, "withdraw")
        .await
        .expect(303);
    ask().await;
    assert!(refunds(&api, &id).await.is_empty());
    assert_eq!((waiting(&app).await, deposits(&app).await), (1, 0));
    assert_eq!(
        words_of_deeds(&app).await,
        [RefundAsked, RefundRejected, RefundAsked, RefundWithdrawn, RefundAsked]
    );
}

#[tokio::test]
async fn what_is_left_is_looked_at_again_when_it_is_approved() {
    let app = strict().await;
    let (api, id) = paid(&app, 50_000).await;
    let (desk, lead) = (agent(&app, "cs").await, lead(&app, "lead").await);
    Opened::at(&desk, &id, "refund")
        .await
        .refund(&desk, "40000")
        .await
        .expect(303);
    let seen_before = Opened::at(&lead, &id, "approval").await;
    let body = json!({ "amount": 20_000, "reason": "변심" });
    api.post(&format!("/payments/{id}/refunds"), "of-the-shop", &body)
        .await
        .expect(202);
    app.settled().await;
    seen_before.decide(&lead, "approve").await.expect(412);
    let page = Opened::at(&lead, &id, "approval")
        .await
        .decide(&lead, "approve")
        .await
        .expect(409)
        .text;
    assert!(page.contains("환불 가능 금액보다 많아요"), "{page}");
    assert_eq!((refunds(&api, &id).await.len(), waiting(&app).await), (1, 1));
    assert_eq!(deposits(&app).await, 1);
}

#[tokio::test]
async fn an_approval_that_is_pressed_twice_is_one_refund_and_both_answers_show_it() {
    let app = strict().await;
    let (api, id) = paid(&app, 50_000).await;
    let (desk, lead) = (agent(&app, "cs").await, lead(&app, "lead").await);
    let ask = Opened::at(&desk, &id, "refund").await;
    ask.refund(&desk, "20000").await.expect(303);
    let open = Opened::at(&lead, &id, "approval").await;
    let (first, second) = tokio::join!(open.decide(&lead, "approve"), open.decide(&lead, "approve"));
    app.settled().await;
    let third = open.decide(&lead, "approve").await;
    let [first, second, third] = [first, second, third].map(|answer| answer.expect(303));
    let made = refunds(&api, &id).await;
    assert_eq!(made.len(), 1, "{made:?}");
    let shown = format!("/cs/payments/{}", made[0]["id"].as_str().unwrap());
    for answer in [first, second, third] {
        assert_eq!(answer.header("location"), shown);
    }
    // In a second window the same lead is told that it is done.
    open.with_a_new_dialog().decide(&lead, "approve").await.expect(409);
    // The page of whoever asked asks for nothing once more either.
    let asked = ask.refund(&desk, "20000").await.expect(303);
    assert_eq!(asked.header("location"), format!("/cs/payments/{id}"));
    assert_eq!((waiting(&app).await, deposits(&app).await), (0, 1));
    assert_eq!(words_of_deeds(&app).await, [RefundAsked, RefundApproved]);
}

#[tokio::test]
async fn an_ask_that_is_approved_and_taken_back_at_once_is_one_of_the_two() {
    let app = strict().await;
    let (api, id) = paid(&app, 50_000).await;
    let (desk, lead) = (agent(&app, "cs").await, lead(&app, "lead").await);
    let mut made = 0;
    for _ in 0..4 {
        let ask = Opened::at(&desk, &id, "refund").await;
        ask.refund(&desk, "11000").await.expect(303);
        let (of_asker, of_lead) = (
            Opened::at(&desk, &id, "approval").await,
            Opened::at(&lead, &id, "approval").await,
        );
        let answers = tokio::join!(of_lead.decide(&lead, "approve"), of_asker.decide(&desk, "withdraw"));
        let is_approved = answers.0.status == 303;
        let lost = if is_approved { answers.1 } else { answers.0 };
        let lost = lost.expect(409).text;
        assert!(lost.contains("이미 처리된 요청이에요"), "{lost}");
        assert!(
            lost.contains(if is_approved { "승인됨" } else { "요청을 거둠" }),
            "{lost}"
        );
        made += usize::from(is_approved);
        app.settled().await;
        assert_eq!((refunds(&api, &id).await.len(), waiting(&app).await), (made, 0));
    }
    assert_eq!(usize::try_from(deposits(&app).await).unwrap(), made);
    assert_eq!(app.verify().await.findings, []);
}

#[tokio::test]
async fn an_ask_is_decided_at_the_address_of_its_own_payment() {
    let app = strict().await;
    let (api, id) = paid(&app, 50_000).await;
    let other = paid_beside(&app, &api, &id, 30_000).await;
    let (desk, lead) = (agent(&app, "cs").await, lead(&app, "lead").await);
    let ask = Opened::at(&desk, &id, "refund").await;
    ask.refund(&desk, "20000").await.expect(303);
    let seen = Opened::at(&lead, &id, "approval").await;
    let elsewhere = Opened {
        path: format!("/cs/payments/{other}/approval"),
        ..seen.with_a_new_dialog()
    };
    for decision in ["approve", "reject"] {
        elsewhere.decide(&lead, decision).await.expect(404);
    }
    elsewhere.decide(&desk, "withdraw").await.expect(404);
    assert_eq!((waiting(&app).await, deposits(&app).await), (1, 0));
    seen.decide(&lead, "approve").await.expect(303);
    app.settled().await;
    assert_eq!(
        (refunds(&api, &id).await.len(), refunds(&api, &other).await.len()),
        (1, 0)
    );
}

#[tokio::test]
async fn whoever_reads_the_grounds_of_an_ask_is_in_the_audit() {
    let app = strict().await;
    let (_, id) = paid(&app, 50_000).await;
    let auditor = desk_of(&app, "audit@example.test", Role::Auditor).await;
    let path = format!("/cs/payments/{id}/approval");
    let nothing = auditor.get(&path).await.expect(200).text;
    assert!(nothing.contains("승인을 기다리는 환불이 없어요"), "{nothing}");
    let desk = agent(&app, "cs").await;
    let ask = Opened::at(&desk, &id, "refund").await;
    ask.refund(&desk, "20000").await.expect(303);
    let page = auditor.get(&path).await.expect(200).text;
    assert!(page.contains(REASON), "{page}");
    let (reader, mut looks) = (app.user_id("audit@example.test").await, app.deeds_of(PaymentSeen).await);
    looks.retain(|look| look.actor_id == reader);
    let [look] = looks.as_slice() else {
        panic!("one look: {looks:?}");
    };
    assert_eq!(look.subject_id, Prefix::Payment.parse(&id));
    assert!(look.detail.as_deref().unwrap().contains("approval"), "{look:?}");
}
