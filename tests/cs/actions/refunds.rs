//! Staff give money back: once for each opened page, however often and by however many it is pressed.

use naru::models::kinds::StaffDeed;
use serde_json::{Value, json};

use super::{Opened, REASON, TOLD, agent, deeds, deposits, paid, refund_of, refunds};
use crate::support::app;

#[tokio::test]
async fn a_refund_of_staff_goes_the_way_of_every_refund_and_its_partner_sees_it_without_the_grounds() {
    let app = app::start().await;
    let (api, id) = paid(&app, 12_300).await;
    let desk = agent(&app, "cs").await;
    let page = desk.get(&format!("/cs/payments/{id}")).await.expect(200).text;
    assert!(page.contains(&format!("/cs/payments/{id}/refund")), "{page}");

    let open = Opened::at(&desk, &id, "refund").await;
    let answer = open.refund(&desk, "2,300원").await.expect(303);
    app.settled().await;
    let refund = refunds(&api, &id).await.remove(0);
    assert_eq!(
        answer.header("location"),
        format!("/cs/payments/{}", refund["id"].as_str().unwrap())
    );
    assert_eq!(
        (&refund["status"], &refund["amount"], &refund["reason"]),
        (&json!("succeeded"), &json!(2_300), &json!(TOLD))
    );
    let payment = api.get(&format!("/payments/{id}")).await.json();
    assert_eq!(
        (&payment["refunded_amount"], &payment["refundable_amount"]),
        (&json!(2_300), &json!(10_000))
    );
    assert_eq!(deposits(&app).await, 1);

    let timeline = api.get(&format!("/payments/{id}/timeline")).await.expect(200);
    let requested = timeline.json()["data"].as_array().unwrap().iter().find_map(|event| {
        let is_it = event["type"] == "refund_requested";
        is_it.then(|| event.clone())
    });
    let requested = requested.expect("the history tells of it");
    assert_eq!(requested["actor"], "staff");
    assert_eq!(requested["detail"]["refund_id"], refund["id"]);
    assert!(!timeline.text.contains(REASON), "{}", timeline.text);
    let story = desk.get(&format!("/cs/payments/{id}")).await.expect(200).text;
    assert!(story.contains(REASON) && story.contains("상담 담당"), "{story}");

    let done = deeds(&app).await;
    let [deed] = done.as_slice() else { panic!("{done:?}") };
    let detail: Value = serde_json::from_str(deed.detail.as_deref().unwrap()).unwrap();
    assert_eq!(
        (deed.deed, deed.reason.as_deref()),
        (StaffDeed::RefundMade, Some(REASON))
    );
    assert_eq!(detail, json!({ "refund_id": refund["id"], "amount": 2_300 }));
    assert_eq!(app.verify().await.findings, []);
}

#[tokio::test]
async fn a_button_that_is_pressed_twice_refunds_once_and_both_answers_show_that_refund() {
    let app = app::start().await;
    let (api, id) = paid(&app, 12_300).await;
    let desk = agent(&app, "cs").await;
    let open = Opened::at(&desk, &id, "refund").await;
    let (first, second) = tokio::join!(open.refund(&desk, "5000"), open.refund(&desk, "5000"));
    // And once more, long after.
    app.settled().await;
    let third = open.refund(&desk, "5000").await;
    let [first, second, third] = [first, second, third].map(|answer| answer.expect(303));
    assert_eq!(first.header("location"), second.header("location"));
    assert_eq!(first.header("location"), third.header("location"));
    let made = refunds(&api, &id).await;
    assert_eq!(made.len(), 1, "{made:?}");
    assert!(first.header("location").ends_with(made[0]["id"].as_str().unwrap()));
    assert_eq!(deposits(&app).await, 1);
    assert_eq!(deeds(&app).await.len(), 1);
    let page = desk.get(third.header("location")).await.expect(200).text;
    assert!(page.contains("한 번만 처리됐고"), "{page}");
}

#[tokio::test]
async fn two_agents_on_one_payment_make_one_refund_and_the_other_is_told_and_loses_nothing() {
    let app = app::start().await;
    let (api, id) = paid(&app, 12_300).await;
    let (one, two) = (agent(&app, "one").await, agent(&app, "two").await);
    let (of_one, of_two) = (
        Opened::at(&one, &id, "refund").await,
        Opened::at(&two, &id, "refund").await,
    );
    let answers = tokio::join!(of_one.refund(&one, "12,300"), of_two.refund(&two, "12,300"));
    let (won, lost) = if answers.0.status == 303 {
        answers
    } else {
        (answers.1, answers.0)
    };
    won.expect(303);
    let lost = lost.expect(412).text;
    for told in ["그사이에 상태가 바뀌었어요", REASON, TOLD, r#"value="12,300""#] {
        assert!(lost.contains(told), "{told} is not there: {lost}");
    }
    app.settled().await;
    assert_eq!(refunds(&api, &id).await.len(), 1);
    assert_eq!(deposits(&app).await, 1);
    // What is left is nothing, and the page says so before anything is typed.
    let page = one.get(&format!("/cs/payments/{id}/refund")).await.expect(200).text;
    assert!(
        page.contains("더 환불할 금액이 없어요") && !page.contains("data-once>\n<input"),
        "{page}"
    );
}

#[tokio::test]
async fn what_is_wrong_is_told_in_its_place_and_moves_nothing() {
    let app = app::start().await;
    let (api, id) = paid(&app, 12_300).await;
    let desk = agent(&app, "cs").await;
    let open = Opened::at(&desk, &id, "refund").await;
    let long = "가".repeat(501);
    for (name, wrong) in [
        ("amount", "0"),
        ("amount", "많이"),
        ("amount", "1.5"),
        ("amount", "5,00"),
        ("amount", "99999999999999999999"),
        ("told", "환\u{202e}불"),
        ("told", " "),
        ("reason", ""),
        ("reason", long.as_str()),
    ] {
        let fields = refund_of("5000").map(|(field, value)| (field, if field == name { wrong } else { value }));
        let page = open.send(&desk, &fields).await.expect(422).text;
        assert!(
            page.contains(&format!(r#"id="{name}-help" class="help error""#)),
            "{name}: {page}"
        );
    }
    let page = open.refund(&desk, "9223372036854775807").await.expect(422).text;
    assert!(page.contains("한 번에 보낼 수 있는 금액보다 많아요"), "{page}");
    let page = open.refund(&desk, "12,301").await.expect(409).text;
    assert!(
        page.contains("환불 가능 금액보다 많아요") && page.contains("12,301"),
        "{page}"
    );
    // Without a version or a dialog nobody knows what was seen.
    for missing in ["version", "dialog"] {
        let mut less = open.clone();
        match missing {
            "version" => less.version.clear(),
            _ => less.dialog.clear(),
        }
        less.refund(&desk, "5000").await.expect(412);
    }
    assert!(refunds(&api, &id).await.is_empty());
    assert!(deeds(&app).await.is_empty());
}

#[tokio::test]
async fn only_what_was_paid_is_refunded() {
    for (amount, status) in [(19_001, "failed"), (19_042, "unknown")] {
        let app = app::start().await;
        let (api, id) = paid(&app, amount).await;
        let payment = api.get(&format!("/payments/{id}")).await.json();
        assert_eq!(payment["status"], status);
        let desk = agent(&app, "cs").await;
        let page = desk.get(&format!("/cs/payments/{id}/refund")).await.expect(200).text;
        assert!(page.contains("출금이 완료된 결제만"), "{page}");
        let open = Opened {
            path: format!("/cs/payments/{id}/refund"),
            version: payment["version"].to_string(),
            dialog: uuid::Uuid::now_v7().to_string(),
            approval: String::new(),
        };
        open.refund(&desk, "1000").await.expect(409);
        assert!(refunds(&api, &id).await.is_empty());
    }
}

#[tokio::test]
async fn a_dialog_does_one_deed_of_one_person() {
    let app = app::start().await;
    let (api, id) = paid(&app, 12_300).await;
    let (one, two) = (agent(&app, "one").await, agent(&app, "two").await);
    let open = Opened::at(&one, &id, "refund").await;
    open.refund(&one, "1000").await.expect(303);
    // Another's, and another deed's.
    let stolen = open.refund(&two, "1000").await.expect(409).text;
    assert!(stolen.contains("이미 다른 일에 쓰였어요"), "{stolen}");
    let note = Opened {
        path: format!("/cs/payments/{id}/notes"),
        ..open
    };
    note.send(&one, &[("body", "메모")]).await.expect(409);
    app.settled().await;
    assert_eq!(refunds(&api, &id).await.len(), 1);
}

#[tokio::test]
async fn a_page_that_is_sent_again_with_something_else_filled_in_is_no_repetition() {
    let app = app::start().await;
    let (api, id) = paid(&app, 12_300).await;
    let desk = agent(&app, "cs").await;
    let open = Opened::at(&desk, &id, "refund").await;
    open.refund(&desk, "1000").await.expect(303);
    app.settled().await;
    let otherwise = [
        refund_of("2000"),
        refund_of("1000").map(|(name, value)| (name, if name == "told" { "오배송" } else { value })),
        refund_of("1000").map(|(name, value)| (name, if name == "reason" { "다른 이유" } else { value })),
    ];
    for fields in otherwise {
        let page = open.send(&desk, &fields).await.expect(409).text;
        for told in [
            "이미 다른 내용으로 처리했어요",
            "11,300원",
            fields[0].1,
            fields[1].1,
            fields[2].1,
        ] {
            assert!(page.contains(told), "{told} is not told: {page}");
        }
        // Whoever reads that and presses again means another refund, of the payment as it is now.
        assert_ne!(super::hidden(&page, "dialog"), open.dialog);
        assert_ne!(super::hidden(&page, "version"), open.version);
    }
    assert_eq!((refunds(&api, &id).await.len(), deposits(&app).await), (1, 1));
    assert_eq!(deeds(&app).await.len(), 1);
    // Two at once that say different things are not one wish either: one of them is done.
    let open = Opened::at(&desk, &id, "refund").await;
    let answers = tokio::join!(open.refund(&desk, "3000"), open.refund(&desk, "4000"));
    let mut statuses = [answers.0.status.as_u16(), answers.1.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 409]);
    app.settled().await;
    assert_eq!((refunds(&api, &id).await.len(), deposits(&app).await), (2, 2));
}

#[tokio::test]
async fn lines_of_a_reason_are_counted_and_kept_as_they_were_typed() {
    let app = app::start().await;
    let (_, id) = paid(&app, 12_300).await;
    let desk = agent(&app, "cs").await;
    let open = Opened::at(&desk, &id, "refund").await;
    // A browser sends the end of a line as two characters, and lets 500 be typed of which it is one.
    let typed = format!("{}\r\n{}", "가".repeat(250), "나".repeat(249));
    let fields = refund_of("1000").map(|(name, value)| (name, if name == "reason" { typed.as_str() } else { value }));
    open.send(&desk, &fields).await.expect(303);
    app.settled().await;
    let kept = deeds(&app).await.remove(0).reason.unwrap();
    assert_eq!(kept, typed.replace("\r\n", "\n"));
}

#[tokio::test]
async fn no_other_site_refunds_in_the_name_of_staff() {
    let app = app::start().await;
    let (api, id) = paid(&app, 12_300).await;
    let desk = agent(&app, "cs").await;
    let open = Opened::at(&desk, &id, "refund").await;
    let fields = [
        ("version", open.version.as_str()),
        ("dialog", open.dialog.as_str()),
        ("amount", "1000"),
        ("told", TOLD),
        ("reason", REASON),
    ];
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://evil.test"),
        ("origin", "null"),
        ("referer", "https://evil.test/cs/payments"),
    ] {
        let request = desk
            .request(reqwest::Method::POST, &open.path)
            .header("content-type", "application/x-www-form-urlencoded")
            .header(name, value)
            .body(serde_urlencoded::to_string(fields).unwrap());
        desk.send(request).await.expect(403);
    }
    assert!(refunds(&api, &id).await.is_empty() && deeds(&app).await.is_empty());
}
