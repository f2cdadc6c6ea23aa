//! Every magic amount, as a withdrawal and as a deposit: what the client concludes, what moved, what the inquiry says.

use naru::{
    bank::{Call, MoneyReceipt, Outcome, Proof, Refusal, RefusalKind, TransferResult, UnknownReason, nh::Client},
    money::Won,
};

use super::{Bench, Customer, WAYS, Way, new_call};
use crate::bank::{refusal, says_unknown, unclear};

/// What was seen of one transfer.
struct Seen {
    way: Way,
    call: Call,
    customer: Customer,
    amount_won: i64,
    outcome: Outcome<MoneyReceipt>,
    moved_won: i64,
    inquiry: Outcome<TransferResult>,
}

async fn watch(bench: &Bench, client: &Client, ending: i64) -> Vec<Seen> {
    let mut seen = Vec::new();
    for (way, number) in WAYS.into_iter().zip(["3020000000101", "3020000000102"]) {
        let customer = bench.link(number).await;
        let amount_won = 20_000 + ending;
        let before = bench.balance_won(&customer).await;
        let call = new_call();
        let moved = bench
            .transfer(client, way, &call, &customer, (amount_won, "ORDER"))
            .await;
        let change_won = bench.balance_won(&customer).await - before;
        let inquiry = bench.inquire(way, &call, &customer, amount_won).await;
        seen.push(Seen {
            way,
            call,
            customer,
            amount_won,
            outcome: moved.0,
            moved_won: match way {
                Way::Withdrawal => -change_won,
                Way::Deposit => change_won,
            },
            inquiry,
        });
    }
    seen
}

fn is_done(inquiry: &Outcome<TransferResult>) -> bool {
    matches!(inquiry, Outcome::Succeeded(TransferResult::Moved { at: Some(_) }))
}

fn insufficient() -> Refusal {
    Refusal {
        bank_code: "00133".to_owned(),
        kind: RefusalKind::InsufficientBalance,
        consent_url: None,
    }
}

/// The client learned `outcome`; the money did or did not move, and the inquiry tells which.
async fn expect_unclear(client_of: fn(&Bench) -> &Client, ending: i64, outcome: Outcome<MoneyReceipt>, moved: bool) {
    let bench = Bench::start().await;
    for seen in watch(&bench, client_of(&bench), ending).await {
        let context = format!("{:?} {ending}", seen.way);
        assert_eq!(seen.outcome, outcome, "{context}");
        if moved {
            assert_eq!(seen.moved_won, seen.amount_won, "{context}");
            assert!(is_done(&seen.inquiry), "{context}: {:?}", seen.inquiry);
        } else {
            assert_eq!(seen.moved_won, 0, "{context}");
            let told = TransferResult::Refused(insufficient());
            assert_eq!(seen.inquiry, Outcome::Succeeded(told), "{context}");
        }
    }
    bench.stop().await;
}

fn patient(bench: &Bench) -> &Client {
    &bench.patient
}

fn hasty(bench: &Bench) -> &Client {
    &bench.hasty
}

#[tokio::test]
async fn an_ordinary_amount_moves_and_is_found_again() {
    let bench = Bench::start().await;
    for seen in watch(&bench, &bench.patient, 500).await {
        assert!(matches!(seen.outcome, Outcome::Succeeded(_)), "{:?}", seen.outcome);
        assert_eq!(seen.moved_won, seen.amount_won);
        assert!(is_done(&seen.inquiry), "{:?}", seen.inquiry);
    }
    bench.stop().await;
}

#[tokio::test]
async fn refusals_move_nothing_and_the_inquiry_tells_the_same_code() {
    let bench = Bench::start().await;
    for (ending, code, kind) in [
        (9001, "00133", RefusalKind::InsufficientBalance),
        (9002, "ZZ001", RefusalKind::AccountUnusable),
        (9003, "ZZ002", RefusalKind::OverBankLimit),
    ] {
        for seen in watch(&bench, &bench.patient, ending).await {
            assert_eq!(seen.outcome, refusal(code, kind), "{ending}");
            assert_eq!(seen.outcome.proof(), Proof::Answered);
            assert_eq!(seen.moved_won, 0);
            let bank_code = code.to_owned();
            let told = TransferResult::Refused(Refusal {
                bank_code,
                kind,
                consent_url: None,
            });
            assert_eq!(seen.inquiry, Outcome::Succeeded(told));
        }
    }
    bench.stop().await;
}

#[tokio::test]
async fn an_amount_of_9011_moves_while_the_answer_is_late() {
    expect_unclear(hasty, 9011, Outcome::Unknown(UnknownReason::TimedOut), true).await;
}

#[tokio::test]
async fn an_amount_of_9011_is_answered_after_three_seconds() {
    let bench = Bench::start().await;
    let customer = bench.link("3020000000103").await;
    let asked = tokio::time::Instant::now();
    let outcome = bench.withdraw(&customer, 19_011, "LATE").await;
    assert!(matches!(outcome, Outcome::Succeeded(_)), "{outcome:?}");
    assert!(asked.elapsed() >= std::time::Duration::from_secs(3));
    bench.stop().await;
}

#[tokio::test]
async fn an_amount_of_9021_is_never_answered_and_moved() {
    expect_unclear(hasty, 9021, Outcome::Unknown(UnknownReason::TimedOut), true).await;
}

#[tokio::test]
async fn an_amount_of_9022_is_never_answered_and_not_moved() {
    expect_unclear(hasty, 9022, Outcome::Unknown(UnknownReason::TimedOut), false).await;
}

#[tokio::test]
async fn an_amount_of_9031_loses_the_connection_and_is_moved() {
    expect_unclear(patient, 9031, Outcome::Unknown(UnknownReason::ConnectionLost), true).await;
}

#[tokio::test]
async fn an_amount_of_9032_loses_the_connection_and_is_not_moved() {
    expect_unclear(patient, 9032, Outcome::Unknown(UnknownReason::ConnectionLost), false).await;
}

#[tokio::test]
async fn an_amount_of_9041_times_out_inside_the_bank_and_is_moved() {
    expect_unclear(patient, 9041, says_unknown("AT999"), true).await;
}

#[tokio::test]
async fn an_amount_of_9042_times_out_inside_the_bank_and_is_not_moved() {
    expect_unclear(patient, 9042, says_unknown("AT999"), false).await;
}

#[tokio::test]
async fn an_amount_of_9051_meets_a_broken_gateway_and_is_moved() {
    expect_unclear(patient, 9051, Outcome::Unknown(UnknownReason::HttpStatus(502)), true).await;
}

#[tokio::test]
async fn an_amount_of_9052_meets_a_broken_gateway_and_is_not_moved() {
    expect_unclear(patient, 9052, Outcome::Unknown(UnknownReason::HttpStatus(502)), false).await;
}

#[tokio::test]
async fn an_amount_of_9061_is_answered_with_broken_json_and_moved() {
    expect_unclear(patient, 9061, unclear(), true).await;
}

#[tokio::test]
async fn an_amount_of_9071_is_taken_back_after_ten_minutes() {
    let bench = Bench::start().await;
    let watched = watch(&bench, &bench.patient, 9071).await;
    bench.advance(590).await;
    let mut moved = Vec::new();
    for seen in &watched {
        assert!(matches!(seen.outcome, Outcome::Succeeded(_)), "{:?}", seen.outcome);
        assert_eq!(seen.moved_won, seen.amount_won);
        assert!(is_done(&seen.inquiry), "{:?}", seen.inquiry);
        moved.push(bench.balance_won(&seen.customer).await);
    }
    bench.advance(10).await;
    for (seen, moved) in watched.iter().zip(moved) {
        let change_won = bench.balance_won(&seen.customer).await - moved;
        let back_won = match seen.way {
            Way::Withdrawal => change_won,
            Way::Deposit => -change_won,
        };
        assert_eq!(back_won, seen.amount_won, "{:?}", seen.way);
        let inquiry = bench
            .inquire(seen.way, &seen.call, &seen.customer, seen.amount_won)
            .await;
        assert!(!is_done(&inquiry), "{inquiry:?}");
    }
    bench.stop().await;
}

#[tokio::test]
async fn an_amount_of_9081_is_processing_for_three_inquiries() {
    let bench = Bench::start().await;
    for seen in watch(&bench, &bench.patient, 9081).await {
        assert!(matches!(seen.outcome, Outcome::Succeeded(_)), "{:?}", seen.outcome);
        assert_eq!(seen.moved_won, seen.amount_won);
        let mut told = vec![seen.inquiry];
        for _ in 0..3 {
            told.push(
                bench
                    .inquire(seen.way, &seen.call, &seen.customer, seen.amount_won)
                    .await,
            );
        }
        let processing = Outcome::Succeeded(TransferResult::Processing);
        assert!(told.iter().take(3).all(|it| *it == processing), "{told:?}");
        assert!(is_done(&told[3]), "{told:?}");
    }
    bench.stop().await;
}

#[tokio::test]
async fn an_amount_of_9091_moves_and_names_one_won_less() {
    let bench = Bench::start().await;
    for seen in watch(&bench, &bench.patient, 9091).await {
        let Outcome::Succeeded(receipt) = seen.outcome else {
            panic!("{:?}", seen.outcome)
        };
        assert_eq!(receipt.trace_number, seen.call.trace_number);
        assert_eq!(receipt.amount, Some(Won::new(seen.amount_won - 1)));
        assert_eq!(seen.moved_won, seen.amount_won - 1);
    }
    bench.stop().await;
}

#[tokio::test]
async fn an_amount_of_9099_is_lost_and_nobody_knows_of_it() {
    let bench = Bench::start().await;
    for seen in watch(&bench, &bench.hasty, 9099).await {
        assert_eq!(seen.outcome, Outcome::Unknown(UnknownReason::TimedOut));
        assert_eq!(seen.moved_won, 0);
        assert_eq!(seen.inquiry, Outcome::Succeeded(TransferResult::NoSuchTransaction));
    }
    bench.stop().await;
}
