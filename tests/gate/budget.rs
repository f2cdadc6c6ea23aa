//! A budget holds in any second, whatever waits.

use futures::future::join_all;
use naru::bank::{Bank, Call, FinAccountNumber, shares};
use naru::models::kinds::TransferState;
use serde_json::json;

use super::{arrivals, most_in_a_second, pay};
use crate::api::payments::payment;
use crate::support::app;

const BUDGET: usize = 20;

#[tokio::test]
async fn no_second_at_the_bank_has_more_calls_than_the_budget_with_money_inquiries_and_balances_waiting() {
    let inquiries = json!({ "schedule_secs": "0", "not_found_answers": 1_000 });
    let settings = json!({ "bank": { "calls_per_sec": BUDGET, "balance_timeout_ms": 2_000 }, "inquiry": inquiries });
    let app = app::wish().settings(settings).start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    // Some that are unknown, and asked about again and again.
    for order in 0..5 {
        let order = format!("lost-{order}");
        shop.api
            .post("/payments", &order, &payment(&mandate, &order, 19_099))
            .await
            .expect(202);
    }
    pay(&shop, &mandate, 0..60).await;
    let (call, fin) = (
        Call::new(app.services.clock.now()),
        FinAccountNumber::new("00820109000010000000000001413"),
    );
    let looks = (0..40).map(|_| app.services.bank.balance(&call, &fin));
    join_all(looks).await;
    app.settled().await;
    assert_eq!(app.in_state(&[TransferState::Succeeded]).await, 60);
    let arrivals = arrivals(&app).await;
    let most = most_in_a_second(&arrivals);
    assert!(most <= BUDGET, "{most} of {} calls", arrivals.len());
    // It is used as well: a gate that is shut keeps every budget.
    assert!(most >= BUDGET * 3 / 4, "{most}");
}

#[tokio::test]
async fn two_processes_together_keep_the_budget_in_every_second() {
    let settings = json!({ "bank": { "calls_per_sec": BUDGET, "balance_timeout_ms": 4_000 } });
    let app = app::wish().without_workers().settings(settings).start().await;
    let other = app.services_of_a_new_process().await;
    let both = [&app.services, &other];
    for services in both {
        shares::renew(services).await.unwrap();
    }
    let renewals = both.map(|services| tokio::spawn(shares::keep(services.clone())));
    let (call, fin) = (
        Call::new(app.services.clock.now()),
        FinAccountNumber::new("00820109000010000000000001413"),
    );
    let looks = (0..60).flat_map(|_| both.map(|services| services.bank.balance(&call, &fin)));
    join_all(looks).await;
    for services in both {
        shares::leave(services).await.unwrap();
    }
    for renewal in renewals {
        renewal.await.unwrap();
    }
    let arrivals = arrivals(&app).await;
    let most = most_in_a_second(&arrivals);
    assert!(most <= BUDGET, "{most} of {} calls", arrivals.len());
    assert!(most >= BUDGET / 2, "{most} of {} calls", arrivals.len());
    assert!(
        both.iter()
            .all(|services| services.bank.sight().turned_away.balance < 60)
    );
}
