//! The modes: for everything, an operation, an API or one account.

use std::time::Duration;

use naru::bank::{Bank, Outcome, Proof, RefusalKind, TransferResult, UnknownReason};
use serde_json::json;

use super::{Bench, WAYS, Way, new_call, succeeded};
use crate::bank::refusal;

#[tokio::test]
async fn a_hanging_bank_does_nothing_and_changing_the_mode_helps_new_calls() {
    let bench = Bench::start().await;
    let customer = bench.link("3020000000401").await;
    let before = bench.balance_won(&customer).await;
    bench.set_mode(json!({"operation": "withdraw", "mode": "hang"})).await;
    let call = new_call();
    let order = (1_000, "HANGS");
    let hung = bench
        .transfer(&bench.hasty, Way::Withdrawal, &call, &customer, order)
        .await;
    assert_eq!(hung.0, Outcome::Unknown(UnknownReason::TimedOut));
    assert_eq!(bench.balance_won(&customer).await, before);
    let found = bench.inquire(Way::Withdrawal, &call, &customer, 1_000).await;
    assert_eq!(found, Outcome::Succeeded(TransferResult::NoSuchTransaction));
    bench.set_mode(json!({"operation": "withdraw", "mode": "ok"})).await;
    succeeded(bench.withdraw(&customer, 1_000, "GOES").await);
    bench.stop().await;
}

#[tokio::test]
async fn a_refusing_bank_moves_nothing_and_remembers_that() {
    let bench = Bench::start().await;
    let customer = bench.link("3020000000402").await;
    let before = bench.balance_won(&customer).await;
    bench.set_mode(json!({"operation": "withdraw", "mode": "refuse"})).await;
    bench.set_mode(json!({"operation": "deposit", "mode": "refuse"})).await;
    for way in WAYS {
        let call = new_call();
        let refused = bench
            .transfer(&bench.patient, way, &call, &customer, (1_000, "NO"))
            .await;
        assert_eq!(refused.0, refusal("ZZ001", RefusalKind::AccountUnusable));
        let found = succeeded(bench.inquire(way, &call, &customer, 1_000).await);
        assert!(matches!(found, TransferResult::Refused(_)), "{found:?}");
    }
    assert_eq!(bench.balance_won(&customer).await, before);
    bench.stop().await;
}

#[tokio::test]
async fn a_slow_bank_does_it_and_answers_later() {
    let bench = Bench::start().await;
    let customer = bench.link("3020000000403").await;
    let mode = json!({"operation": "DrawingTransfer", "mode": "slow", "ms": 200});
    bench.set_mode(mode).await;
    let asked = tokio::time::Instant::now();
    succeeded(bench.withdraw(&customer, 1_000, "SLOW").await);
    assert!(asked.elapsed() >= Duration::from_millis(200));
    bench.stop().await;
}

#[tokio::test]
async fn a_bank_that_is_down_closes_every_connection() {
    let bench = Bench::start().await;
    let customer = bench.link("3020000000404").await;
    bench.set_mode(json!({"operation": "all", "mode": "down"})).await;
    let outcome = bench.withdraw(&customer, 1_000, "DOWN").await;
    assert_eq!(outcome, Outcome::Unknown(UnknownReason::ConnectionLost));
    assert_eq!(outcome.proof(), Proof::MaybeSent);
    let balance = bench.patient.balance(&new_call(), &customer.fin_account).await.outcome;
    assert_eq!(balance, Outcome::Unknown(UnknownReason::ConnectionLost));
    bench.set_mode(json!({"operation": "all", "mode": "ok"})).await;
    assert_eq!(bench.get("/_sim/summary").await["withdrawals"], 0);
    bench.balance_won(&customer).await;
    bench.stop().await;
}

#[tokio::test]
async fn one_account_of_five_hangs_alone_by_either_of_its_numbers() {
    let bench = Bench::start().await;
    let mut customers = Vec::new();
    for number in 411..416 {
        customers.push(bench.link(&format!("3020000000{number}")).await);
    }
    let by_account = customers[1].at_bank.account.as_str();
    let by_fin_account = customers[3].fin_account.as_str();
    for account in [by_account, by_fin_account] {
        let mode = json!({"operation": "balance", "mode": "hang", "account": account});
        bench.set_mode(mode).await;
    }
    for (index, customer) in customers.iter().enumerate() {
        let outcome = bench.hasty.balance(&new_call(), &customer.fin_account).await.outcome;
        let hangs = matches!(outcome, Outcome::Unknown(UnknownReason::TimedOut));
        assert_eq!(hangs, index == 1 || index == 3, "{index}: {outcome:?}");
    }
    bench.stop().await;
}
