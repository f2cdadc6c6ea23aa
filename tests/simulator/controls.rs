//! The control calls themselves: there only when asked for, strict in what they take, true in what they tell.

use serde_json::json;

use super::{Bench, Way, new_call, new_folder, succeeded};

#[tokio::test]
async fn without_control_there_are_no_control_calls() {
    let bench = Bench::open(new_folder(), false).await;
    for path in ["summary", "calls", "accounts"] {
        let answer = bench.http.get(format!("{}/_sim/{path}", bench.simulator.url())).send();
        assert_eq!(answer.await.unwrap().status(), 404, "{path}");
    }
    for path in ["mode", "clock", "reset", "accounts"] {
        let (status, _) = bench.post(&format!("/_sim/{path}"), json!({})).await;
        assert_eq!(status, 404, "{path}");
    }
    bench.link("3020000000501").await;
    bench.stop().await;
}

#[tokio::test]
async fn bad_control_input_is_refused_with_a_reason() {
    let bench = Bench::start().await;
    for (path, body) in [
        ("mode", json!({"operation": "rob", "mode": "ok"})),
        ("mode", json!({"operation": "all", "mode": "asleep"})),
        ("mode", json!({"operation": "all", "mode": "slow"})),
        ("mode", json!({"operation": "all", "mode": "hang", "ms": 5})),
        ("mode", json!({"operation": "all"})),
        ("clock", json!({"advance_seconds": -1})),
        ("clock", json!({"advance_seconds": i64::MAX})),
        ("clock", json!({"advance_seconds": "1"})),
        ("accounts", json!({"account": "1", "balance_won": 5})),
        ("accounts", json!({"account": "1", "balance_won": -5})),
    ] {
        let (status, answer) = bench.post(&format!("/_sim/{path}"), body.clone()).await;
        assert_eq!(status, 422, "{path} {body}");
        let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
        assert!(!answer["reason"].as_str().unwrap().is_empty());
    }
    let answer = bench
        .http
        .get(format!("{}/_sim/calls?who=me", bench.simulator.url()))
        .send();
    assert_eq!(answer.await.unwrap().status(), 422);
    bench.stop().await;
}

#[tokio::test]
async fn calls_are_listed_by_trace_and_by_memo() {
    let bench = Bench::start().await;
    let customer = bench.link("3020000000502").await;
    let call = new_call();
    for _ in 0..2 {
        let order = (1_000, "NARU-7K2M");
        drop(
            bench
                .transfer(&bench.patient, Way::Withdrawal, &call, &customer, order)
                .await,
        );
    }
    succeeded(bench.withdraw(&customer, 2_000, "OTHER").await);
    let by_trace = bench
        .get(&format!("/_sim/calls?trace={}", call.trace_number.as_str()))
        .await;
    let by_memo = bench.get("/_sim/calls?memo=7K2M").await;
    assert_eq!(by_trace, by_memo);
    let calls = by_trace["data"].as_array().unwrap();
    assert_eq!(calls.len(), 2);
    assert_eq!(calls[0]["duplicate"], true);
    assert_eq!(calls[0]["answer"], "AC081");
    assert_eq!(calls[1]["duplicate"], false);
    assert_eq!(calls[1]["answer"], "00000");
    assert_eq!(calls[1]["amount"], 1_000);
    assert_eq!(calls[1]["moves_money"], true);
    bench.stop().await;
}

#[tokio::test]
async fn a_reset_empties_the_books_keeps_the_accounts_and_frees_the_modes() {
    let bench = Bench::start().await;
    let customer = bench.link("3020000000503").await;
    let first = bench.balance_won(&customer).await;
    succeeded(bench.withdraw(&customer, 1_000, "GONE").await);
    bench.set_mode(json!({"operation": "link", "mode": "refuse"})).await;
    bench.advance(3_600).await;
    let (status, _) = bench.post("/_sim/reset", json!({})).await;
    assert_eq!(status, 204);
    assert_eq!(bench.get("/_sim/calls").await, json!({"data": []}));
    assert_eq!(bench.balance_won(&customer).await, first);
    assert_eq!(bench.get("/_sim/summary").await["withdrawals"], 0);
    let again = bench.link("3020000000503").await;
    assert_eq!(again.fin_account, customer.fin_account);
    bench.stop().await;
}

#[tokio::test]
async fn a_balance_can_be_set_and_is_read_back() {
    let bench = Bench::start().await;
    let customer = bench.link("3020000000504").await;
    let body = json!({"account": "3020000000504", "balance_won": 42});
    assert_eq!(bench.post("/_sim/accounts", body).await.0, 204);
    assert_eq!(bench.balance_won(&customer).await, 42);
    let accounts = bench.get("/_sim/accounts").await;
    let account = &accounts["data"][0];
    assert_eq!(account["bank_code"], "011");
    assert_eq!(account["account"], "3020000000504");
    assert_eq!(account["fin_account"], customer.fin_account.as_str());
    assert_eq!(account["balance_won"], 42);
    bench.stop().await;
}
