//! C50: a page that is out of date does nothing, and shows what is.

use serde_json::json;

use super::{Opened, REASON, agent, deeds, deposits, paid, refund_of, refunds};
use crate::support::app;

#[tokio::test]
async fn c50_of_two_windows_the_stale_one_does_nothing_and_shows_the_present_state() {
    let app = app::start().await;
    let (api, id) = paid(&app, 12_300).await;
    let (one, two) = (agent(&app, "one").await, agent(&app, "two").await);
    let seen = api.get(&format!("/payments/{id}")).await.json()["version"].to_string();
    let refund = Opened::at(&one, &id, "refund").await;
    assert_eq!(refund.version, seen);
    refund.refund(&one, "2300").await.expect(303);
    app.settled().await;
    app.told().await;
    let now = api.get(&format!("/payments/{id}")).await.json();
    assert_ne!(now["version"].to_string(), seen);

    let event = format!("evt_{}", uuid::Uuid::now_v7().simple());
    for (deed, typed, fields) in [
        ("cancellation", REASON, vec![("reason", REASON)]),
        ("refund", REASON, refund_of("2300").to_vec()),
        ("inquiry", REASON, vec![("reason", REASON)]),
        ("resend", REASON, vec![("event", event.as_str()), ("reason", REASON)]),
        ("notes", REASON, vec![("body", REASON)]),
        ("tags", "재연락", vec![("word", "재연락")]),
        ("tags/removal", "", vec![("word", "재연락")]),
    ] {
        let stale = Opened {
            path: format!("/cs/payments/{id}/{deed}"),
            version: seen.clone(),
            dialog: uuid::Uuid::now_v7().to_string(),
            approval: String::new(),
        };
        let page = stale.send(&two, &fields).await.expect(412).text;
        for told in ["그사이에 상태가 바뀌었어요", typed, "10,000원"] {
            assert!(page.contains(told), "{deed}: {told} is not told: {page}");
        }
        assert!(
            page.contains(&format!(r#"name="version" value="{}""#, now["version"])),
            "{deed}: {page}"
        );
    }
    // The header of who sends one counts more than the field.
    let fields = [
        ("version", now["version"].to_string()),
        ("dialog", uuid::Uuid::now_v7().to_string()),
        ("reason", REASON.to_owned()),
    ];
    let request = two
        .request(reqwest::Method::POST, &format!("/cs/payments/{id}/cancellation"))
        .header("content-type", "application/x-www-form-urlencoded")
        .header("if-match", format!("\"v{seen}\""))
        .body(serde_urlencoded::to_string(fields).unwrap());
    two.send(request).await.expect(412);
    assert_eq!(api.get(&format!("/payments/{id}")).await.json(), now);
    assert_eq!((refunds(&api, &id).await.len(), deposits(&app).await), (1, 1));
    assert_eq!(deeds(&app).await.len(), 1);
}

#[tokio::test]
async fn c50_a_correction_is_decided_once_for_each_opened_page() {
    let app = app::start().await;
    let (api, id) = paid(&app, 19_091).await;
    let lead = super::lead(&app, "lead").await;
    let page = lead.get(&format!("/cs/payments/{id}")).await.expect(200).text;
    let open = Opened {
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
    let (first, second) = tokio::join!(open.send(&lead, &fields), open.send(&lead, &fields));
    first.expect(303);
    second.expect(303);
    open.send(&lead, &fields).await.expect(303);
    // What says something else is no repetition of it.
    let other = [("decision", "bank_refused"), ("reason", REASON), ("evidence", "다시")];
    let page = open.send(&lead, &other).await.expect(409).text;
    assert!(
        page.contains("이 양식은 이미 보냈어요") && page.contains("다시"),
        "{page}"
    );
    assert_eq!(
        api.get(&format!("/payments/{id}")).await.json()["status"],
        json!("succeeded")
    );
    assert_eq!(deeds(&app).await.len(), 1);
}
