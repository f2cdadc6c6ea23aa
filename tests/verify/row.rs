//! A row that was changed without an event shows, column by column.

use naru::models::kinds::TransferState;
use naru::verify::Flaw;

use super::damage::{books, expect, literal};

#[tokio::test]
async fn a_state_that_was_changed_without_an_event_shows_on_every_side() {
    let (row, event) = (TransferState::Failed, TransferState::Succeeded);
    let books = books().await;
    books
        .damage("UPDATE transfers SET state = 'failed', failure_code = 'not_sent' WHERE id = {paid}")
        .await;
    let of_payment = [
        Flaw::RowDiffers { row, event },
        Flaw::AnswerDiffers {
            state: row,
            answered: "succeeded".to_owned(),
        },
        Flaw::BankMovedAnyway {
            state: row,
            moved_won: 100_000,
        },
    ];
    books
        .expect(&[(&books.paid, &of_payment), (&books.refund, &[Flaw::RefundOfOther])])
        .await;
}

#[tokio::test]
async fn a_head_or_a_version_that_was_changed_shows() {
    expect(
        "UPDATE transfers SET history_hash = 'x' WHERE id = {paid}",
        &[Flaw::HeadDiffers],
    )
    .await;
    let flaw = Flaw::VersionDiffers { row: 6, event: 5 };
    expect("UPDATE transfers SET version = 6 WHERE id = {paid}", &[flaw]).await;
}

#[tokio::test]
async fn a_column_that_does_not_fit_its_state_or_its_events_shows() {
    let books = books().await;
    for (column, damage) in [
        ("open_order_key", "'x'"),
        ("lease_until", "created_at"),
        ("next_check_at", "created_at"),
        ("failure_code", "'not_sent'"),
        ("updated_at", "created_at"),
        ("settled_at", "NULL"),
        ("settled_at", "created_at"),
        ("executed_at", "NULL"),
        ("executed_at", "created_at"),
        ("trace_at", "created_at"),
    ] {
        let row = books.app.row(&books.paid).await;
        books
            .damage(&format!("UPDATE transfers SET {column} = {damage} WHERE id = {{paid}}"))
            .await;
        books.expect(&[(&books.paid, &[Flaw::ColumnDiffers { column }])]).await;
        books.restore(row).await;
        books.expect(&[]).await;
    }
}

#[tokio::test]
async fn a_trace_number_that_was_changed_is_not_that_of_its_claim_nor_of_its_call() {
    let flaws = [
        Flaw::ColumnDiffers { column: "trace_number" },
        Flaw::TraceDiffers,
        Flaw::BankMovedNothing,
    ];
    expect(
        "UPDATE transfers SET trace_number = 'x&after=1' WHERE id = {paid}",
        &flaws,
    )
    .await;
}

#[tokio::test]
async fn what_is_in_hand_needs_a_lease_and_what_is_unknown_a_next_look() {
    let books = books().await;
    let in_hand = books.app.abandoned(&books.shop, &books.mandate).await;
    books.expect(&[]).await;
    let id = literal(&in_hand);
    books
        .damage(&format!("UPDATE transfers SET lease_until = NULL WHERE id = {id}"))
        .await;
    let lease = Flaw::ColumnDiffers { column: "lease_until" };
    books.expect(&[(&in_hand, &[lease])]).await;

    books
        .damage(&format!(
            "UPDATE transfers SET lease_until = created_at WHERE id = {id}"
        ))
        .await;
    let row = books.app.row(&in_hand).await;
    let declared = naru::transfers::abandoned::declare_unknown_if_due(&books.app.services, &row).await;
    assert!(declared.unwrap());
    books.expect(&[]).await;
    books
        .damage(&format!("UPDATE transfers SET next_check_at = NULL WHERE id = {id}"))
        .await;
    let look = Flaw::ColumnDiffers {
        column: "next_check_at",
    };
    books.expect(&[(&in_hand, &[look])]).await;
}

#[tokio::test]
async fn an_order_that_is_under_way_is_held() {
    let books = books().await;
    let queued = books.app.ordered(&books.shop, &books.mandate, 2_000).await;
    books.expect(&[]).await;
    let free = format!(
        "UPDATE transfers SET open_order_key = NULL WHERE id = {}",
        literal(&queued)
    );
    books.damage(&free).await;
    let order = Flaw::ColumnDiffers {
        column: "open_order_key",
    };
    books.expect(&[(&queued, &[order])]).await;
}
