//! Every way a call can fail under the client, what it proves, and that the bank sees the request at most once.

use std::time::{Duration, Instant};

use naru::bank::{
    Bank, NotSentReason, Outcome, UnknownReason,
    nh::{Client, ClientError},
};
use serde_json::json;
use tokio::net::TcpListener;

use super::{
    call, client, fin_account,
    server::{Does, Server, http, ok, reply},
    settings, withdrawal,
};

fn unknown<T>(reason: UnknownReason) -> Outcome<T> {
    Outcome::Unknown(reason)
}

#[tokio::test]
async fn a_connection_closed_after_the_request_is_unknown_and_the_request_is_sent_once() {
    let server = Server::that(Does::Closes).await;
    let answer = client(&server).withdraw(&call(), &withdrawal()).await;
    assert_eq!(answer.outcome, unknown(UnknownReason::ConnectionLost));
    assert_eq!((server.connections(), server.requests().len()), (1, 1));
    assert_eq!(answer.exchange.http_status, None);
    assert!(
        answer.exchange.request.contains("DrawingTransfer"),
        "{}",
        answer.exchange.request
    );
}

#[tokio::test]
async fn c11_a_kept_alive_connection_that_closes_does_not_make_the_client_send_again() {
    // The first answer invites the client to reuse the connection, which then closes at once or under the second
    // request. The second request is cut in any case, and a third would be answered.
    for closes_between in [true, false] {
        let server = Server::start(move |number, request| {
            let answer = ok(&reply(request, "00000", &json!({})));
            match number {
                0 if closes_between => Does::SendsAndCloses(answer),
                1 => Does::Closes,
                _ => Does::Sends(answer),
            }
        })
        .await;
        let client = client(&server);
        let first = client.withdraw(&call(), &withdrawal()).await;
        assert!(matches!(first.outcome, Outcome::Succeeded(_)), "{:?}", first.outcome);
        let second = client.withdraw(&call(), &withdrawal()).await;
        assert_eq!(second.outcome, unknown(UnknownReason::ConnectionLost));
        assert_eq!((server.connections(), server.requests().len()), (2, 2));
    }
}

#[tokio::test]
async fn no_answer_is_unknown_at_the_deadline_and_not_before() {
    let server = Server::that(Does::Hangs).await;
    let mut settings = settings();
    settings.money_timeout_ms = 200;
    let client = Client::new(&settings, &server.url).unwrap();
    let started = Instant::now();
    let answer = client.withdraw(&call(), &withdrawal()).await;
    assert_eq!(answer.outcome, unknown(UnknownReason::TimedOut));
    assert!(
        started.elapsed() >= Duration::from_millis(200),
        "{:?}",
        started.elapsed()
    );
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn each_kind_of_call_has_its_own_deadline() {
    let server = Server::that(Does::Hangs).await;
    let mut settings = settings();
    settings.balance_timeout_ms = 100;
    let client = Client::new(&settings, &server.url).unwrap();
    let answer = client.balance(&call(), &fin_account()).await;
    assert_eq!(answer.outcome, unknown(UnknownReason::TimedOut));
}

#[tokio::test]
async fn an_answer_that_stops_half_way_is_unknown() {
    let cut = http("200 OK", "", &[b'x'; 100])[..80].to_vec();
    let closed = Server::that(Does::SendsAndCloses(cut.clone())).await;
    let answer = client(&closed).withdraw(&call(), &withdrawal()).await;
    assert_eq!(answer.outcome, unknown(UnknownReason::ConnectionLost));
    assert_eq!(answer.exchange.http_status, Some(200));

    let silent = Server::that(Does::Sends(cut)).await;
    let mut settings = settings();
    settings.money_timeout_ms = 200;
    let client = Client::new(&settings, &silent.url).unwrap();
    let answer = client.withdraw(&call(), &withdrawal()).await;
    assert_eq!(answer.outcome, unknown(UnknownReason::TimedOut));
    assert_eq!((closed.requests().len(), silent.requests().len()), (1, 1));
}

#[tokio::test]
async fn a_gateways_page_is_unknown_with_its_status() {
    let page = http(
        "502 Bad Gateway",
        "Content-Type: text/html\r\n",
        b"<html>account 3020000000109</html>",
    );
    let server = Server::that(Does::Sends(page)).await;
    let answer = client(&server).withdraw(&call(), &withdrawal()).await;
    assert_eq!(answer.outcome, unknown(UnknownReason::HttpStatus(502)));
    assert_eq!(answer.exchange.http_status, Some(502));
    assert_eq!(
        answer.exchange.response.as_deref(),
        Some("<html>account 30200000*****</html>")
    );
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn only_http_200_is_an_answer_of_the_bank() {
    for status in [
        "201 Created",
        "204 No Content",
        "400 Bad Request",
        "503 Service Unavailable",
    ] {
        let code = status[..3].parse().unwrap();
        let server = Server::start(move |_, request| {
            let body = reply(request, "00000", &json!({})).to_string();
            let body = if code == 204 { "" } else { &body };
            Does::Sends(http(status, "", body.as_bytes()))
        })
        .await;
        let answer = client(&server).withdraw(&call(), &withdrawal()).await;
        assert_eq!(answer.outcome, unknown(UnknownReason::HttpStatus(code)), "{status}");
        assert_eq!(server.requests().len(), 1, "{status}");
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let target = Server::answering("00000", json!({})).await;
    for status in ["302 Found", "307 Temporary Redirect", "308 Permanent Redirect"] {
        let location = format!("Location: {}/DrawingTransfer.nh\r\n", target.url);
        let server = Server::that(Does::Sends(http(status, &location, b""))).await;
        let answer = client(&server).withdraw(&call(), &withdrawal()).await;
        let code = status[..3].parse().unwrap();
        assert_eq!(answer.outcome, unknown(UnknownReason::HttpStatus(code)));
        assert_eq!(server.requests().len(), 1);
    }
    assert_eq!(target.connections(), 0);
}

#[tokio::test]
async fn a_body_that_is_not_the_banks_json_is_unclear() {
    for body in [
        "",
        "null",
        "[]",
        "{}",
        r#"{"Header":{}}"#,
        r#"{"Header":{"Rpcd":"00000""#,
        r#"{"Header":{"Rpcd":0}}"#,
        r#"{"Header":{"Rpcd":"00000"},"FinAcno":{}}"#,
        "<html>ok</html>",
    ] {
        let server = Server::that(Does::Sends(http("200 OK", "", body.as_bytes()))).await;
        let answer = client(&server).withdraw(&call(), &withdrawal()).await;
        assert_eq!(answer.outcome, unknown(UnknownReason::UnclearAnswer), "{body}");
        assert_eq!(server.requests().len(), 1);
    }
}

#[tokio::test]
async fn an_endless_answer_is_given_up_and_little_of_it_is_kept() {
    let server = Server::that(Does::SendsAndCloses(http("200 OK", "", &vec![b' '; 3 * 1024 * 1024]))).await;
    let answer = client(&server).balance(&call(), &fin_account()).await;
    assert_eq!(answer.outcome, unknown(UnknownReason::UnclearAnswer));
    assert!(answer.exchange.response.unwrap().len() <= 4 * 1024);
}

#[tokio::test]
async fn a_refused_connection_is_proven_not_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let answer = Client::new(&settings(), &url)
        .unwrap()
        .withdraw(&call(), &withdrawal())
        .await;
    assert_eq!(answer.outcome, Outcome::NotSent(NotSentReason::ConnectFailed));
    assert_eq!(answer.exchange.response, None);
}

#[tokio::test]
async fn a_handshake_that_never_ends_is_proven_not_sent_before_the_deadline() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let mut settings = settings();
    settings.money_timeout_ms = 1_000;
    let client = Client::new(&settings, &url).unwrap();
    let started = Instant::now();
    let (call, request) = (call(), withdrawal());
    let (answer, connection) = tokio::join!(client.withdraw(&call, &request), listener.accept());
    assert_eq!(answer.outcome, Outcome::NotSent(NotSentReason::ConnectFailed));
    assert!(started.elapsed() < Duration::from_secs(1), "{:?}", started.elapsed());
    drop(connection);
}

#[test]
fn an_address_that_is_no_bank_is_refused_at_the_start() {
    for url in ["", "bank", "ftp://bank.test"] {
        let refused = Client::new(&settings(), url);
        assert!(
            matches!(refused, Err(ClientError::NotAUrl(_) | ClientError::NotHttp)),
            "{url:?}"
        );
    }
}
