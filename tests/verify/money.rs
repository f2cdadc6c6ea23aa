//! Sums, calls to the bank and keys that do not belong together show.

use naru::models::kinds::TransferState;
use naru::transfers::inquire;
use naru::verify::{Finding, Flaw};

use super::damage::{books, expect, literal};

fn differ(column: &'static str, row_won: i64, refunds_won: i64) -> Flaw {
    Flaw::RefundsDiffer {
        column,
        row_won,
        refunds_won,
    }
}

fn not_told(column: &'static str, row_won: i64, told_won: i64) -> Flaw {
    Flaw::RefundsNotTold {
        column,
        row_won,
        told_won,
    }
}

/// A copy of the payment's withdrawal in the journal, as another attempt.
const SECOND_WITHDRAWAL: &str = "INSERT INTO bank_calls
    (id, transfer_id, account_id, operation, trace_number, trace_date, attempt, started_at)
    SELECT X'00000000000000000000000000000001', {of}, account_id, operation, trace_number, trace_date, 2, started_at
    FROM bank_calls WHERE transfer_id = {paid}";

#[tokio::test]
async fn sums_that_are_not_those_of_the_refunds_show() {
    let column = "refunded_won";
    let flaws = [differ(column, 12_000, 10_000), not_told(column, 12_000, 10_000)];
    expect("UPDATE transfers SET refunded_won = 12000 WHERE id = {paid}", &flaws).await;
    let column = "refund_reserved_won";
    let flaws = [differ(column, 5_000, 0), not_told(column, 5_000, 0)];
    expect(
        "UPDATE transfers SET refund_reserved_won = 5000 WHERE id = {paid}",
        &flaws,
    )
    .await;
}

#[tokio::test]
async fn more_given_back_than_was_paid_shows_even_past_the_databases_own_check() {
    let books = books().await;
    books
        .damage_past_checks("UPDATE transfers SET refunded_won = 100001 WHERE id = {paid}")
        .await;
    let flaws = [
        differ("refunded_won", 100_001, 10_000),
        not_told("refunded_won", 100_001, 10_000),
        Flaw::RefundsExceedPayment { held_won: 100_001 },
    ];
    books.expect(&[(&books.paid, &flaws)]).await;
}

#[tokio::test]
async fn a_refund_that_was_taken_away_with_all_its_traces_is_still_told_of_by_its_payment_and_by_the_bank() {
    let books = books().await;
    let trace = books.app.row(&books.refund).await.trace_number.unwrap();
    books
        .damage("UPDATE transfers SET refunded_won = 0 WHERE id = {paid}")
        .await;
    for (table, column) in [
        ("transfers", "id"),
        ("transfer_events", "transfer_id"),
        ("bank_calls", "transfer_id"),
        ("idempotency_keys", "transfer_id"),
    ] {
        books
            .damage(&format!("DELETE FROM {table} WHERE {column} = {{refund}}"))
            .await;
    }
    let told = not_told("refunded_won", 0, 10_000);
    let unasked = Flaw::BankMovedUnasked {
        moved_won: 10_000,
        direction: "in".to_owned(),
    };
    books.expect(&[(&books.paid, &[told]), (&trace, &[unasked])]).await;
}

#[tokio::test]
async fn a_refund_of_another_payment_or_of_none_shows() {
    let books = books().await;
    books
        .damage("UPDATE transfers SET member_id = X'00000000000000000000000000000001' WHERE id = {refund}")
        .await;
    let changed = Flaw::HashDiffers { version: 1 };
    books
        .expect(&[(&books.refund, &[changed.clone(), Flaw::RefundOfOther])])
        .await;

    books
        .damage("UPDATE transfers SET payment_id = {canceled} WHERE id = {refund}")
        .await;
    let gone = differ("refunded_won", 10_000, 0);
    let held = differ("refunded_won", 0, 10_000);
    books
        .expect(&[
            (&books.paid, std::slice::from_ref(&gone)),
            (&books.refund, &[changed.clone(), Flaw::RefundOfOther]),
            (&books.canceled, &[held]),
        ])
        .await;

    let nothing = "UPDATE transfers SET payment_id = X'00000000000000000000000000000001' WHERE id = {refund}";
    books.damage(nothing).await;
    books
        .expect(&[
            (&books.paid, &[gone]),
            (&books.refund, &[changed, Flaw::RefundOfNothing]),
        ])
        .await;
}

#[tokio::test]
async fn a_second_call_that_moves_money_shows() {
    let again = SECOND_WITHDRAWAL.replace("{of}", "transfer_id");
    expect(&again, &[Flaw::MoneyCalls { expected: 1, found: 2 }]).await;
}

#[tokio::test]
async fn a_call_for_what_was_never_claimed_shows() {
    let books = books().await;
    books.damage(&SECOND_WITHDRAWAL.replace("{of}", "{canceled}")).await;
    let flaws = [Flaw::MoneyCalls { expected: 0, found: 1 }, Flaw::TraceDiffers];
    books.expect(&[(&books.canceled, &flaws)]).await;
}

#[tokio::test]
async fn a_claim_without_its_call_shows_and_what_the_bank_moved_was_asked_by_nobody() {
    let books = books().await;
    let trace = books.app.row(&books.paid).await.trace_number.unwrap();
    books.damage("DELETE FROM bank_calls WHERE transfer_id = {paid}").await;
    let unasked = Flaw::BankMovedUnasked {
        moved_won: 100_000,
        direction: "out".to_owned(),
    };
    let none = Flaw::MoneyCalls { expected: 1, found: 0 };
    books.expect(&[(&books.paid, &[none]), (&trace, &[unasked])]).await;
}

#[tokio::test]
async fn a_call_the_other_way_or_at_another_account_shows() {
    let other = |operation: &str| Flaw::CallOfOther {
        operation: operation.to_owned(),
    };
    let way = "UPDATE bank_calls SET operation = 'deposit' WHERE transfer_id = {paid}";
    expect(way, &[other("deposit")]).await;
    let account = "UPDATE bank_calls SET account_id = NULL WHERE transfer_id = {paid}";
    expect(account, &[other("withdraw")]).await;
}

#[tokio::test]
async fn a_call_of_another_day_is_not_the_one_that_the_bank_performed() {
    let books = books().await;
    let trace = books.app.row(&books.paid).await.trace_number.unwrap();
    books
        .damage("UPDATE bank_calls SET trace_date = '20200101' WHERE transfer_id = {paid}")
        .await;
    let unasked = Flaw::BankMovedUnasked {
        moved_won: 100_000,
        direction: "out".to_owned(),
    };
    books
        .expect(&[(&books.paid, &[Flaw::TraceDiffers]), (&trace, &[unasked])])
        .await;
}

#[tokio::test]
async fn an_inquiry_under_the_trace_number_of_the_withdrawal_shows() {
    let books = books().await;
    let unknown = books.app.paid(&books.shop, &books.mandate, 19_041).await;
    books.app.clock.advance(chrono::TimeDelta::minutes(1));
    inquire::inquire(&books.app.services, super::transfer_id(&unknown))
        .await
        .unwrap();
    books.expect(&[]).await;
    let trace = books.app.row(&unknown).await.trace_number.unwrap();
    books
        .damage(&format!(
            "UPDATE bank_calls SET trace_number = '{trace}', attempt = 2
             WHERE operation = 'inquire' AND transfer_id = {}",
            literal(&unknown)
        ))
        .await;
    books.expect(&[(&unknown, &[Flaw::TraceUsedTwice])]).await;
}

#[tokio::test]
async fn a_success_needs_an_answer_that_says_so() {
    let state = TransferState::Succeeded;
    let contrary = Flaw::AnswerDiffers {
        state,
        answered: "refused".to_owned(),
    };
    let refused = "UPDATE bank_calls SET outcome = 'refused' WHERE transfer_id = {paid}";
    expect(refused, &[contrary]).await;
    let silent = "UPDATE bank_calls SET outcome = NULL WHERE transfer_id = {paid}";
    expect(silent, &[Flaw::NoEvidence { state }]).await;
}

#[tokio::test]
async fn a_failure_needs_an_answer_that_says_so() {
    let books = books().await;
    let refused = books.app.paid(&books.shop, &books.mandate, 29_002).await;
    let id = literal(&refused);
    books
        .damage(&format!(
            "UPDATE bank_calls SET outcome = 'unknown' WHERE transfer_id = {id}"
        ))
        .await;
    let state = TransferState::Failed;
    books.expect(&[(&refused, &[Flaw::NoEvidence { state }])]).await;
}

#[tokio::test]
async fn a_key_that_is_gone_there_twice_or_somebody_elses_shows() {
    let gone = "DELETE FROM idempotency_keys WHERE transfer_id = {paid}";
    expect(gone, &[Flaw::KeyCount { found: 0, expected: 1 }]).await;
    let twice = "INSERT INTO idempotency_keys
        (id, partner_id, operation, idempotency_key, fingerprint, transfer_id, status, body, created_at)
        SELECT X'00000000000000000000000000000001', partner_id, operation, 'x', fingerprint, transfer_id, status, body, created_at
        FROM idempotency_keys WHERE transfer_id = {paid}";
    expect(twice, &[Flaw::KeyCount { found: 2, expected: 1 }]).await;
    for other in [
        "operation = 'create_refund'",
        "partner_id = X'00000000000000000000000000000001'",
    ] {
        let sql = format!("UPDATE idempotency_keys SET {other} WHERE transfer_id = {{paid}}");
        expect(&sql, &[Flaw::KeyOfOther]).await;
    }
}

#[tokio::test]
async fn what_is_left_of_a_transfer_that_was_taken_away_shows() {
    let books = books().await;
    let transfer = super::transfer_id(&books.refund).0.simple().to_string();
    books.damage("DELETE FROM transfers WHERE id = {refund}").await;
    let findings = books.app.verify().await.findings;
    let (of_payment, left) = findings.split_at(1);
    assert_eq!(of_payment[0].flaw, differ("refunded_won", 10_000, 0));
    let is_left = |finding: &Finding| {
        finding.flaw
            == Flaw::Orphan {
                transfer: transfer.clone(),
            }
    };
    assert!(left.iter().all(is_left), "{left:?}");
    let kinds: Vec<&str> = left.iter().map(|finding| &finding.of[..4]).collect();
    assert_eq!(kinds, ["evt_", "evt_", "evt_", "call", "key_"]);
}
