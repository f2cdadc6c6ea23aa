//! Each kind of damage, made by hand in the database of a running app, and the finding that it gives.

use naru::ids::{Prefix, TransferId};
use naru::models::kinds::TransferState;
use naru::verify::{Finding, Flaw};
use serde_json::json;

use crate::support::app::{self, TestApp};
use crate::support::people::Shop;

/// An app with a refunded payment, a refused one and a canceled one, and the id of the first.
async fn books() -> (TestApp, Shop, String) {
    let app = app::wish().without_workers().start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    let paid = app.paid(&shop, &mandate, 100_000).await;
    app.refunded(&shop, &paid, 10_000).await;
    app.paid(&shop, &mandate, 19_001).await;
    let canceled = app.ordered(&shop, &mandate, 1_000).await;
    let cancellation = shop
        .api
        .post(&format!("/payments/{canceled}/cancellation"), "", &json!({}))
        .await;
    cancellation.expect(200);
    assert_eq!(app.verify().await.findings, []);
    (app, shop, paid)
}

impl TestApp {
    /// Runs SQL in which `{id}` stands for the transfer, behind the back of the program.
    async fn damage(&self, sql: &str, shown: &str) {
        let id = Prefix::Payment.parse(shown).or(Prefix::Refund.parse(shown)).unwrap();
        let sql = sql.replace("{id}", &format!("X'{}'", hex::encode(id.as_bytes())));
        let changed = self.sql(&sql).await;
        assert_ne!(changed, 0, "nothing was damaged");
    }

    async fn refund_of(&self, payment: &str) -> String {
        let id = TransferId(Prefix::Payment.parse(payment).unwrap());
        let transfers = self.every_transfer().await;
        let refund = transfers.iter().find(|transfer| transfer.payment_id == Some(id));
        Prefix::Refund.show(refund.unwrap().id.0)
    }
}

fn found(of: &str, flaws: &[Flaw]) -> Vec<Finding> {
    let of = of.to_owned();
    flaws
        .iter()
        .map(|flaw| Finding {
            of: of.clone(),
            flaw: flaw.clone(),
        })
        .collect()
}

/// Damages a fresh app's refunded payment, and expects exactly this.
async fn expect(sql: &str, flaws: &[Flaw]) {
    let (app, _shop, paid) = books().await;
    app.damage(sql, &paid).await;
    assert_eq!(app.verify().await.findings, found(&paid, flaws), "{sql}");
}

#[tokio::test]
async fn an_amount_that_was_changed_breaks_the_chain_at_its_first_event_and_the_comparison_with_the_bank() {
    let flaws = [
        Flaw::HashDiffers { version: 1 },
        Flaw::BankMovedOther { moved_won: 100_000 },
    ];
    expect("UPDATE transfers SET amount_won = 200000 WHERE id = {id}", &flaws).await;
}

#[tokio::test]
async fn a_detail_or_a_time_that_was_changed_shows_at_its_event_alone() {
    let flaw = Flaw::HashDiffers { version: 3 };
    let detail = "UPDATE transfer_events SET detail = '{}' WHERE transfer_id = {id} AND version = 3";
    expect(detail, std::slice::from_ref(&flaw)).await;
    let actor = "UPDATE transfer_events SET actor = 'staff' WHERE transfer_id = {id} AND version = 3";
    expect(actor, &[flaw]).await;
    let time = "UPDATE transfer_events SET at = '2020-01-01 00:00:00.000000' WHERE transfer_id = {id} AND version = 3";
    let flaws = [Flaw::HashDiffers { version: 3 }, Flaw::TimeGoesBack { version: 3 }];
    expect(time, &flaws).await;
}

#[tokio::test]
async fn an_event_that_was_taken_out_is_missed() {
    let middle = "DELETE FROM transfer_events WHERE transfer_id = {id} AND version = 2";
    let flaw = Flaw::VersionGap {
        expected: 2,
        found: Some(3),
    };
    expect(middle, &[flaw]).await;
    let last = "DELETE FROM transfer_events WHERE transfer_id = {id} AND version = 5";
    expect(last, &[Flaw::VersionDiffers { row: 5, event: 4 }]).await;
    let all = "DELETE FROM transfer_events WHERE transfer_id = {id}";
    expect(
        all,
        &[Flaw::VersionGap {
            expected: 1,
            found: None,
        }],
    )
    .await;
}

#[tokio::test]
async fn two_events_that_changed_places_show() {
    let (app, _shop, paid) = books().await;
    for (from, to) in [(2, 99), (3, 2), (99, 3)] {
        let sql = format!("UPDATE transfer_events SET version = {to} WHERE transfer_id = {{id}} AND version = {from}");
        app.damage(&sql, &paid).await;
    }
    let findings = app.verify().await.findings;
    assert!(
        findings.contains(&Finding {
            of: paid.clone(),
            flaw: Flaw::HashDiffers { version: 2 }
        }),
        "{findings:?}"
    );
    let way = Flaw::WayNotAllowed {
        version: 2,
        from: TransferState::Queued,
        to: TransferState::Succeeded,
    };
    assert!(findings.contains(&Finding { of: paid, flaw: way }), "{findings:?}");
}

#[tokio::test]
async fn a_row_that_was_changed_without_an_event_shows() {
    let (row, event) = (TransferState::Failed, TransferState::Succeeded);
    let (app, _shop, paid) = books().await;
    app.damage(
        "UPDATE transfers SET state = 'failed', failure_code = 'not_sent' WHERE id = {id}",
        &paid,
    )
    .await;
    let mut expected = found(&paid, &[Flaw::RowDiffers { row, event }]);
    expected.extend(found(&app.refund_of(&paid).await, &[Flaw::RefundOfOther]));
    expected.extend(found(
        &paid,
        &[Flaw::BankMovedAnyway {
            state: row,
            moved_won: 100_000,
        }],
    ));
    assert_eq!(app.verify().await.findings, expected);

    let lease = "UPDATE transfers SET lease_until = created_at WHERE id = {id}";
    expect(lease, &[Flaw::RowIncomplete { column: "lease_until" }]).await;
    let head = "UPDATE transfers SET history_hash = 'x' WHERE id = {id}";
    expect(head, &[Flaw::HeadDiffers]).await;
}

#[tokio::test]
async fn sums_that_are_not_those_of_the_refunds_show() {
    let (row_won, refunds_won) = (12_000, 10_000);
    let more = Flaw::RefundsDiffer {
        column: "refunded_won",
        row_won,
        refunds_won,
    };
    expect("UPDATE transfers SET refunded_won = 12000 WHERE id = {id}", &[more]).await;
    let reserved = Flaw::RefundsDiffer {
        column: "refund_reserved_won",
        row_won: 5_000,
        refunds_won: 0,
    };
    expect(
        "UPDATE transfers SET refund_reserved_won = 5000 WHERE id = {id}",
        &[reserved],
    )
    .await;
}

#[tokio::test]
async fn a_second_call_that_moves_money_and_a_trace_number_that_is_not_its_calls_show() {
    let second = "INSERT INTO bank_calls (id, transfer_id, account_id, operation, trace_number, trace_date, attempt, started_at)
        SELECT X'00000000000000000000000000000001', transfer_id, account_id, operation, trace_number, trace_date, 2, started_at
        FROM bank_calls WHERE transfer_id = {id} AND operation = 'withdraw'";
    expect(second, &[Flaw::MoneyCalls { expected: 1, found: 2 }]).await;
    let none = "DELETE FROM bank_calls WHERE transfer_id = {id}";
    let (app, _shop, paid) = books().await;
    app.damage(none, &paid).await;
    let trace = app.every_transfer().await[0].trace_number.clone().unwrap();
    let mut expected = found(&paid, &[Flaw::MoneyCalls { expected: 1, found: 0 }]);
    expected.extend(found(&trace, &[Flaw::BankMovedUnasked { moved_won: 100_000 }]));
    assert_eq!(app.verify().await.findings, expected);
    let day = "UPDATE bank_calls SET trace_date = '20200101' WHERE transfer_id = {id}";
    expect(day, &[Flaw::TraceDiffers]).await;
}

#[tokio::test]
async fn a_key_that_is_gone_or_leads_elsewhere_shows() {
    expect(
        "DELETE FROM idempotency_keys WHERE transfer_id = {id}",
        &[Flaw::KeyMissing],
    )
    .await;
    let operation = "UPDATE idempotency_keys SET operation = 'create_refund' WHERE transfer_id = {id}";
    expect(operation, &[Flaw::KeyOfOther]).await;
}

#[tokio::test]
async fn what_the_bank_moved_otherwise_or_took_back_shows() {
    let (app, shop, _paid) = books().await;
    let mandates = shop.api.get("/mandates").await.json();
    let mandate = mandates["data"][0]["id"].as_str().unwrap().to_owned();
    let taken_back = app.paid(&shop, &mandate, 19_071).await;
    assert_eq!(app.verify().await.findings, []);
    app.bank_post("/_sim/clock", json!({ "advance_seconds": 601 })).await;
    assert_eq!(
        app.verify().await.findings,
        found(&taken_back, &[Flaw::BankTookBack { moved_won: 19_071 }])
    );

    app.bank_post("/_sim/reset", json!({})).await;
    let nothing: Vec<_> = app
        .verify()
        .await
        .findings
        .into_iter()
        .map(|finding| finding.flaw)
        .collect();
    assert_eq!(
        nothing,
        [Flaw::BankMovedNothing, Flaw::BankMovedNothing, Flaw::BankMovedNothing]
    );
}
