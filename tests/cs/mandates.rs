//! A member's consent at the desk: seen masked, and ended with a reason, once for a dialog.

use naru::ids::Prefix;
use naru::models::kinds::{Role, StaffDeed};
use reqwest::Method;

use super::audit::{dialog_of, version_of};
use super::{desk, desk_of};
use crate::api::payments::payment;
use crate::support::app;

const REASON: &str = "고객이 전화로 해지를 요청";

fn form<'a>(dialog: &'a str, version: &'a str) -> [(&'static str, &'a str); 3] {
    [("dialog", dialog), ("version", version), ("reason", REASON)]
}

#[tokio::test]
async fn staff_end_a_mandate_and_what_was_promised_under_it_goes_on() {
    let app = app::wish().without_workers().start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    let queued = shop
        .api
        .post("/payments", "k1", &payment(&mandate, "order-1", 12_300))
        .await;
    let queued = queued.expect(202).json()["id"].as_str().unwrap().to_owned();
    let desk = desk(&app).await;
    let path = format!("/cs/mandates/{mandate}");
    let member = Prefix::Member.show(app.user_id("minji@example.test").await.0);
    let seen = desk.get(&format!("/cs/members/{member}")).await.expect(200).text;
    assert!(
        seen.contains(&format!("href=\"{path}\"")),
        "the member's page leads there: {seen}"
    );

    let dialog = dialog_of(&desk, &path).await;
    let sent = desk
        .post(&format!("{path}/revocation"), &form(&dialog, "1"))
        .await
        .expect(303);
    assert_eq!(sent.header("location"), path);
    let page = desk.get(&path).await.expect(200).text;
    assert!(page.contains("해지됨") && page.contains("동의를 해지했어요"), "{page}");
    assert!(
        !page.contains("name=\"dialog\""),
        "there is nothing more to end: {page}"
    );

    let refused = shop
        .api
        .post("/payments", "k2", &payment(&mandate, "order-2", 1_000))
        .await;
    refused.problem(409, "mandate_inactive");
    let kept = shop.api.get(&format!("/payments/{queued}")).await.expect(200).json();
    assert_eq!(kept["status"], "queued");
    let rows = app.deeds_of(StaffDeed::MandateRevoked).await;
    assert_eq!(rows.len(), 1);
    assert_eq!(
        (rows[0].subject_id, rows[0].reason.as_deref()),
        (Prefix::Mandate.parse(&mandate), Some(REASON))
    );
}

#[tokio::test]
async fn c32_a_dialog_that_is_sent_twice_ends_the_mandate_once_and_answers_the_same() {
    let app = app::wish().without_workers().start().await;
    let (_, mandate) = app.shop_with_mandate().await;
    let desk = desk(&app).await;
    let path = format!("/cs/mandates/{mandate}");
    let dialog = dialog_of(&desk, &path).await;
    let fields = form(&dialog, "1");
    let path = format!("{path}/revocation");
    let (one, other) = tokio::join!(desk.post(&path, &fields), desk.post(&path, &fields));
    one.expect(303);
    other.expect(303);
    desk.post(&path, &fields).await.expect(303);
    assert_eq!(app.deeds_of(StaffDeed::MandateRevoked).await.len(), 1);
    assert_eq!(version_of(&app, &mandate).await, "2");
    // Another dialog comes too late, and one of somebody else's does nothing.
    let late = naru::ids::DialogId::new().0.simple().to_string();
    desk.post(&path, &form(&late, "1")).await.expect(409);
    let lead = desk_of(&app, "lead@example.test", Role::CsLead).await;
    lead.post(&path, &fields).await.expect(409);
    assert_eq!(app.deeds_of(StaffDeed::MandateRevoked).await.len(), 1);
}

#[tokio::test]
async fn c50_a_stale_page_ends_nothing_and_keeps_what_was_typed() {
    let app = app::wish().without_workers().start().await;
    let (_, mandate) = app.shop_with_mandate().await;
    let desk = desk(&app).await;
    let path = format!("/cs/mandates/{mandate}");
    let dialog = dialog_of(&desk, &path).await;
    // The member lowers a limit meanwhile.
    app.sql("UPDATE mandates SET version = 2").await;
    let send = format!("{path}/revocation");
    for stale in ["1", "", "x"] {
        let page = desk.post(&send, &form(&dialog, stale)).await.expect(412).text;
        assert!(
            page.contains("그사이에 상태가 바뀌었어요") && page.contains(REASON),
            "{page}"
        );
    }
    let request = desk
        .request(Method::POST, &send)
        .header("content-type", "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin")
        .header("if-match", "\"v1\"")
        .body(serde_urlencoded::to_string(form(&dialog, "2")).unwrap());
    desk.send(request).await.expect(412);
    let without = [("dialog", dialog.as_str()), ("version", "2"), ("reason", " ")];
    let page = desk.post(&send, &without).await.expect(422).text;
    assert!(page.contains("id=\"reason-help\" class=\"help error\""), "{page}");
    assert!(app.deeds_of(StaffDeed::MandateRevoked).await.is_empty());
    desk.post(&send, &form(&dialog, "2")).await.expect(303);
}

#[tokio::test]
async fn an_auditor_sees_a_mandate_and_ends_none() {
    let app = app::wish().without_workers().start().await;
    let (_, mandate) = app.shop_with_mandate().await;
    let path = format!("/cs/mandates/{mandate}");
    for role in [Role::Operator, Role::Auditor] {
        let browser = desk_of(&app, &format!("{}@example.test", role.as_str()), role).await;
        let page = browser.get(&path).await.expect(200).text;
        assert!(page.contains("김*지") && !page.contains("name=\"dialog\""), "{page}");
        let dialog = naru::ids::DialogId::new().0.to_string();
        browser
            .post(&format!("{path}/revocation"), &form(&dialog, "1"))
            .await
            .expect(403);
    }
    let desk = desk(&app).await;
    for unknown in ["man_1".to_owned(), mandate.replace("man_", "acc_")] {
        desk.get(&format!("/cs/mandates/{unknown}")).await.expect(404);
    }
    assert_eq!(version_of(&app, &mandate).await, "1");
}
