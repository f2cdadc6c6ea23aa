//! Two at once: one payment, one answer.

use chrono::TimeDelta;
use futures::future::join_all;
use naru::accounts::unlink;
use naru::clock::Clock;
use naru::ids::{AccountId, CheckoutId, Prefix};
use naru::partners::checkout_expiry;
use naru::transfers::accept_checkout::{self, Confirmation};
use serde_json::json;

use super::{Till, shown};
use crate::api::checkouts::opened;
use crate::api::mandates::told;
use crate::support::app;
use crate::support::people::PASSWORD;

#[tokio::test]
async fn many_confirmations_at_once_are_one_payment_and_one_withdrawal() {
    let app = app::start().await;
    let till = Till::with(&app, 12_300).await;
    let (path, yes) = (till.path(), till.yes());
    let presses = (0..4).map(|_| till.member.post(&path, &yes));
    for press in join_all(presses).await {
        press.expect(303);
    }
    app.settled().await;
    assert_eq!(app.transfers().await, 1);
    assert_eq!(app.bank_get("/_sim/summary").await["withdrawals"], 1);
    assert_eq!(told(&app).await, ["checkout.completed", "payment.succeeded"]);
}

#[tokio::test]
async fn of_two_members_with_one_link_one_pays_and_the_other_is_told() {
    let app = app::start().await;
    let till = Till::with(&app, 12_300).await;
    let (junho, other) = app.member_browser("junho@example.test").await;
    let others = shown(app.account(junho, "3020009876543").await);
    let (path, yes) = (till.path(), till.yes());
    let others_yes = [("account", others.as_str()), ("password", PASSWORD)];
    let (one, two) = futures::join!(till.member.post(&path, &yes), other.post(&path, &others_yes));
    one.expect(303);
    two.expect(303);
    app.settled().await;
    assert_eq!(app.transfers().await, 1);
    let pages = [
        till.member.get(&path).await.expect(200).text,
        other.get(&path).await.expect(200).text,
    ];
    let seen = |word: &str| pages.iter().filter(|page| page.contains(word)).count();
    assert_eq!((seen("결제를 마쳤어요"), seen("이미 끝난 결제예요")), (1, 1));
    assert_eq!(app.bank_get("/_sim/summary").await["withdrawals"], 1);
}

#[tokio::test]
async fn a_confirmation_and_the_end_of_the_time_are_never_both() {
    let app = app::wish().with_a_stopped_clock().without_workers().start().await;
    let till = Till::with(&app, 12_300).await;
    let confirmation = Confirmation {
        checkout: CheckoutId(Prefix::Checkout.parse(&till.id).unwrap()),
        member: till.member_id,
        account: AccountId(Prefix::Account.parse(&till.account).unwrap()),
        request_id: None,
    };
    app.clock.advance(TimeDelta::minutes(30));
    // For a process whose clock is a little behind it is still open.
    let now = app.clock.clock();
    let behind = Clock::from_fn(move || now.now() - TimeDelta::seconds(1));
    let other = app.services_of_another_process(behind).await;
    let (confirmed, expired) = futures::join!(
        accept_checkout::confirm(&other, confirmation),
        checkout_expiry::expire_due(&app.services)
    );
    let seen = till.status().await["status"].clone();
    match confirmed {
        Ok(_) => assert_eq!(
            (seen, expired.unwrap(), app.transfers().await),
            (json!("completed"), 0, 1)
        ),
        Err(_) => assert_eq!(
            (seen, expired.unwrap(), app.transfers().await),
            (json!("expired"), 1, 0)
        ),
    }
    assert_eq!(told(&app).await.len(), 1, "one of the two is told");
}

#[tokio::test]
async fn letting_the_account_go_and_paying_from_it_do_not_cross() {
    let app = app::wish().without_workers().start().await;
    let till = Till::with(&app, 12_300).await;
    let account = AccountId(Prefix::Account.parse(&till.account).unwrap());
    let (path, yes) = (till.path(), till.yes());
    let (_, unlinked) = futures::join!(
        till.member.post(&path, &yes),
        unlink::unlink(&app.services, till.member_id, account)
    );
    let paid = app.transfers().await;
    assert_eq!(paid, u64::from(unlinked.is_err()), "paid from, or let go: {unlinked:?}");
}

#[tokio::test]
async fn the_books_of_payments_at_checkouts_have_no_findings() {
    let app = app::start().await;
    let till = Till::with(&app, 12_300).await;
    till.member.post(&till.path(), &till.yes()).await.expect(303);
    for (order, amount) in [("refused", 19_001), ("open", 5_000)] {
        let id = opened(&till.shop, order, amount).await;
        if order == "refused" {
            till.member
                .post(&format!("/checkout/{id}"), &till.yes())
                .await
                .expect(303);
        }
    }
    app.settled().await;
    assert_eq!(app.verify().await.findings, []);
    assert_eq!(app.transfers().await, 2);
}
