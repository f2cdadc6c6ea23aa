//! Linking: ordinary numbers at once, magic ones each in their way.

use naru::bank::{Bank, Outcome, RefusalKind, UnknownReason};

use super::{Bench, at_bank, new_call, succeeded};
use crate::bank::{refusal, says_unknown};

#[tokio::test]
async fn an_ordinary_account_links_at_once_and_again_with_the_same_numbers() {
    let bench = Bench::start().await;
    let first = succeeded(bench.open_link(&bench.patient, "3020000000301").await);
    let again = succeeded(bench.open_link(&bench.patient, "3020000000301").await);
    assert_eq!(first, again);
    let fin_account = succeeded(bench.check_link(&bench.patient, first).await);
    assert_eq!(fin_account.as_str().len(), 29);
    assert!(!fin_account.as_str().contains("3020000000301"));
    let other = bench.link("3020000000302").await;
    assert_ne!(fin_account, other.fin_account);
    bench.stop().await;
}

#[tokio::test]
async fn every_account_begins_with_money_and_a_holder() {
    let bench = Bench::start().await;
    let customer = bench.link("3020000000303").await;
    assert!(bench.balance_won(&customer).await >= 1_000_000);
    let name = bench.patient.holder_name(&new_call(), &customer.at_bank).await.outcome;
    let accounts = bench.get("/_sim/accounts").await;
    assert_eq!(accounts["data"][0]["holder"], succeeded(name));
    bench.stop().await;
}

#[tokio::test]
async fn an_account_is_of_whom_its_number_or_the_control_says() {
    let bench = Bench::start().await;
    let holder = async |number: &str| succeeded(bench.patient.holder_name(&new_call(), &at_bank(number)).await.outcome);
    for (number, name) in [
        ("3020000000304", "김민지"),
        ("3029000000304", "이준호"),
        ("3519000000304", "이준호"),
        ("3029000009031", "윤시우"),
    ] {
        assert_eq!(holder(number).await, name);
    }
    let named = serde_json::json!({ "account": "3020000000305", "holder": "홍길동" });
    bench.post("/_sim/accounts", named).await;
    assert_eq!(holder("3020000000305").await, "홍길동");
    bench.link("3020000000305").await;
    assert_eq!(holder("3020000000305").await, "홍길동");
    bench.stop().await;
}

#[tokio::test]
async fn account_numbers_that_cannot_be_linked_say_why() {
    let bench = Bench::start().await;
    let outcome = bench.open_link(&bench.patient, "3020000009001").await;
    assert_eq!(outcome, refusal("ZZ001", RefusalKind::AccountUnusable));
    let name = bench.patient.holder_name(&new_call(), &at_bank("3020000009001")).await;
    assert_eq!(name.outcome, refusal("ZZ001", RefusalKind::AccountUnusable));
    let request = naru::bank::Deposit {
        to: at_bank("3020000009001"),
        amount: naru::money::Won::new(1_000),
        memo: "NOBODY".to_owned(),
    };
    let deposit = bench.patient.deposit(&new_call(), &request).await;
    assert_eq!(deposit.outcome, refusal("ZZ001", RefusalKind::AccountUnusable));
    let outcome = bench.open_link(&bench.patient, "3020000009002").await;
    assert_eq!(outcome, refusal("A0013", RefusalKind::AlreadyRegistered));
    for (ending, code, kind) in [
        ("9004", "ZZ007", RefusalKind::HolderMismatch),
        ("9005", "AC002", RefusalKind::OutOfServiceHours),
        ("9006", "AI001", RefusalKind::ConsentRequired),
        ("9007", "ZZ006", RefusalKind::Other),
    ] {
        let outcome = bench.open_link(&bench.patient, &format!("302000000{ending}")).await;
        assert_eq!(outcome, refusal(code, kind));
    }
    for _ in 0..2 {
        let outcome = bench.open_link(&bench.patient, "3020000009042").await;
        assert_eq!(outcome, says_unknown("A9999"));
    }
    let outcome = bench.open_link(&bench.patient, "3020000009012").await;
    assert_eq!(outcome, refusal("A0082", RefusalKind::StillIssuing));
    succeeded(bench.open_link(&bench.patient, "3020000009012").await);
    let outcome = bench.open_link(&bench.patient, "3020000009051").await;
    assert_eq!(outcome, Outcome::Unknown(UnknownReason::HttpStatus(502)));
    bench.stop().await;
}

#[tokio::test]
async fn an_expired_consent_shows_when_the_account_is_read() {
    let bench = Bench::start().await;
    let customer = bench.link("3020000009003").await;
    let balance = bench.patient.balance(&new_call(), &customer.fin_account).await;
    let Outcome::Refused(told) = balance.outcome else {
        panic!("{:?}", balance.outcome)
    };
    assert_eq!(
        (told.bank_code.as_str(), told.kind),
        ("AI002", RefusalKind::ConsentRequired)
    );
    assert_eq!(told.consent_url.as_deref(), Some("https://consent.invalid/web"));
    bench.stop().await;
}

#[tokio::test]
async fn an_issue_that_takes_time_is_there_at_the_third_check() {
    let bench = Bench::start().await;
    let register_number = succeeded(bench.open_link(&bench.patient, "3020000009011").await);
    for _ in 0..2 {
        let outcome = bench.check_link(&bench.patient, register_number.clone()).await;
        assert_eq!(outcome, refusal("A0017", RefusalKind::StillIssuing));
    }
    succeeded(bench.check_link(&bench.patient, register_number).await);
    bench.stop().await;
}

#[tokio::test]
async fn an_opening_and_a_check_may_hang() {
    let bench = Bench::start().await;
    let outcome = bench.open_link(&bench.hasty, "3020000009021").await;
    assert_eq!(outcome, Outcome::Unknown(UnknownReason::TimedOut));
    let register_number = succeeded(bench.open_link(&bench.patient, "3020000009022").await);
    let outcome = bench.check_link(&bench.hasty, register_number).await;
    assert_eq!(outcome, Outcome::Unknown(UnknownReason::TimedOut));
    bench.stop().await;
}

#[tokio::test]
async fn an_opening_that_timed_out_inside_the_bank_can_be_repeated() {
    let bench = Bench::start().await;
    let outcome = bench.open_link(&bench.patient, "3020000009041").await;
    assert_eq!(outcome, says_unknown("AT999"));
    bench.link("3020000009041").await;
    bench.stop().await;
}
