//! The books: nothing moves twice, nothing is forgotten, nothing goes below zero, and a statement tells it all.

use chrono::TimeDelta;
use futures::future::join_all;
use naru::{
    bank::{Bank, Direction, NotSentReason, Outcome, Proof, RefusalKind, StatementQuery, TransferResult},
    money::Won,
};
use serde_json::json;

use super::{Bench, Customer, WAYS, Way, new_call, new_folder, succeeded};
use crate::bank::{refusal, says_unknown};

#[tokio::test]
async fn a_trace_number_is_performed_once_and_its_repeats_are_counted() {
    let bench = Bench::start().await;
    let customer = bench.link("3020000000201").await;
    for way in WAYS {
        let before = bench.balance_won(&customer).await;
        let call = new_call();
        let order = (5_000, "CODE-1");
        let first = bench.transfer(&bench.patient, way, &call, &customer, order).await.0;
        let second = bench.transfer(&bench.patient, way, &call, &customer, order).await.0;
        assert!(matches!(first, Outcome::Succeeded(_)), "{first:?}");
        assert_eq!(second, says_unknown("AC081"));
        assert_eq!((bench.balance_won(&customer).await - before).abs(), 5_000);
    }
    let summary = bench.get("/_sim/summary").await;
    assert_eq!(
        summary,
        json!({"withdrawals": 1, "deposits": 1, "withdrawn_won": 5_000, "deposited_won": 5_000,
               "max_calls_per_trace": 2, "duplicates": 0})
    );
    bench.stop().await;
}

#[tokio::test]
async fn one_payment_code_performed_twice_is_a_duplicate() {
    let bench = Bench::start().await;
    let customer = bench.link("3020000000202").await;
    for memo in ["CODE-A", "CODE-A", "CODE-B", "CODE-A"] {
        succeeded(bench.withdraw(&customer, 1_000, memo).await);
    }
    let summary = bench.get("/_sim/summary").await;
    assert_eq!(summary["duplicates"], 2);
    assert_eq!(summary["max_calls_per_trace"], 1);
    bench.stop().await;
}

#[tokio::test]
async fn fifty_withdrawals_at_once_never_take_more_than_there_is() {
    let bench = Bench::start().await;
    let customer = bench.link("3020000000203").await;
    let account = customer.at_bank.account.as_str();
    let (status, _) = bench
        .post("/_sim/accounts", json!({"account": account, "balance_won": 10_500}))
        .await;
    assert_eq!(status, 204);
    let outcomes = join_all((0..50).map(|_| bench.withdraw(&customer, 1_000, "RUSH"))).await;
    let moved = outcomes.iter().filter(|it| matches!(it, Outcome::Succeeded(_))).count();
    let refused = refusal("00133", RefusalKind::InsufficientBalance);
    assert_eq!(moved, 10);
    assert_eq!(outcomes.iter().filter(|it| **it == refused).count(), 40);
    assert_eq!(bench.balance_won(&customer).await, 500);
    bench.stop().await;
}

#[tokio::test]
async fn the_same_call_at_once_fifty_times_moves_once() {
    let bench = Bench::start().await;
    let customer = bench.link("3020000000204").await;
    let before = bench.balance_won(&customer).await;
    let call = new_call();
    let order = (1_000, "ONCE");
    let copies = (0..50).map(|_| bench.transfer(&bench.patient, Way::Withdrawal, &call, &customer, order));
    let outcomes = join_all(copies).await;
    let moved = outcomes
        .iter()
        .filter(|it| matches!(it.0, Outcome::Succeeded(_)))
        .count();
    assert_eq!(moved, 1);
    assert_eq!(bench.balance_won(&customer).await, before - 1_000);
    assert_eq!(bench.get("/_sim/summary").await["max_calls_per_trace"], 50);
    bench.stop().await;
}

#[tokio::test]
async fn the_books_survive_a_restart() {
    let bench = Bench::start().await;
    let customer = bench.link("3020000000205").await;
    let call = new_call();
    let order = (7_000, "KEPT");
    let moved = bench
        .transfer(&bench.patient, Way::Withdrawal, &call, &customer, order)
        .await;
    succeeded(moved.0);
    let pending = new_call();
    let order = (19_071, "TAKEN-BACK");
    let moved = bench
        .transfer(&bench.patient, Way::Withdrawal, &pending, &customer, order)
        .await;
    succeeded(moved.0);
    let balance = bench.balance_won(&customer).await;
    bench.advance(300).await;

    let bench = bench.restart().await;
    assert_eq!(bench.balance_won(&customer).await, balance);
    assert_eq!(bench.link("3020000000205").await.fin_account, customer.fin_account);
    let found = bench.inquire(Way::Withdrawal, &call, &customer, 7_000).await;
    assert!(
        matches!(found, Outcome::Succeeded(TransferResult::Moved { .. })),
        "{found:?}"
    );
    let again = bench
        .transfer(&bench.patient, Way::Withdrawal, &call, &customer, (7_000, "KEPT"))
        .await;
    assert_eq!(again.0, says_unknown("AC081"));
    // The clock was kept too: what is left of the ten minutes is less than five.
    bench.advance(301).await;
    assert_eq!(bench.balance_won(&customer).await, balance + 19_071);
    bench.stop().await;
}

#[tokio::test]
async fn an_inquiry_finds_nothing_unless_all_of_it_agrees() {
    let bench = Bench::start().await;
    let customer = bench.link("3020000000206").await;
    let other = bench.link("3020000000207").await;
    let call = new_call();
    let order = (3_000, "ASKED");
    let moved = bench
        .transfer(&bench.patient, Way::Withdrawal, &call, &customer, order)
        .await;
    succeeded(moved.0);
    let nothing = Outcome::Succeeded(TransferResult::NoSuchTransaction);
    assert_eq!(bench.inquire(Way::Withdrawal, &call, &customer, 3_001).await, nothing);
    assert_eq!(bench.inquire(Way::Withdrawal, &call, &other, 3_000).await, nothing);
    assert_eq!(bench.inquire(Way::Deposit, &call, &customer, 3_000).await, nothing);
    assert_eq!(
        bench.inquire(Way::Withdrawal, &new_call(), &customer, 3_000).await,
        nothing
    );
    let mut day_before = call.clone();
    day_before.at -= TimeDelta::days(1);
    assert_eq!(
        bench.inquire(Way::Withdrawal, &day_before, &customer, 3_000).await,
        nothing
    );
    bench.stop().await;
}

#[tokio::test]
async fn a_fin_account_that_was_never_issued_is_refused() {
    let bench = Bench::start().await;
    let mut stranger = bench.link("3020000000208").await;
    stranger.fin_account = naru::bank::FinAccountNumber::new("00820109000010000000000000001");
    let refused = bench.withdraw(&stranger, 1_000, "NOBODY").await;
    assert_eq!(refused, refusal("ZZ003", RefusalKind::FinAccountInvalid));
    bench.stop().await;
}

#[tokio::test]
async fn a_statement_tells_every_move_in_pages() {
    let bench = Bench::start().await;
    let customer = bench.link("3020000000209").await;
    let before = bench.balance_won(&customer).await;
    succeeded(bench.withdraw(&customer, 1_000, "나루 7K2M").await);
    let order = (2_000, "BACK");
    let refund = bench
        .transfer(&bench.patient, Way::Deposit, &new_call(), &customer, order)
        .await;
    succeeded(refund.0);
    succeeded(bench.withdraw(&customer, 19_071, "LAST").await);
    let refused = bench.withdraw(&customer, 19_001, "REFUSED").await;
    assert_eq!(refused.proof(), Proof::Answered);
    bench.advance(600).await;

    let (first, second) = (page(&bench, &customer, 1).await, page(&bench, &customer, 2).await);
    assert!(first.has_more && !second.has_more);
    let rows: Vec<_> = first.rows.into_iter().chain(second.rows).collect();
    let told: Vec<_> = rows
        .iter()
        .map(|row| {
            (
                row.direction,
                row.amount.get(),
                row.balance_after.get(),
                row.canceled,
                row.memo.as_str(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            (Direction::Out, 1_000, before - 1_000, false, "나루 7K2M"),
            (Direction::In, 2_000, before + 1_000, false, "BACK"),
            (Direction::Out, 19_071, before - 18_071, true, "LAST"),
        ]
    );
    bench.stop().await;
}

async fn page(bench: &Bench, customer: &Customer, page: u32) -> naru::bank::StatementPage {
    let today = new_call().date();
    let query = StatementQuery {
        of: customer.at_bank.clone(),
        from: today - TimeDelta::days(1),
        to: today + TimeDelta::days(1),
        page,
        per_page: 2,
        order: naru::bank::StatementOrder::OldestFirst,
    };
    succeeded(bench.patient.statement(&new_call(), &query).await.outcome)
}

#[tokio::test]
async fn stopping_is_quick_while_calls_hang() {
    let bench = Bench::start().await;
    let customer = bench.link("3020000000210").await;
    let hanging: Vec<_> = (0..10)
        .map(|_| {
            let (client, customer) = (bench.patient.clone(), customer.clone());
            tokio::spawn(async move {
                let request = naru::bank::Withdrawal {
                    fin_account: customer.fin_account,
                    amount: Won::new(19_021),
                    memo: "HANGS".to_owned(),
                };
                client.withdraw(&new_call(), &request).await.outcome
            })
        })
        .collect();
    bench.until_received("HANGS", 10).await;
    let patient = bench.patient.clone();
    let asked = tokio::time::Instant::now();
    bench.stop().await;
    assert!(
        asked.elapsed() < std::time::Duration::from_secs(2),
        "{:?}",
        asked.elapsed()
    );
    for call in hanging {
        assert_eq!(call.await.unwrap().proof(), Proof::MaybeSent);
    }
    let after = patient.balance(&new_call(), &customer.fin_account).await.outcome;
    assert_eq!(after, Outcome::NotSent(NotSentReason::ConnectFailed));
}

#[tokio::test]
async fn a_ledger_that_cannot_be_opened_is_an_error_at_start() {
    let folder = new_folder();
    std::fs::create_dir_all(folder.join("bank.sqlite")).unwrap();
    let options = naru::bank::simulator::SimulatorOptions {
        address: ([127, 0, 0, 1], 0).into(),
        ledger: folder.join("bank.sqlite"),
        control: false,
    };
    assert!(naru::bank::simulator::start(options).await.is_err());
    std::fs::remove_dir_all(folder).unwrap();
}
