//! The sender of text messages: what it says on the wire, and what becomes of each way of failing. The other side is a
//! local server that speaks as it does.

use std::time::{Duration, Instant};

use hmac::{Hmac, KeyInit, Mac};
use naru::clock::Clock;
use naru::config::sms::{SmsSender, SmsSettings};
use naru::members::phone::PhoneNumber;
use naru::metrics::Metrics;
use naru::notifications::sms::solapi::ClientError;
use naru::notifications::sms::{Sms, SmsError};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::bank::server::{Does, Server, http};
use crate::ops::metrics::value;
use crate::support::app;

const KEY: &str = "NCSKEY0000000000";
const SECRET: &str = "a-secret-of-solapi";
const PHONE: &str = "010-2222-3333";
const TEXT: &str = "[나루] 인증번호 123456";

fn settings(url: &str, deadline_ms: u64) -> SmsSettings {
    SmsSettings {
        sender: SmsSender::Solapi,
        api_key: KEY.into(),
        api_secret: SECRET.into(),
        from: "02-1234-5678".to_owned(),
        url: url.to_owned(),
        deadline_ms,
    }
}

fn sender(settings: &SmsSettings) -> Result<Sms, ClientError> {
    let clock = Clock::system();
    let metrics = Metrics::new(clock.now());
    Sms::new(settings, clock, metrics)
}

async fn send(url: &str) -> Result<(), SmsError> {
    let sms = sender(&settings(url, 2_000)).expect("a client");
    sms.send(&PhoneNumber::parse(PHONE).expect("a number"), &TEXT.into())
        .await
}

/// As it answers to a message that it took.
fn taken() -> Value {
    json!({
        "failedMessageList": [],
        "groupInfo": { "count": { "total": 1, "registeredSuccess": 1 }, "status": "SENDING", "groupId": "G4V20261126" }
    })
}

fn json_with(status: &str, body: &Value) -> Does {
    Does::Sends(http(
        status,
        "Content-Type: application/json\r\n",
        body.to_string().as_bytes(),
    ))
}

fn header<'a>(head: &'a str, name: &str) -> &'a str {
    let mut lines = head.lines().filter_map(|line| line.split_once(": "));
    let found = lines.find(|(known, _)| known.eq_ignore_ascii_case(name));
    found.unwrap_or_else(|| panic!("no {name} in {head}")).1
}

#[tokio::test]
async fn a_message_is_one_request_that_is_signed_as_solapi_asks() {
    let server = Server::that(json_with("200 OK", &taken())).await;
    send(&server.url).await.expect("it is taken");
    send(&server.url).await.expect("it is taken");
    let seen = server.requests();
    assert_eq!((seen.len(), server.connections()), (2, 2));
    let mut salts = Vec::new();
    for request in &seen {
        assert!(
            request
                .head
                .starts_with("POST /messages/v4/send-many/detail HTTP/1.1\r\n")
        );
        assert_eq!(header(&request.head, "content-type"), "application/json");
        let message = json!({ "to": "01022223333", "from": "0212345678", "text": TEXT, "type": "SMS" });
        assert_eq!(request.body, json!({ "messages": [message] }));

        let authorization = header(&request.head, "authorization");
        let parts = authorization.strip_prefix("HMAC-SHA256 ").expect("its scheme");
        let parts: Vec<(&str, &str)> = parts.split(", ").filter_map(|part| part.split_once('=')).collect();
        let [
            ("apiKey", key),
            ("date", date),
            ("salt", salt),
            ("signature", signature),
        ] = parts[..]
        else {
            panic!("{authorization}");
        };
        assert_eq!(key, KEY);
        let age = Clock::system().now() - chrono::DateTime::parse_from_rfc3339(date).expect("ISO 8601").to_utc();
        assert!(age.num_seconds().abs() < 60, "{date}");
        assert!((12..=64).contains(&salt.len()), "{salt}");
        let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
        mac.update(format!("{date}{salt}").as_bytes());
        assert_eq!(signature, hex::encode(mac.finalize().into_bytes()));
        salts.push(salt.to_owned());
    }
    assert_ne!(salts[0], salts[1]);
}

#[tokio::test]
async fn each_way_of_failing_is_told_without_secrets_and_nothing_is_sent_twice() {
    let failed = json!({ "failedMessageList": [{ "to": "01022223333", "statusCode": "1062", "statusMessage": "발신번호 미등록" }] });
    let chatty = json!({ "failedMessageList": [{ "statusCode": "to 01022223333 failed" }] });
    let refusal = json!({ "errorCode": "SignatureDoesNotMatch", "errorMessage": "01022223333" });
    let ways = [
        (json_with("200 OK", &failed), "refused: 1062"),
        (json_with("200 OK", &chatty), "refused: other"),
        (json_with("403 Forbidden", &refusal), "refused: SignatureDoesNotMatch"),
        (json_with("307 Temporary Redirect", &json!({})), "HTTP 307"),
        (
            Does::Sends(http("502 Bad Gateway", "", b"<html>01022223333</html>")),
            "HTTP 502",
        ),
        (
            Does::Sends(http("200 OK", "", b"{\"failedMessageList\":")),
            "no answer in time",
        ),
        (json_with("200 OK", &json!({})), "no answer in time"),
        (
            Does::Sends(http("200 OK", "", &vec![b' '; 70_000])),
            "no answer in time",
        ),
        (Does::Closes, "no answer in time"),
    ];
    for (way, told) in ways {
        let server = Server::that(way).await;
        let error = send(&server.url).await.expect_err(told).to_string();
        assert!(error.contains(told), "{error}");
        for secret in [SECRET, KEY, "22223333", "123456"] {
            assert!(!error.contains(secret), "{error}");
        }
        assert_eq!((server.requests().len(), server.connections()), (1, 1), "{told}");
    }
}

#[tokio::test]
async fn a_sender_that_says_nothing_has_failed_by_the_deadline() {
    let server = Server::that(Does::Hangs).await;
    let sms = sender(&settings(&server.url, 100)).expect("a client");
    let begun = Instant::now();
    let phone = PhoneNumber::parse(PHONE).expect("a number");
    let failed = sms.send(&phone, &TEXT.into()).await;
    assert!(matches!(failed, Err(SmsError::Unclear)), "{failed:?}");
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_port_that_nobody_listens_at_is_known_to_have_sent_nothing() {
    let failed = send("http://127.0.0.1:1").await;
    assert!(matches!(failed, Err(SmsError::NotSent)), "{failed:?}");
}

#[tokio::test]
async fn a_message_that_could_not_be_sent_is_told_and_may_be_asked_for_again_at_once() {
    let server = Server::start(|number, _| match number {
        0..3 => Does::Sends(http("503 Service Unavailable", "", b"")),
        _ => json_with("200 OK", &taken()),
    })
    .await;
    let change = json!({ "sms": {
        "sender": "solapi", "api_key": KEY, "api_secret": SECRET, "from": "0212345678", "url": server.url,
    } });
    let app = app::wish().settings(change).start().await;
    let browser = app.browser();
    for path in ["/sign-up", "/password/forgotten", "/sign-up"] {
        let refused = browser.post(path, &[("phone", PHONE)]).await.expect(503);
        assert!(
            refused
                .text
                .contains("문자를 보내지 못했어요. 잠시 뒤에 다시 시도해 주세요.")
        );
        assert!(refused.text.contains(PHONE), "what was typed is lost");
    }
    browser.post("/sign-up", &[("phone", PHONE)]).await.expect(303);
    let text = app.services.metrics.text(&app.services).await;
    for (outcome, count) in [("sent", 1.0), ("not_sent", 0.0), ("refused", 0.0), ("unknown", 3.0)] {
        let series = format!("naru_text_messages_total{{outcome=\"{outcome}\"}}");
        assert_eq!(value(&text, &series), Some(count), "{series}");
    }
    // What is really sent is shown nowhere.
    browser.get("/dev/outbox").await.expect(404);
}
