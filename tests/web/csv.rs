//! A member's history as a file.

use naru::ids::Prefix;
use serde_json::json;

use super::{charged, consent};
use crate::support::app::{self, TestApp};
use crate::support::program::Program;

/// Copies of the one payment that is there, each a second older than the one before.
async fn copies(app: &TestApp, count: usize) {
    let columns = "kind, state, version, partner_id, member_id, account_id, mandate_id, payment_id, open_order_key, \
        amount_won, refund_reserved_won, refunded_won, description, metadata, history_hash, mode, request_id, \
        trace_number, trace_at, failure_code, bank_code, unknown_reason, created_at, updated_at, checks, not_found_answers";
    let values = columns.replace("open_order_key", "NULL");
    for number in 0..count {
        let id = format!("{number:032x}");
        app.sql(&format!(
            "INSERT INTO transfers (id, short_code, order_id, {columns}) \
             SELECT x'{id}', 'C{number}', 'copy-{number}', {values} FROM transfers WHERE order_id = 'order-1'"
        ))
        .await;
    }
}

#[tokio::test]
async fn a_file_has_its_mark_korean_time_and_no_formula_whatever_a_shop_calls_things() {
    let app = app::wish().without_workers().start().await;
    let (shop, mandate, browser) = consent(&app).await;
    let body = json!({ "mandate_id": mandate, "order_id": "-1+1", "amount": 12_300, "description": "=HYPERLINK(\"http://evil.test\",\"여기\")" });
    shop.api.post("/payments", "k", &body).await.expect(202);
    let file = browser.get("/payments.csv").await.expect(200);
    assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(file.header("cache-control"), "no-store");
    let disposition = file.header("content-disposition").to_owned();
    assert!(disposition.starts_with("attachment; filename=\"naru-payments-2") && disposition.is_ascii());
    let lines: Vec<&str> = file.text.lines().collect();
    assert!(lines[0].starts_with("\u{feff}접수 시각,종류,상태"), "{lines:?}");
    assert_eq!(lines.len(), 2);
    for part in [
        ",결제,접수됨,",
        ",12300,0,나루상점,",
        "\"'=HYPERLINK(\"\"http://evil.test\"\",\"\"여기\"\")\"",
        ",'-1+1,",
    ] {
        assert!(lines[1].contains(part), "{part}: {}", lines[1]);
    }
    let english = browser.get("/payments.csv?lang=en").await.expect(200).text;
    assert!(english.starts_with("\u{feff}Received,Kind,Status"), "{english}");
}

#[tokio::test]
async fn a_long_history_comes_whole_page_by_page_and_filters_apply() {
    const COPIES: usize = 1_100;
    let app = app::wish().without_workers().start().await;
    let (shop, mandate, browser) = consent(&app).await;
    let id = charged(&shop, &mandate, "order-1", 12_300).await;
    copies(&app, COPIES).await;
    let file = browser.get("/payments.csv").await.expect(200);
    assert_eq!(file.text.lines().count(), COPIES + 2);
    for number in 0..COPIES {
        let copy = format!("{}{number:032x}", "pay_");
        assert_eq!(file.text.matches(&copy).count(), 1, "{copy}");
    }
    assert_eq!(file.text.matches(&id).count(), 1);
    let none = browser.get("/payments.csv?kind=refund").await.expect(200);
    assert_eq!(none.text.lines().count(), 1);
}

#[tokio::test]
async fn a_file_is_for_its_owner_and_an_address_that_cannot_be_read_has_none() {
    let app = app::wish().without_workers().start().await;
    let (shop, mandate, browser) = consent(&app).await;
    charged(&shop, &mandate, "order-1", 12_300).await;
    let (_, stranger) = app.member_browser("junho@example.test").await;
    let theirs = stranger.get("/payments.csv").await.expect(200);
    assert_eq!(theirs.text.lines().count(), 1);
    assert!(
        !theirs
            .text
            .contains(Prefix::Payment.show(uuid::Uuid::nil()).split_at(4).0)
    );
    browser.get("/payments.csv?group=lost").await.expect(400);
    app.browser().get("/payments.csv").await.expect(303);
}

#[tokio::test]
async fn a_running_program_sends_the_file_as_it_reads_it() {
    let mut program = Program::new(&[]);
    program.start().await;
    let browser = program.browser();
    let credentials = [("email", "minji@naru.test"), ("password", "naru-demo-1!")];
    browser.post("/sign-in", &credentials).await.expect(303);
    let file = browser.get("/payments.csv").await.expect(200);
    assert_eq!(
        file.header("content-length"),
        "",
        "its length is not known when it begins"
    );
    assert!(file.text.lines().count() > 20, "{}", file.text);
    assert!(!file.text.contains("3020001234567"));
}
