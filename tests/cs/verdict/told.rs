//! What a payment's partner was told, as staff see it.

use super::super::desk_of;
use super::{Scene, part};
use crate::support::app;
use crate::support::receiver::{Receiver, Say};
use naru::models::kinds::Role;
use serde_json::json;

#[tokio::test]
async fn each_delivery_is_told_with_its_attempts_also_where_its_endpoint_was_taken_away() {
    let app = app::start().await;
    let scene = Scene::of(&app).await;
    let receiver = Receiver::start().await;
    receiver.says(Say::Text(200, "고객 홍길동 01012345678".to_owned()));
    let body = json!({ "url": receiver.url });
    let endpoint = scene
        .api
        .post("/webhook-endpoints", "endpoint", &body)
        .await
        .expect(201)
        .json();
    let id = scene.pays(&app, "order-1", 12_300).await;
    app.told().await;

    let page = scene.page(&id).await;
    let told = part(&page, "told-title");
    for text in ["payment.succeeded", receiver.url.as_str(), "data-status=\"succeeded\""] {
        assert!(told.contains(text), "{text}: {told}");
    }
    let link = told
        .split("href=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .unwrap();
    assert!(
        link.starts_with(&format!("/cs/payments/{id}/deliveries/dlv_")),
        "{link}"
    );
    let detail = scene.desk.get(link).await.expect(200).text;
    assert!(
        detail.contains("HTTP 200") && detail.contains("&quot;payment.succeeded&quot;"),
        "{detail}"
    );
    assert!(
        !detail.contains("홍길동") && !detail.contains("01012345678"),
        "{detail}"
    );

    // It is no delivery of another payment, though that is the same partner's.
    let other = scene.pays(&app, "order-2", 1_000).await;
    let delivery = link.rsplit('/').next().unwrap();
    let elsewhere = format!("/cs/payments/{other}/deliveries/{delivery}");
    scene.desk.get(&elsewhere).await.expect(404);

    let path = format!("/webhook-endpoints/{}", endpoint["id"].as_str().unwrap());
    let taken = scene
        .api
        .request(reqwest::Method::DELETE, &path)
        .header("idempotency-key", "end");
    let taken = crate::support::http::Answer::of(taken).await;
    assert!(taken.status.is_success(), "{taken:?}");
    let page = scene.page(&id).await;
    assert!(part(&page, "told-title").contains("Deleted endpoint"), "{page}");
    assert!(scene.desk.get(link).await.expect(200).text.contains("Deleted endpoint"));
}

#[tokio::test]
async fn from_each_event_who_may_has_it_told_again_and_others_are_not_led_there() {
    let app = app::start().await;
    let scene = Scene::of(&app).await;
    let receiver = Receiver::start().await;
    let body = json!({ "url": receiver.url });
    scene
        .api
        .post("/webhook-endpoints", "endpoint", &body)
        .await
        .expect(201);
    let id = scene.pays(&app, "order-1", 12_300).await;
    let refund = scene.gives_back(&app, &id, 300).await;
    app.told().await;
    let page = scene.page(&id).await;
    let told = part(&page, "told-title");
    let links: Vec<String> = told
        .split("<p class=\"told-again\"><a href=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .map(|link| link.replace("&#x2F;", "/"))
        .collect();
    // What was told of the refund is told again from its own page.
    assert_eq!(links.len(), 3, "{told}");
    for (link, of) in links.iter().zip([&id, &refund, &id]) {
        assert!(
            link.starts_with(&format!("/cs/payments/{of}/resend?event=evt_")),
            "{link}"
        );
        let dialog = scene.desk.get(link).await.expect(200).text;
        let event = link.rsplit('=').next().unwrap();
        let chosen = format!("value=\"{event}\" required checked");
        assert!(dialog.contains(&chosen), "{chosen}: {dialog}");
    }
    let delivery = told.split("<li class=\"delivery\"><a href=\"").nth(1).unwrap();
    let delivery = delivery.split('"').next().unwrap().replace("&#x2F;", "/");
    let detail = scene.desk.get(&delivery).await.expect(200).text;
    assert!(detail.contains("/resend?event=evt_"), "{detail}");

    let auditor = desk_of(&app, "audit@example.test", Role::Auditor).await;
    for path in [format!("/cs/payments/{id}"), delivery] {
        let page = auditor.get(&path).await.expect(200).text;
        assert!(!page.contains("/resend"), "{path}: {page}");
    }
    auditor.get(&links[0]).await.expect(403);
}
