//! A reader of an export who goes away, or whose database does: what was sent must not look whole.

use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpSocket;

use super::desk;
use super::export::{PATH, audited, ordered};
use crate::support::app::{self, PATIENCE, TestApp};
use crate::support::visitor::SESSION;

/// More than what lies between the two ends of a connection.
const COPIES: usize = 16_000;
const FORM: [(&str, &str); 1] = [("reason", "점검")];

impl TestApp {
    /// So many copies of the payment of `order-1`, each an order of its own.
    pub async fn copies(&self, count: usize) {
        let is_sqlite = self.database_uri().starts_with("sqlite");
        let (id, code) = if is_sqlite {
            ("randomblob(16)", "substr(hex(randomblob(8)), 1, 12)")
        } else {
            ("UNHEX(REPLACE(UUID(), '-', ''))", "LEFT(MD5(UUID()), 12)")
        };
        let columns = "kind, state, version, partner_id, member_id, account_id, mandate_id, payment_id, amount_won, \
            refund_reserved_won, refunded_won, description, metadata, history_hash, mode, request_id, trace_number, trace_at, \
            failure_code, bank_code, unknown_reason, created_at, updated_at, checks, not_found_answers";
        let mut made = 0;
        // Each time as many as are there by then.
        while made < count {
            let more = (count - made).min(made + 1);
            made += more;
            self.sql(&format!(
                "INSERT INTO transfers (id, short_code, order_id, {columns}) \
                 SELECT {id}, {code}, 'copy', {columns} FROM transfers LIMIT {more}"
            ))
            .await;
        }
    }
}

#[tokio::test]
async fn a_reader_who_goes_away_leaves_an_export_without_an_end_and_the_next_one_is_whole() {
    let app = app::wish().without_workers().start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    ordered(&shop, &mandate, "order-1", 12_300, &"긴 설명 ".repeat(15)).await;
    app.copies(COPIES).await;
    let desk = desk(&app).await;
    // A window of a few kilobytes, so that the file waits for its reader.
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4_096).unwrap();
    let mut connection = socket
        .connect(app.base.strip_prefix("http://").unwrap().parse().unwrap())
        .await
        .unwrap();
    let body = serde_urlencoded::to_string(FORM).unwrap();
    let cookie = format!("{SESSION}={}", desk.cookie(SESSION).unwrap());
    let head = format!(
        "POST {PATH} HTTP/1.1\r\nhost: 127.0.0.1\r\ncookie: {cookie}\r\nsec-fetch-site: same-origin\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    connection.write_all(head.as_bytes()).await.unwrap();
    let mut first = [0; 512];
    let read = tokio::time::timeout(PATIENCE, connection.read(&mut first))
        .await
        .unwrap()
        .unwrap();
    assert!(
        first[..read].starts_with(b"HTTP/1.1 200"),
        "{}",
        String::from_utf8_lossy(&first[..read])
    );
    drop(connection);

    let whole = desk.post(PATH, &FORM).await.expect(200).text;
    assert!(
        whole.contains(&format!("\r\n끝: 모두 {}건,", COPIES + 1)),
        "the last line"
    );
    let steps: Vec<_> = audited(&app).await.into_iter().map(|(_, detail)| detail).collect();
    let words: Vec<_> = steps.iter().map(|detail| &detail["step"]).collect();
    assert_eq!(words, [&json!("begun"), &json!("begun"), &json!("ended")]);
    assert_eq!(steps[2]["export"], steps[1]["export"], "the first one never ended");
    assert_eq!(steps[2]["rows"], json!(COPIES + 1));
}

#[tokio::test]
async fn a_file_whose_database_goes_away_is_cut_and_has_no_last_line() {
    let app = app::wish().without_workers().start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    ordered(&shop, &mandate, "order-1", 12_300, "커피").await;
    let desk = desk(&app).await;
    // The audit takes the beginning and not the end.
    let is_end = "NEW.detail LIKE '%\"ended\"%'";
    let refusal = if app.database_uri().starts_with("sqlite") {
        format!("WHEN {is_end} BEGIN SELECT RAISE(ABORT, 'no room'); END")
    } else {
        format!("BEGIN IF {is_end} THEN SIGNAL SQLSTATE '45000'; END IF; END")
    };
    let trigger = format!("CREATE TRIGGER no_end BEFORE INSERT ON staff_audit FOR EACH ROW {refusal}");
    app.sql(&trigger).await;
    let request = desk.request(reqwest::Method::POST, PATH);
    let sent = request
        .header("content-type", "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin")
        .body(serde_urlencoded::to_string(FORM).unwrap())
        .timeout(Duration::from_secs(20))
        .send()
        .await
        .unwrap();
    assert_eq!(sent.status().as_u16(), 200);
    sent.text().await.expect_err("a cut answer is no whole file");
    assert_eq!(audited(&app).await.len(), 1);
}
