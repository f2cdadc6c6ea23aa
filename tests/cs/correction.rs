//! A lead decides how a transfer ended: with a reason, on evidence, and only as it is now.

use naru::models::kinds::{PartnerEventType, Role, TransferState};
use naru::models::partner_events;
use sea_orm::{EntityTrait, QueryOrder};
use serde_json::{Value, json};

use super::desk;
use crate::api::payments::payment;
use crate::support::app::{self, TestApp};
use crate::support::http::Api;
use crate::support::visitor::Browser;

const REASON: &str = "고객이 두 번 문의";
const EVIDENCE: &str = "거래내역 14:03 12,300원";

async fn lead(app: &TestApp) -> Browser {
    app.staff("lead@example.test", Role::CsLead).await;
    let browser = app.browser();
    browser.sign_in("lead@example.test").await.expect(303);
    browser
}

/// A payment of this amount, taken as far as it goes by itself; answers with its id.
async fn paid(app: &TestApp, amount: i64) -> (Api, String) {
    let (shop, mandate) = app.shop_with_mandate().await;
    let made = shop
        .api
        .post("/payments", "key-1", &payment(&mandate, "order-1", amount))
        .await
        .expect(202)
        .json();
    app.settled().await;
    (shop.api, made["id"].as_str().unwrap().to_owned())
}

async fn refunded(app: &TestApp, api: &Api, payment: &str, amount: i64) -> String {
    let body = json!({ "amount": amount, "reason": "변심" });
    let made = api
        .post(
            &format!("/payments/{payment}/refunds"),
            &format!("refund-{amount}"),
            &body,
        )
        .await
        .expect(202)
        .json();
    app.settled().await;
    made["id"].as_str().unwrap().to_owned()
}

/// What the form of a page that was just opened sends.
fn form<'a>(decision: &'a str, version: &'a str) -> [(&'static str, &'a str); 5] {
    let dialog: &'static str = uuid::Uuid::now_v7().simple().to_string().leak();
    [
        ("decision", decision),
        ("reason", REASON),
        ("evidence", EVIDENCE),
        ("version", version),
        ("dialog", dialog),
    ]
}

async fn news(app: &TestApp) -> Vec<partner_events::Model> {
    partner_events::Entity::find()
        .order_by_asc(partner_events::Column::CreatedAt)
        .order_by_asc(partner_events::Column::Id)
        .all(app.services.db.read())
        .await
        .unwrap()
}

#[tokio::test]
async fn rule_7_a_lead_decides_what_evidence_could_not_and_the_partner_is_told_without_the_grounds() {
    let app = app::start().await;
    let (api, id) = paid(&app, 19_091).await;
    let path = format!("/payments/{id}");
    assert_eq!(api.get(&path).await.json()["status"], "needs_review");
    let lead = lead(&app).await;
    let page = lead.get(&format!("/cs/payments/{id}")).await.expect(200).text;
    let version = api.get(&path).await.json()["version"].to_string();
    assert!(page.contains(&format!(r#"name="version" value="{version}""#)), "{page}");

    lead.post(&format!("/cs/payments/{id}/correction"), &form("succeeded", &version))
        .await
        .expect(303);
    let now = api.get(&path).await.json();
    assert_eq!(
        (&now["status"], &now["money_moved"], &now["next_check_at"]),
        (&json!("succeeded"), &json!("yes"), &Value::Null)
    );
    let timeline = api.get(&format!("{path}/timeline")).await.expect(200);
    let last = timeline.json()["data"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(
        (&last["type"], &last["actor"], &last["detail"]),
        (&json!("corrected"), &json!("staff"), &json!({ "from": "needs_review" }))
    );
    assert!(!timeline.text.contains(REASON) && !timeline.text.contains(EVIDENCE));

    let story = lead.get(&format!("/cs/payments/{id}?lang=ko")).await.expect(200).text;
    for told in [
        REASON,
        EVIDENCE,
        "상담 담당",
        "담당자가 은행에 확인하고 결과를 확정했어요",
    ] {
        assert!(story.contains(told), "{told} is not told: {story}");
    }

    let told = news(&app).await.pop().unwrap();
    let snapshot: Value = serde_json::from_str(&told.snapshot).unwrap();
    assert_eq!(
        (told.event_type, told.previous_status.as_str(), told.version.to_string()),
        (
            PartnerEventType::PaymentCorrected,
            TransferState::NeedsReview.as_str(),
            now["version"].to_string()
        )
    );
    assert_eq!((&snapshot["id"], &snapshot["status"]), (&now["id"], &now["status"]));
}

#[tokio::test]
async fn c50_a_page_that_is_out_of_date_decides_nothing_and_shows_what_is() {
    let app = app::start().await;
    let (api, id) = paid(&app, 19_091).await;
    let path = format!("/cs/payments/{id}/correction");
    let seen = api.get(&format!("/payments/{id}")).await.json()["version"].to_string();
    let lead = lead(&app).await;
    lead.post(&path, &form("bank_refused", &seen)).await.expect(303);
    let decided = api.get(&format!("/payments/{id}")).await.json();

    for stale in [seen.as_str(), "", "x"] {
        let page = lead.post(&path, &form("succeeded", stale)).await.expect(412).text;
        assert!(page.contains("그사이에 상태가 바뀌었어요"), "{page}");
        assert!(page.contains(REASON), "what was typed is lost: {page}");
        assert!(page.contains(&format!(r#"name="version" value="{}""#, decided["version"])));
    }
    // The header of who sends one counts more than the field.
    let present = decided["version"].to_string();
    let request = lead
        .request(reqwest::Method::POST, &path)
        .header("content-type", "application/x-www-form-urlencoded")
        .header("if-match", format!("\"v{seen}\""))
        .body(serde_urlencoded::to_string(form("succeeded", &present)).unwrap());
    lead.send(request).await.expect(412);
    assert_eq!(api.get(&format!("/payments/{id}")).await.json(), decided);
}

#[tokio::test]
async fn only_a_lead_decides_and_only_with_a_decision_a_reason_and_evidence() {
    let app = app::start().await;
    let (api, id) = paid(&app, 19_091).await;
    let (page, path) = (format!("/cs/payments/{id}"), format!("/cs/payments/{id}/correction"));
    let before = api.get(&format!("/payments/{id}")).await.json();
    let version = before["version"].to_string();

    let desk = desk(&app).await;
    let offered = |html: &str| html.contains(&format!(r#"action="{path}""#));
    assert!(!offered(&desk.get(&page).await.expect(200).text));
    desk.post(&path, &form("succeeded", &version)).await.expect(403);
    app.browser()
        .post(&path, &form("succeeded", &version))
        .await
        .expect(303);

    let lead = lead(&app).await;
    assert!(offered(&lead.get(&page).await.expect(200).text));
    let long = "가".repeat(501);
    for (name, wrong) in [
        ("decision", "lost"),
        ("reason", " "),
        ("evidence", ""),
        ("evidence", long.as_str()),
    ] {
        let fields =
            form("succeeded", &version).map(|(field, value)| (field, if field == name { wrong } else { value }));
        let answer = lead.post(&path, &fields).await.expect(422);
        assert!(answer.text.contains(&format!("{name}-help")), "{name}: {}", answer.text);
    }
    assert_eq!(api.get(&format!("/payments/{id}")).await.json(), before);
}

#[tokio::test]
async fn rule_7_a_final_state_changes_by_correction_alone_and_not_under_its_refunds() {
    let app = app::start().await;
    let (api, id) = paid(&app, 12_300).await;
    let path = format!("/cs/payments/{id}/correction");
    let lead = lead(&app).await;
    let version = || async { api.get(&format!("/payments/{id}")).await.json()["version"].to_string() };
    // It is so already.
    lead.post(&path, &form("succeeded", &version().await)).await.expect(409);

    lead.post(&path, &form("bank_never_received", &version().await))
        .await
        .expect(303);
    let failed = api.get(&format!("/payments/{id}")).await.json();
    assert_eq!(
        (&failed["status"], &failed["money_moved"], &failed["refundable_amount"]),
        (&json!("failed"), &json!("no"), &json!(0))
    );
    assert_eq!(failed["failure"]["code"], "bank_never_received");

    lead.post(&path, &form("succeeded", &version().await)).await.expect(303);
    assert_eq!(api.get(&format!("/payments/{id}")).await.json()["failure"], Value::Null);
    refunded(&app, &api, &id, 2_300).await;
    let page = lead
        .post(&path, &form("bank_refused", &version().await))
        .await
        .expect(409)
        .text;
    assert!(page.contains("환불을 먼저 확인해 주세요"), "{page}");
    assert_eq!(api.get(&format!("/payments/{id}")).await.json()["status"], "succeeded");
}

#[tokio::test]
async fn rule_5_a_corrected_refund_moves_the_sums_of_its_payment() {
    use PartnerEventType::{PaymentRefunded, PaymentSucceeded, RefundFailed, RefundNeedsReview, RefundSucceeded};

    let app = app::start().await;
    let (api, payment) = paid(&app, 50_000).await;
    let refund = refunded(&app, &api, &payment, 19_091).await;
    let sums = || async {
        let payment = api.get(&format!("/payments/{payment}")).await.json();
        (
            payment["refunded_amount"].as_i64().unwrap(),
            payment["refundable_amount"].as_i64().unwrap(),
        )
    };
    assert_eq!(sums().await, (0, 30_909), "a person looks at it, so its amount is kept");
    let lead = lead(&app).await;
    let path = format!("/cs/payments/{refund}/correction");
    let decide = async |decision: &str| {
        let version = api.get(&format!("/refunds/{refund}")).await.json()["version"].to_string();
        lead.post(&path, &form(decision, &version)).await
    };

    decide("bank_refused").await.expect(303);
    assert_eq!(sums().await, (0, 50_000));
    decide("succeeded").await.expect(303);
    assert_eq!(sums().await, (19_091, 30_909));
    decide("bank_never_received").await.expect(303);
    assert_eq!(sums().await, (0, 50_000));

    refunded(&app, &api, &payment, 40_000).await;
    let page = decide("succeeded").await.expect(409).text;
    assert!(page.contains("결제 금액을 넘어요"), "{page}");
    assert_eq!(sums().await, (40_000, 10_000));

    let told: Vec<_> = news(&app).await.into_iter().map(|row| row.event_type).collect();
    let in_order = [
        PaymentSucceeded,
        RefundNeedsReview,
        RefundFailed,
        RefundSucceeded,
        PaymentRefunded,
        RefundFailed,
        RefundSucceeded,
        PaymentRefunded,
    ];
    assert_eq!(told, in_order);
}
