//! Webhooks at the console: made and shown their secret, changed against a version, tried, and told again.

use chrono::TimeDelta;
use naru::ids::{DeliveryId, EndpointId, EventId, Prefix};
use naru::models::kinds::{Deed, DeliveryStatus, PartnerEventType};
use naru::models::webhook_deliveries;
use sea_orm::{ActiveModelTrait, DbErr, EntityTrait, IntoActiveModel};
use uuid::Uuid;

use super::{hidden, words_with};
use crate::support::app::{self, TestApp, eventually};
use crate::support::http::Answer;
use crate::support::people::Shop;
use crate::support::receiver::{Receiver, Say};
use crate::support::visitor::Browser;

const NEW: &str = "/partner/webhooks/new";

async fn begin() -> (TestApp, Shop, Browser) {
    let app = app::wish().start().await;
    let shop = app.shop("나루상점").await;
    let console = app.console(&shop, "dev@example.test").await;
    (app, shop, console)
}

/// Adds one, and answers with its page's address and the secret.
async fn make(console: &Browser, url: &str) -> (String, String) {
    let once = hidden(&console.get(NEW).await.expect(200), "once");
    let made = console
        .post(NEW, &[("once", &once), ("url", url), ("description", "서버")])
        .await
        .expect(200);
    let id = words_with(&made, "whe_").remove(0);
    (format!("/partner/webhooks/{id}"), secret_of(&made))
}

fn secret_of(page: &Answer) -> String {
    words_with(page, "whsec_").remove(0)
}

#[tokio::test]
async fn an_endpoint_is_made_once_and_its_secret_signs_the_test_that_is_sent() {
    let (app, shop, console) = begin().await;
    let receiver = Receiver::start().await;
    let once = hidden(&console.get(NEW).await.expect(200), "once");
    let form = [("once", once.as_str()), ("url", receiver.url.as_str())];
    let made = console.post(NEW, &form).await.expect(200);
    let again = console.post(NEW, &form).await.expect(200);
    assert_eq!(secret_of(&made), secret_of(&again));
    let other = [("once", once.as_str()), ("url", "https://other.example/")];
    console.post(NEW, &other).await.expect(422);
    let list = console.get("/partner/webhooks").await.expect(200);
    assert_eq!(words_with(&list, "whe_").len(), 1, "{}", list.text);

    let path = format!("/partner/webhooks/{}", words_with(&made, "whe_")[0]);
    let page = console.get(&path).await.expect(200);
    let form = [("once", hidden(&page, "once"))];
    let form = form.each_ref().map(|(name, value)| (*name, value.as_str()));
    console.post(&format!("{path}/test"), &form).await.expect(303);
    console.post(&format!("{path}/test"), &form).await.expect(303);
    app.told().await;
    let got = receiver.got();
    assert_eq!(got.len(), 1);
    assert!(got[0].is_signed_with(&secret_of(&made)));
    let page = console.get(&path).await.expect(200);
    assert!(
        page.text.contains("endpoint.test") && page.text.contains("전달됨"),
        "{}",
        page.text
    );
    let delivery = words_with(&page, "dlv_").remove(0);
    let page = console
        .get(&format!("{path}/deliveries/{delivery}"))
        .await
        .expect(200)
        .text;
    for part in ["webhook-signature", "전달됐어요", "endpoint.test"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert_eq!(app.deeds(&shop).await, [Deed::EndpointMade, Deed::TestSent]);
}

#[tokio::test]
async fn what_two_people_change_at_once_is_told_and_lost_by_neither() {
    use Deed::{EndpointChanged, EndpointDeleted, EndpointMade, EndpointPaused, EndpointResumed};
    let (app, shop, console) = begin().await;
    let (path, _) = make(&console, "https://shop.example/hooks").await;
    let edit = format!("{path}/edit");
    let version = hidden(&console.get(&edit).await.expect(200), "version");
    let form = |url: &'static str| [("version", version.clone()), ("url", url.to_owned())];
    let send = |form: [(&'static str, String); 2]| {
        let (console, edit) = (console.clone(), edit.clone());
        async move {
            let form = form.each_ref().map(|(name, value)| (*name, value.as_str()));
            console.post(&edit, &form).await
        }
    };
    send(form("https://shop.example/first")).await.expect(303);
    let late = send(form("https://shop.example/second")).await.expect(412);
    assert!(late.text.contains("https://shop.example/second"), "{}", late.text);
    assert_ne!(hidden(&late, "version"), version);
    console
        .post(&format!("{path}/pause"), &[("version", &version)])
        .await
        .expect(412);
    let version = hidden(&late, "version");
    console
        .post(&format!("{path}/pause"), &[("version", &version)])
        .await
        .expect(303);
    let page = console.get(&path).await.expect(200);
    let version = hidden(&page, "version");
    console
        .post(&format!("{path}/resumption"), &[("version", &version)])
        .await
        .expect(303);
    let version = hidden(&console.get(&path).await.expect(200), "version");
    console
        .post(&format!("{path}/end"), &[("version", &version)])
        .await
        .expect(303);
    console.get(&path).await.expect(404);
    let deeds = app.deeds(&shop).await;
    assert_eq!(
        deeds,
        [
            EndpointMade,
            EndpointChanged,
            EndpointPaused,
            EndpointResumed,
            EndpointDeleted
        ]
    );
}

#[tokio::test]
async fn a_secret_is_shown_to_who_asks_and_on_record_and_a_rotation_gives_another() {
    let (app, shop, console) = begin().await;
    let (path, first) = make(&console, "https://shop.example/hooks").await;
    let shown = console.post(&format!("{path}/secret"), &[]).await.expect(200);
    assert_eq!(
        (secret_of(&shown), shown.header("cache-control")),
        (first.clone(), "no-store")
    );
    let once = hidden(&console.get(&path).await.expect(200), "once");
    let rotated = console
        .post(&format!("{path}/secret-rotation"), &[("once", &once)])
        .await
        .expect(200);
    let second = secret_of(&rotated);
    assert_ne!(second, first);
    let again = console
        .post(&format!("{path}/secret-rotation"), &[("once", &once)])
        .await
        .expect(200);
    assert_eq!(secret_of(&again), second);
    let page = console.get(&path).await.expect(200).text;
    assert!(
        page.contains("이전 비밀값도 함께 서명하는 때") && !page.contains(&second),
        "{page}"
    );
    console
        .post(&format!("{path}/previous-secret/end"), &[])
        .await
        .expect(303);
    let deeds = app.deeds(&shop).await;
    assert_eq!(deeds[1..3], [Deed::SecretShown, Deed::SecretRotated], "{deeds:?}");
}

#[tokio::test]
async fn what_failed_is_told_again_and_what_was_delivered_only_when_that_is_confirmed() {
    let (app, shop, console) = begin().await;
    let receiver = Receiver::start().await;
    let (path, _) = make(&console, &receiver.url).await;
    let once = hidden(&console.get(&path).await.expect(200), "once");
    console
        .post(&format!("{path}/test"), &[("once", &once)])
        .await
        .expect(303);
    app.told().await;
    let page = console.get(&path).await.expect(200);
    let delivery = words_with(&page, "dlv_").remove(0);
    let one = format!("{path}/deliveries/{delivery}");
    let once = hidden(&console.get(&one).await.expect(200), "once");
    console
        .post(&format!("{one}/repeat"), &[("once", &once)])
        .await
        .expect(303);
    console
        .post(&format!("{one}/repeat"), &[("once", &once)])
        .await
        .expect(303);
    app.told().await;
    assert_eq!(receiver.got().len(), 2);

    let again = format!("{path}/redeliveries");
    let once = hidden(&console.get(&path).await.expect(200), "once");
    let form = [("once", once.as_str()), ("from", "2020-01-01T00:00"), ("only", "all")];
    let asked = console.post(&again, &form).await.expect(409);
    assert!(asked.text.contains("이미 전달된 1건"), "{}", asked.text);
    let confirm = asked
        .text
        .split("<input id=\"confirmed\"")
        .nth(1)
        .expect("a box to tick");
    let confirm = confirm.split('>').next().expect("the end of its tag");
    assert!(
        confirm.contains(" autofocus"),
        "the page opens at the question: {confirm}"
    );
    let once = hidden(&asked, "once");
    let form = [
        ("once", once.as_str()),
        ("from", "2020-01-01T00:00"),
        ("only", "all"),
        ("confirmed", "yes"),
    ];
    console.post(&again, &form).await.expect(303);
    app.told().await;
    eventually("it is told again", || async { receiver.got().len() == 3 }).await;
    let refused = console
        .post(&again, &[("once", &once), ("from", "x")])
        .await
        .expect(422)
        .text;
    assert!(refused.contains("날짜와 시각을"), "{refused}");
    assert!(app.deeds(&shop).await.contains(&Deed::Redelivered));
}

/// So many deliveries of the endpoint, each of an event of its own, that came to their end a minute ago.
async fn delivered_before(app: &TestApp, endpoint: &str, count: u128) {
    let at = app.services.clock.now() - TimeDelta::minutes(1);
    let endpoint = EndpointId(Prefix::Endpoint.parse(endpoint).expect("an id"));
    let row = |number: u128| webhook_deliveries::Model {
        id: DeliveryId(Uuid::from_u128(number)),
        endpoint_id: endpoint,
        event_id: EventId(Uuid::from_u128(number)),
        event_type: PartnerEventType::PaymentSucceeded,
        group_id: Uuid::from_u128(number),
        seq: 1,
        repeats_id: None,
        status: DeliveryStatus::Delivered,
        attempts: 1,
        next_attempt_at: None,
        lease_until: None,
        created_at: at,
        ended_at: Some(at),
    };
    let rows: Vec<_> = (1..=count)
        .map(|number| row(number).into_active_model().reset_all())
        .collect();
    let written = app.services.db.write(move |tx| {
        Box::pin(async move {
            for rows in rows.chunks(500).map(<[_]>::to_vec) {
                let insert = webhook_deliveries::Entity::insert_many::<webhook_deliveries::ActiveModel, _>(rows);
                insert.exec_without_returning(tx).await?;
            }
            Ok::<(), DbErr>(())
        })
    });
    written.await.expect("they are written");
}

#[tokio::test]
async fn of_more_than_a_thousand_the_rest_is_asked_for_up_to_the_same_moment() {
    let (app, _, console) = begin().await;
    let receiver = Receiver::start().await;
    let (path, _) = make(&console, &receiver.url).await;
    let version = hidden(&console.get(&path).await.expect(200), "version");
    // Paused, so that what is told again waits and none of it is in the rest.
    let form = [("version", version.as_str())];
    console.post(&format!("{path}/pause"), &form).await.expect(303);
    delivered_before(&app, path.rsplit('/').next().unwrap(), 1_002).await;
    let again = format!("{path}/redeliveries");
    let ask = async |page: &Answer, to: &str| {
        let once = hidden(page, "once");
        let form = [
            ("once", once.as_str()),
            ("from", "2020-01-01T00:00"),
            ("to", to),
            ("only", "all"),
            ("confirmed", "yes"),
        ];
        console.post(&again, &form).await
    };
    let page = console.get(&path).await.expect(200);
    let first = ask(&page, "").await.expect(200);
    assert!(first.text.contains("먼저 1,000건"), "{}", first.text);
    assert!(
        first.text.contains("<details class=\"card folded\" open>"),
        "the form stands ready"
    );
    let to = first.text.split("name=\"to\"").nth(1).expect("a field");
    let to = to.split("value=\"").nth(1).and_then(|rest| rest.split('"').next());
    let to = to.expect("a moment").to_owned();
    ask(&first, &to).await.expect(303);
    assert_eq!(app.deliveries_that_are(DeliveryStatus::Pending).await, 1_002);
}

#[tokio::test]
async fn another_partners_webhook_is_not_there() {
    let (app, _, console) = begin().await;
    let receiver = Receiver::start().await;
    receiver.says(Say::Status(200));
    let (path, _) = make(&console, &receiver.url).await;
    let page = console.get(&path).await.expect(200);
    let (once, version) = (hidden(&page, "once"), hidden(&page, "version"));
    let other = app.shop("다른상점").await;
    let stranger = app.console(&other, "dev@other.test").await;
    for sub in ["", "/edit"] {
        stranger.get(&format!("{path}{sub}")).await.expect(404);
    }
    let form = [
        ("once", once.as_str()),
        ("version", version.as_str()),
        ("url", "https://evil.example/"),
        ("from", "2020-01-01T00:00"),
    ];
    for sub in [
        "edit",
        "pause",
        "resumption",
        "test",
        "end",
        "secret",
        "secret-rotation",
        "previous-secret/end",
        "redeliveries",
    ] {
        stranger.post(&format!("{path}/{sub}"), &form).await.expect(404);
    }
    assert!(app.deeds(&other).await.is_empty());
    console.get(&path).await.expect(200);
}

#[tokio::test]
async fn what_cannot_be_written_down_with_who_did_it_is_not_done() {
    let (app, shop, console) = begin().await;
    let receiver = Receiver::start().await;
    let (path, secret) = make(&console, &receiver.url).await;
    let page = console.get(&path).await.expect(200);
    let (once, version) = (hidden(&page, "once"), hidden(&page, "version"));
    let form = [
        ("once", once.as_str()),
        ("version", version.as_str()),
        ("url", "https://shop.example/other"),
        ("from", "2020-01-01T00:00"),
    ];
    let new = hidden(&console.get(NEW).await.expect(200), "once");
    app.sql("ALTER TABLE partner_audit RENAME TO partner_audit_away").await;
    console
        .post(NEW, &[("once", &new), ("url", "https://shop.example/second")])
        .await
        .expect(503);
    for sub in [
        "edit",
        "pause",
        "test",
        "secret",
        "secret-rotation",
        "redeliveries",
        "end",
    ] {
        let answer = console.post(&format!("{path}/{sub}"), &form).await;
        assert_eq!(answer.status, 503, "{sub}: {}", answer.text);
        assert!(!answer.text.contains("whsec_"), "{sub}");
    }
    app.sql("ALTER TABLE partner_audit_away RENAME TO partner_audit").await;
    app.told().await;
    assert_eq!(
        (receiver.got().len(), app.deeds(&shop).await),
        (0, vec![Deed::EndpointMade])
    );
    let list = console.get("/partner/webhooks").await.expect(200);
    assert_eq!(words_with(&list, "whe_").len(), 1, "{}", list.text);
    let page = console.get(&path).await.expect(200);
    assert!(page.text.contains(&receiver.url), "{}", page.text);
    assert_eq!(hidden(&page, "version"), version);
    let shown = console.post(&format!("{path}/secret"), &[]).await.expect(200);
    assert_eq!(secret_of(&shown), secret);
}
