//! What was changed, taken out, put in or moved in a history shows; a chain that was written anew shows in the digest.

use naru::models::kinds::{EventType, TransferState};
use naru::models::transfer_events;
use naru::transfers::{chain, timeline};
use naru::verify::Flaw;

use super::damage::{Books, books, expect, found};
use super::transfer_id;

#[tokio::test]
async fn an_amount_that_was_changed_breaks_the_chain_at_its_first_event_and_the_comparison_with_the_bank() {
    let moved = Flaw::BankMovedOther {
        moved_won: 100_000,
        direction: "out".to_owned(),
    };
    let flaws = [Flaw::HashDiffers { version: 1 }, moved];
    expect("UPDATE transfers SET amount_won = 200000 WHERE id = {paid}", &flaws).await;
}

#[tokio::test]
async fn every_fact_of_a_transfer_that_was_changed_breaks_its_chain() {
    let books = books().await;
    for change in [
        "description = 'x'",
        "metadata = '{}'",
        "short_code = 'x'",
        "mode = 'live'",
        "mandate_id = NULL",
        "created_at = '2020-01-01 00:00:00.000000'",
        "expires_at = '2020-01-01 00:00:00.000000'",
    ] {
        let before = books.app.row(&books.paid).await;
        books
            .damage(&format!("UPDATE transfers SET {change} WHERE id = {{paid}}"))
            .await;
        let findings = books.app.verify().await.findings;
        let mut flaws = vec![Flaw::HashDiffers { version: 1 }];
        if change == "mandate_id = NULL" {
            // As if a member had confirmed it at a checkout: but its key is of the partner's call.
            flaws.push(Flaw::KeyOfOther);
        }
        let changed = found(&books.paid, &flaws);
        let of_payment: Vec<_> = findings
            .into_iter()
            .filter(|finding| finding.of == books.paid)
            .collect();
        assert_eq!(of_payment, changed, "{change}");
        books.restore(before).await;
        books.expect(&[]).await;
    }
}

#[tokio::test]
async fn a_detail_an_actor_or_a_time_that_was_changed_shows_at_its_event() {
    let changed = Flaw::HashDiffers { version: 3 };
    let of_event =
        |change: &str| format!("UPDATE transfer_events SET {change} WHERE transfer_id = {{paid}} AND version = 3");
    expect(&of_event("detail = '{}'"), std::slice::from_ref(&changed)).await;
    expect(&of_event("actor = 'staff'"), std::slice::from_ref(&changed)).await;
    let flaws = [
        changed.clone(),
        Flaw::TimeGoesBack { version: 3 },
        Flaw::ColumnDiffers { column: "settled_at" },
    ];
    expect(&of_event("at = '2020-01-01 00:00:00.000000'"), &flaws).await;
    let flaws = [changed, Flaw::PreviousStateDiffers { version: 3 }];
    expect(&of_event("previous_state = 'unknown'"), &flaws).await;
}

#[tokio::test]
async fn an_event_that_was_taken_out_is_missed() {
    let books = books().await;
    books
        .damage("DELETE FROM transfer_events WHERE transfer_id = {paid} AND version = 5")
        .await;
    let cut = Flaw::VersionDiffers { row: 5, event: 4 };
    books.expect(&[(&books.paid, &[cut])]).await;
    books
        .damage("DELETE FROM transfer_events WHERE transfer_id = {paid} AND version = 2")
        .await;
    let gap = Flaw::VersionGap {
        expected: 2,
        found: Some(3),
    };
    let findings = books.app.verify().await.findings;
    assert!(findings.starts_with(&found(&books.paid, &[gap])), "{findings:?}");
    books
        .damage("DELETE FROM transfer_events WHERE transfer_id = {paid}")
        .await;
    let all = Flaw::VersionGap {
        expected: 1,
        found: None,
    };
    books.expect(&[(&books.paid, &[all])]).await;
}

#[tokio::test]
async fn an_event_that_was_taken_out_of_the_middle_is_missed_and_nothing_else_is_said() {
    let gap = Flaw::VersionGap {
        expected: 2,
        found: Some(3),
    };
    expect(
        "DELETE FROM transfer_events WHERE transfer_id = {paid} AND version = 2",
        &[gap],
    )
    .await;
}

#[tokio::test]
async fn two_events_that_changed_places_show() {
    let books = books().await;
    for (from, to) in [(2, 99), (3, 2), (99, 3)] {
        books
            .damage(&format!(
                "UPDATE transfer_events SET version = {to} WHERE transfer_id = {{paid}} AND version = {from}"
            ))
            .await;
    }
    let findings = books.app.verify().await.findings;
    let way = Flaw::WayNotAllowed {
        version: 2,
        event: EventType::Succeeded,
        from: Some(TransferState::Queued),
        to: TransferState::Succeeded,
    };
    let expected = [
        Flaw::HashDiffers { version: 2 },
        Flaw::PreviousStateDiffers { version: 2 },
        way,
        Flaw::HashDiffers { version: 3 },
    ];
    assert!(findings.starts_with(&found(&books.paid, &expected)), "{findings:?}");
    assert!(findings.iter().all(|finding| finding.of == books.paid), "{findings:?}");
}

#[tokio::test]
async fn a_chain_that_was_written_anew_shows_in_the_digest_that_was_noted() {
    let books = books().await;
    let noted = books.app.verify().await;
    let events = timeline::events(books.app.services.db.read(), transfer_id(&books.paid))
        .await
        .unwrap();
    books
        .damage("UPDATE transfer_events SET actor = 'staff' WHERE transfer_id = {paid} AND version = 3")
        .await;
    let mut changed = events;
    changed[2].actor = naru::models::kinds::Actor::Staff;
    write_anew(&books, changed).await;
    let report = books.app.verify().await;
    assert_eq!(report.findings, [], "whoever writes all of it leaves no trace in it");
    assert_ne!(report.digest, noted.digest);
}

#[tokio::test]
async fn a_chain_that_was_written_anew_must_still_tell_of_ways_that_exist() {
    let books = books().await;
    let events = timeline::events(books.app.services.db.read(), transfer_id(&books.canceled))
        .await
        .unwrap();
    books
        .damage("UPDATE transfer_events SET event_type = 'expired' WHERE transfer_id = {canceled} AND version = 2")
        .await;
    let mut changed = events;
    changed[1].event_type = EventType::Expired;
    write_anew(&books, changed).await;
    let way = Flaw::WayNotAllowed {
        version: 2,
        event: EventType::Expired,
        from: Some(TransferState::Queued),
        to: TransferState::Canceled,
    };
    books.expect(&[(&books.canceled, &[way])]).await;
}

/// What one who knows the code and may write the database would do.
async fn write_anew(books: &Books, events: Vec<transfer_events::Model>) {
    let id = events[0].transfer_id;
    let row = naru::transfers::state::load(books.app.services.db.read(), id)
        .await
        .unwrap();
    let mut head = chain::root(&row);
    let transfer = format!("X'{}'", hex::encode(id.0.as_bytes()));
    for event in events {
        head = chain::next(&head, &event);
        let sql = format!(
            "UPDATE transfer_events SET hash = '{head}' WHERE transfer_id = {transfer} AND version = {}",
            event.version
        );
        books.app.sql(&sql).await;
    }
    let sql = format!("UPDATE transfers SET history_hash = '{head}' WHERE id = {transfer}");
    books.app.sql(&sql).await;
}
