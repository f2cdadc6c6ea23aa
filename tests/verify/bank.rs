//! Our books beside the bank's: what it moved otherwise, for nobody, or took back shows, and what is open is told.

use std::collections::BTreeMap;

use naru::bank::nh::Client;
use naru::bank::{AccountAtBank, AccountNumber, Bank as _, BankCode, Call, Deposit, Outcome};
use naru::models::kinds::TransferState;
use naru::money::Won;
use naru::transfers::correct::Decision;
use naru::verify::{Bank, BankSays, Comparison, Flaw, Moves, Total};
use serde_json::json;

use super::NOT_MOVED;
use super::damage::books;
use crate::support::app::{self, TestApp};
use crate::support::people::ACCOUNT;

#[tokio::test]
async fn what_the_bank_took_back_shows_until_a_person_decided_that_it_failed() {
    let books = books().await;
    let taken_back = books.app.paid(&books.shop, &books.mandate, 19_071).await;
    books.expect(&[]).await;
    books
        .app
        .bank_post("/_sim/clock", json!({ "advance_seconds": 601 }))
        .await;
    let moved_won = 19_071;
    books
        .expect(&[(&taken_back, &[Flaw::BankTookBack { moved_won }])])
        .await;
    books.app.corrected(&taken_back, NOT_MOVED).await;
    books.expect(&[]).await;
}

#[tokio::test]
async fn books_that_the_bank_lost_show_for_each_success() {
    let books = books().await;
    books.app.bank_post("/_sim/reset", json!({})).await;
    let nothing = [Flaw::BankMovedNothing];
    books
        .expect(&[(&books.paid, &nothing), (&books.refund, &nothing)])
        .await;
}

#[tokio::test]
async fn a_persons_decision_that_the_banks_books_contradict_shows() {
    let app = app::wish()
        .settings(json!({ "bank": { "money_timeout_ms": 2_000 } }))
        .without_workers()
        .start()
        .await;
    let (shop, mandate) = app.shop_with_mandate().await;
    let moved = app.paid(&shop, &mandate, 19_021).await;
    app.corrected(&moved, NOT_MOVED).await;
    let one_less = app.paid(&shop, &mandate, 19_091).await;
    app.corrected(&one_less, Decision::Succeeded).await;
    let flaws: Vec<_> = app
        .verify()
        .await
        .findings
        .into_iter()
        .map(|it| (it.of, it.flaw))
        .collect();
    let anyway = Flaw::BankMovedAnyway {
        state: TransferState::Failed,
        moved_won: 19_021,
    };
    let other = Flaw::BankMovedOther {
        moved_won: 19_090,
        direction: "out".to_owned(),
    };
    assert_eq!(flaws, [(moved, anyway), (one_less, other)]);
}

/// A deposit that no transfer of ours knows of, by a caller of this institution.
async fn deposit_by(app: &TestApp, institution: &str) -> String {
    let mut bank = app.services.settings.bank.clone();
    institution.clone_into(&mut bank.institution_code);
    let client = Client::new(&bank, &app.bank_url()).unwrap();
    let call = Call::new(app.services.clock.now());
    let deposit = Deposit {
        to: AccountAtBank {
            bank: BankCode::new("011"),
            account: AccountNumber::new(ACCOUNT),
        },
        amount: Won::new(7_000),
        memo: "NARU".to_owned(),
    };
    let answer = client.deposit(&call, &deposit).await;
    assert!(matches!(answer.outcome, Outcome::Succeeded(_)), "{answer:?}");
    call.trace_number.as_str().to_owned()
}

#[tokio::test]
async fn what_the_bank_moved_in_our_name_unasked_shows_and_what_it_moved_for_others_does_not() {
    let books = books().await;
    let ours = books.app.services.settings.bank.institution_code.clone();
    deposit_by(&books.app, "009999").await;
    books.expect(&[]).await;
    let trace = deposit_by(&books.app, &ours).await;
    let unasked = Flaw::BankMovedUnasked {
        moved_won: 7_000,
        direction: "in".to_owned(),
    };
    books.expect(&[(&trace, &[unasked])]).await;
}

#[tokio::test]
async fn the_totals_of_both_sides_are_told_and_what_is_open_with_what_the_bank_says_of_it() {
    let app = app::wish()
        .settings(json!({ "bank": { "money_timeout_ms": 2_000 } }))
        .without_workers()
        .start()
        .await;
    let (shop, mandate) = app.shop_with_mandate().await;
    let paid = app.paid(&shop, &mandate, 100_000).await;
    app.refunded(&shop, &paid, 10_000).await;
    let mut expected = BTreeMap::new();
    for (amount, state, says) in [
        (19_021, TransferState::Unknown, BankSays::Moved { moved_won: 19_021 }),
        (19_099, TransferState::Unknown, BankSays::Nothing),
        (
            19_042,
            TransferState::Unknown,
            BankSays::Refused {
                code: "00133".to_owned(),
            },
        ),
        (
            19_091,
            TransferState::NeedsReview,
            BankSays::Moved { moved_won: 19_090 },
        ),
    ] {
        let id = app.paid(&shop, &mandate, amount).await;
        expected.insert(id, (state, amount, says));
    }
    let report = app.verify().await;
    assert_eq!(report.findings, []);
    let open = report.open.iter().map(|open| {
        let told = (open.state, open.amount_won, open.bank.clone());
        (open.of.clone(), told)
    });
    assert_eq!(open.collect::<BTreeMap<_, _>>(), expected);
    let total = |count, won| Total { count, won };
    assert_eq!((report.paid, report.refunded), (total(1, 100_000), total(1, 10_000)));
    assert_eq!(report.undecided, total(4, 19_021 + 19_099 + 19_042 + 19_091));
    let moves = Moves {
        withdrawn: total(3, 100_000 + 19_021 + 19_090),
        deposited: total(1, 10_000),
        taken_back: total(0, 0),
    };
    assert_eq!(report.bank, Comparison::Compared(moves));
    let text = report.to_string();
    assert!(
        text.contains("the bank moved 19021") && text.ends_with("\n0 findings"),
        "{text}"
    );
}

#[tokio::test]
async fn a_bank_that_does_not_answer_or_shows_no_books_is_told_and_ours_are_walked_all_the_same() {
    let mut books = books().await;
    books
        .damage("UPDATE transfers SET description = 'x' WHERE id = {paid}")
        .await;
    let kinds = [
        (Bank::Real, "a real bank"),
        (Bank::NoControl, "simulator.control is off"),
    ];
    for (bank, why) in kinds {
        let report = books.app.verify_beside(&bank).await;
        let text = report.to_string();
        assert!(text.contains("NOT compared") && text.contains(why), "{text}");
        assert!(text.ends_with("\n1 findings"), "{text}");
    }
    let ledger = naru::verify::Ledger::new(&books.app.bank_url(), &books.app.services.settings.bank).unwrap();
    books.app.stop_bank().await;
    let report = books.app.verify_beside(&Bank::Simulated(ledger)).await;
    assert!(matches!(report.bank, Comparison::Failed(_)), "{report:?}");
    assert_eq!(report.found, 1);
    assert!(
        report.to_string().ends_with("\n1 findings in what could be read"),
        "{report}"
    );
}
