//! Endpoints by the API: made once, changed by version, limited in number, and nobody else's.

use naru::models::kinds::{DeliveryStatus, Mode};
use naru::models::partner_keys;
use naru::notifications::webhooks::{Owner, WebhookError, endpoints};
use reqwest::Method;
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use super::shop_that_hears;
use crate::support::app::{self, eventually};
use crate::support::http::Answer;
use crate::support::receiver::Receiver;

const URL: &str = "https://shop.example.com/hooks";

#[tokio::test]
async fn an_endpoint_is_made_found_changed_and_deleted() {
    let app = app::wish().without_workers().start().await;
    let shop = app.shop("나루상점").await;
    let wanted = json!({ "url": URL, "description": "주문", "event_types": ["payment.succeeded", "refund.failed", "payment.succeeded"] });
    let endpoint = shop.endpoint_with(wanted).await;
    let shown = shop.api.get(&endpoint.path).await.expect(200);
    assert_eq!(shown.header("etag"), "\"v1\"");
    let shown = shown.json();
    assert_eq!(
        shown["event_types"],
        json!(["payment.succeeded", "refund.failed"]),
        "each once"
    );
    assert_eq!(
        (&shown["status"], &shown["livemode"]),
        (&json!("active"), &json!(false))
    );
    let patch = |version: &str, body: Value| {
        let request = shop.api.request(Method::PATCH, &endpoint.path);
        Answer::of(request.header("if-match", version.to_owned()).json(&body))
    };
    let change = json!({ "url": "https://shop.example.com/new", "event_types": [] });
    let changed = patch("\"v1\"", change.clone()).await.expect(200).json();
    assert_eq!((&changed["version"], &changed["event_types"]), (&json!(2), &json!([])));
    assert_eq!(
        patch("\"v1\"", change).await.problem(412, "version_conflict")["current_version"],
        2
    );
    assert_eq!(
        shop.api.get("/webhook-endpoints").await.json()["data"]
            .as_array()
            .unwrap()
            .len(),
        1
    );

    let deletion = || shop.api.request(Method::DELETE, &endpoint.path);
    let stale = Answer::of(deletion().header("if-match", "\"v1\"")).await;
    stale.problem(412, "version_conflict");
    assert_eq!(Answer::of(deletion()).await.expect(200).json()["status"], "deleted");
    Answer::of(deletion()).await.problem(404, "not_found");
    assert_eq!(shop.api.get("/webhook-endpoints").await.json()["data"], json!([]));
}

#[tokio::test]
async fn what_is_wrong_is_told_by_its_pointer_and_a_key_is_for_one_request() {
    let app = app::wish().without_workers().start().await;
    let shop = app.shop("나루상점").await;
    for (body, pointer) in [
        (json!({}), "/url"),
        (json!({ "url": URL, "event_types": ["payment.paid"] }), "/event_types"),
        (json!({ "url": URL, "event_types": ["endpoint.test"] }), "/event_types"),
        (
            json!({ "url": URL, "event_types": "payment.succeeded" }),
            "/event_types",
        ),
        (json!({ "url": URL, "description": "길".repeat(101) }), "/description"),
        (json!({ "url": URL, "secret": "mine" }), "/secret"),
    ] {
        let problem = shop.api.post("/webhook-endpoints", "key-0", &body).await;
        assert_eq!(problem.problem(422, "invalid_request")["errors"][0]["pointer"], pointer);
    }
    let body = json!({ "url": URL });
    shop.api.post("/webhook-endpoints", "key-1", &body).await.expect(201);
    let other = json!({ "url": "https://shop.example.com/other" });
    let reused = shop.api.post("/webhook-endpoints", "key-1", &other).await;
    reused.problem(422, "idempotency_key_reused");
    let without = shop.api.request(Method::POST, "/webhook-endpoints").json(&body);
    Answer::of(without).await.problem(400, "idempotency_key_missing");
    assert_eq!(
        shop.api.get("/webhook-endpoints").await.json()["data"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test]
async fn there_is_an_end_to_the_number_of_endpoints_also_when_many_are_asked_for_at_once() {
    let app = app::wish()
        .settings(json!({ "webhooks": { "endpoints_max": 3 } }))
        .without_workers()
        .start()
        .await;
    let shop = app.shop("나루상점").await;
    let asked = (0..8).map(|number| {
        let api = shop.api.clone();
        async move {
            api.post("/webhook-endpoints", &format!("key-{number}"), &json!({ "url": URL }))
                .await
        }
    });
    let answers = futures::future::join_all(asked).await;
    let (made, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 201);
    assert_eq!(made.len(), 3);
    for answer in refused {
        assert_eq!(answer.problem(422, "limit_exceeded")["limit_endpoints"], 3);
    }
}

#[tokio::test]
async fn another_partners_endpoints_deliveries_and_events_do_not_exist() {
    let app = app::start().await;
    let (shop, receiver, endpoint) = shop_that_hears(&app, "나루상점").await;
    app.events(shop.id, 1).await;
    let event = receiver.heard(1).await[0].id().to_owned();
    app.told().await;
    let delivery = shop.deliveries(&endpoint, "").await[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let other = app.shop("다른상점").await;
    let range = json!({ "from": "2026-01-01T00:00:00+09:00", "only": "all", "confirm": true });
    for (method, path, body) in [
        (Method::GET, endpoint.path.clone(), json!({})),
        (Method::PATCH, endpoint.path.clone(), json!({ "status": "paused" })),
        (Method::DELETE, endpoint.path.clone(), json!({})),
        (Method::POST, format!("{}/secret-rotation", endpoint.path), json!({})),
        (Method::DELETE, format!("{}/previous-secret", endpoint.path), json!({})),
        (Method::POST, format!("{}/test", endpoint.path), json!({})),
        (Method::GET, format!("{}/deliveries", endpoint.path), json!({})),
        (
            Method::GET,
            format!("{}/deliveries/{delivery}", endpoint.path),
            json!({}),
        ),
        (Method::POST, format!("{}/redeliveries", endpoint.path), range),
        (Method::GET, format!("/events/{event}"), json!({})),
        (Method::POST, format!("/events/{event}/redelivery"), json!({})),
    ] {
        let request = other
            .api
            .request(method.clone(), &path)
            .header("idempotency-key", "key-1");
        let answer = Answer::of(request.json(&body)).await;
        answer.problem(404, "not_found");
    }
    assert_eq!(other.api.get("/events").await.expect(200).json()["data"], json!([]));
    assert_eq!(receiver.count(), 1);

    // The same partner's in the other mode.
    let keys = partner_keys::Entity::find().all(app.services.db.read()).await.unwrap();
    assert!(keys.iter().all(|key| key.mode == Mode::Test));
    let live = Owner {
        partner_id: shop.id,
        mode: Mode::Live,
    };
    let found = endpoints::list(app.services.db.read(), live, None, 10).await.unwrap();
    assert_eq!(found, []);
    let id = naru::ids::EndpointId(naru::ids::Prefix::Endpoint.parse(&endpoint.id).unwrap());
    let missing = endpoints::find(app.services.db.read(), live, id).await;
    assert!(matches!(missing, Err(WebhookError::NotFound)));
}

#[tokio::test]
async fn an_endpoint_hears_what_it_asked_for_from_its_first_moment_on_and_a_test_goes_to_it_alone() {
    let app = app::start().await;
    let shop = app.shop("나루상점").await;
    app.events(shop.id, 1).await;
    app.told().await;
    let (all, refunds) = (Receiver::start().await, Receiver::start().await);
    let endpoint = shop.endpoint(&all.url).await;
    let of_refunds = shop
        .endpoint_with(json!({ "url": refunds.url, "event_types": ["refund.succeeded"] }))
        .await;
    app.events(shop.id, 2).await;
    all.heard(2).await;
    let path = format!("{}/test", of_refunds.path);
    let asked = shop.api.post(&path, "test-1", &json!({})).await.expect(202).json();
    let again = shop.api.post(&path, "test-1", &json!({})).await.expect(202).json();
    assert_eq!(asked, again);
    let got = refunds.heard(1).await.remove(0);
    assert_eq!(got.id(), asked["event_id"]);
    assert_eq!(
        (&got.json()["type"], &got.json()["data"]["id"]),
        (&json!("endpoint.test"), &json!(of_refunds.id))
    );
    assert!(got.is_signed_with(&of_refunds.secret));
    app.told().await;
    assert_eq!((all.count(), refunds.count()), (2, 1));
    assert_eq!(
        shop.deliveries(&endpoint, "event_type=payment.succeeded").await.len(),
        2
    );
    assert_eq!(
        shop.deliveries(&endpoint, "event_type=payment.failed").await,
        Vec::<Value>::new()
    );
    eventually("two tests have two versions", || async {
        shop.api.post(&path, "test-2", &json!({})).await.expect(202);
        refunds.count() == 2
    })
    .await;
    assert_eq!(refunds.got()[1].json()["version"], 2);
    app.told().await;
}

#[tokio::test]
async fn a_deleted_endpoint_is_told_nothing_any_more() {
    let app = app::start().await;
    let (shop, receiver, endpoint) = shop_that_hears(&app, "나루상점").await;
    Answer::of(shop.api.request(Method::DELETE, &endpoint.path))
        .await
        .expect(200);
    app.events(shop.id, 3).await;
    app.told().await;
    assert_eq!(
        (
            receiver.count(),
            app.deliveries_that_are(DeliveryStatus::Delivered).await
        ),
        (0, 0)
    );
}
