//! What the bank is asked and only read: inquiries, balances, holders, statements.

use chrono::NaiveDate;
use naru::{
    bank::{
        Balance, Bank, Direction, Original, OriginalOf, Outcome, Refusal, RefusalKind, StatementQuery, TraceNumber,
        TransferResult,
    },
    money::Won,
};
use serde_json::{Value, json};

use super::{
    ACCOUNT, FIN_ACCOUNT, account, call, client, fin_account, first_body, refusal, says_unknown, server::Server,
    unclear,
};

fn original(of: OriginalOf) -> Original {
    Original {
        trace_number: TraceNumber::new("202611240000000001AB"),
        date: NaiveDate::from_ymd_opt(2026, 11, 24).unwrap(),
        amount: Won::new(10_000),
        of,
    }
}

fn inquiry_of_a_withdrawal() -> Original {
    original(OriginalOf::Withdrawal(fin_account()))
}

#[tokio::test]
async fn an_inquiry_names_the_original_and_has_a_number_of_its_own() {
    let server = Server::answering("00000", json!({"Pcrs": "00000", "Prtm": "125238"})).await;
    let client = client(&server);
    let call = call();
    let answer = client.inquire(&call, &inquiry_of_a_withdrawal()).await;
    let at = chrono::NaiveTime::from_hms_opt(12, 52, 38);
    assert_eq!(answer.outcome, Outcome::Succeeded(TransferResult::Moved { at }));
    client
        .inquire(&call, &original(OriginalOf::Deposit(account("011"))))
        .await;

    let seen = server.requests();
    let (withdrawal, deposit) = (&seen[0].body, &seen[1].body);
    assert_eq!(withdrawal["Header"]["ApiNm"], "CheckOnDrawingTransfer");
    assert_eq!(withdrawal["Header"]["IsTuno"], call.trace_number.as_str());
    assert_eq!(withdrawal["FinAcno"], FIN_ACCOUNT);
    assert_eq!(deposit["Header"]["ApiNm"], "CheckOnReceivedTransfer");
    assert_eq!((&deposit["FinAcno"], &deposit["Acno"]), (&json!(""), &json!(ACCOUNT)));
    for body in [withdrawal, deposit] {
        assert_eq!(body["OrtrIsTuno"], "202611240000000001AB");
        assert_eq!((&body["OrtrYmd"], &body["Tram"]), (&json!("20261124"), &json!("10000")));
    }
}

#[tokio::test]
async fn the_code_of_the_original_counts_only_beside_a_success_of_the_inquiry() {
    let insufficient = Refusal {
        bank_code: "00133".to_owned(),
        kind: RefusalKind::InsufficientBalance,
        consent_url: None,
    };
    let no_such = naru::bank::nh::codes::NO_SUCH_TRANSACTION;
    for (code, original_code, expected) in [
        (
            "00000",
            "00133",
            Outcome::Succeeded(TransferResult::Refused(insufficient)),
        ),
        ("00000", "A0050", Outcome::Succeeded(TransferResult::Processing)),
        ("00000", no_such, Outcome::Succeeded(TransferResult::NoSuchTransaction)),
        ("00000", "AT999", says_unknown("AT999")),
        ("00000", "Q1234", says_unknown("Q1234")),
        ("00000", "", unclear()),
        ("A0050", "00000", Outcome::Succeeded(TransferResult::Processing)),
        (no_such, "00000", Outcome::Succeeded(TransferResult::NoSuchTransaction)),
        ("AT999", "00000", says_unknown("AT999")),
        ("AC002", "00000", refusal("AC002", RefusalKind::OutOfServiceHours)),
        // An inquiry about money that says "too little" about itself says nothing of the original.
        ("00133", "00000", says_unknown("00133")),
    ] {
        let server = Server::answering(code, json!({"Pcrs": original_code})).await;
        let answer = client(&server).inquire(&call(), &inquiry_of_a_withdrawal()).await;
        assert_eq!(answer.outcome, expected, "{code} {original_code}");
    }
    let server = Server::answering("00000", json!({})).await;
    let answer = client(&server).inquire(&call(), &inquiry_of_a_withdrawal()).await;
    assert_eq!(answer.outcome, unclear());
}

#[tokio::test]
async fn a_balance_is_read_unless_it_is_of_another_account() {
    let fields = json!({"FinAcno": FIN_ACCOUNT, "Ldbl": "0000001100000.00", "RlpmAbamt": "1000000"});
    let server = Server::answering("00000", fields.clone()).await;
    let answer = client(&server).balance(&call(), &fin_account()).await;
    let (ledger, available) = (Won::new(1_100_000), Won::new(1_000_000));
    assert_eq!(answer.outcome, Outcome::Succeeded(Balance { ledger, available }));

    for (field, value) in [
        ("FinAcno", json!("00820109000010000000000009999")),
        ("Ldbl", json!(null)),
    ] {
        let mut fields = fields.clone();
        fields[field] = value;
        let server = Server::answering("00000", fields).await;
        let answer = client(&server).balance(&call(), &fin_account()).await;
        assert_eq!(answer.outcome, unclear(), "{field}");
    }
    let server = Server::answering("AI001", json!({"WebUrl": "https://bank.test/consent"})).await;
    let answer = client(&server).balance(&call(), &fin_account()).await;
    let consent_url = Some("https://bank.test/consent".to_owned());
    let refused = Outcome::Refused(Refusal {
        bank_code: "AI001".to_owned(),
        kind: RefusalKind::ConsentRequired,
        consent_url,
    });
    assert_eq!(answer.outcome, refused);
}

#[tokio::test]
async fn a_holder_is_read_at_either_kind_of_bank() {
    for (bank, api) in [
        ("012", "InquireDepositorAccountNumber"),
        ("088", "InquireDepositorOtherBank"),
    ] {
        let server = Server::answering("00000", json!({"Bncd": bank, "Acno": ACCOUNT, "Dpnm": "홍길동"})).await;
        let answer = client(&server).holder_name(&call(), &account(bank)).await;
        assert_eq!(answer.outcome, Outcome::Succeeded("홍길동".to_owned()));
        assert_eq!(first_body(&server)["Header"]["ApiNm"], api);
        assert!(answer.exchange.response.unwrap().contains("홍*동"));
    }
    let server = Server::answering("00000", json!({"Acno": ACCOUNT, "Dpnm": " "})).await;
    let answer = client(&server).holder_name(&call(), &account("011")).await;
    assert_eq!(answer.outcome, unclear());
}

fn november() -> StatementQuery {
    StatementQuery {
        of: account("011"),
        from: NaiveDate::from_ymd_opt(2026, 11, 1).unwrap(),
        to: NaiveDate::from_ymd_opt(2026, 11, 25).unwrap(),
        page: 2,
        per_page: 100,
        order: naru::bank::StatementOrder::OldestFirst,
    }
}

fn row(direction: &str) -> Value {
    json!({
        "Trdd": "20261124", "Txtm": "222637", "MnrcDrotDsnc": direction, "Tram": "1004", "AftrBlnc": "2000",
        "TrnsAfAcntBlncSmblCd": "-", "Smr": null, "Ccyn": "0", "Tuno": "700", "BnprCntn": "나루 7K2M",
    })
}

#[tokio::test]
async fn a_statement_is_read_row_by_row() {
    let server = Server::answering(
        "00000",
        json!({"CtntDataYn": "Y", "Iqtcnt": "2", "Rec": [row("3"), row("2")]}),
    )
    .await;
    let Outcome::Succeeded(page) = client(&server).statement(&call(), &november()).await.outcome else {
        panic!("no page");
    };
    assert!(page.has_more);
    assert_eq!(
        (page.rows[0].direction, page.rows[1].direction),
        (Direction::Out, Direction::In)
    );
    assert_eq!(
        (page.rows[0].amount, page.rows[0].balance_after),
        (Won::new(1_004), Won::new(-2_000))
    );
    assert_eq!(
        (page.rows[0].memo.as_str(), page.rows[0].canceled),
        ("나루 7K2M", false)
    );
    let body = first_body(&server);
    assert_eq!(
        (&body["Insymd"], &body["Ineymd"]),
        (&json!("20261101"), &json!("20261125"))
    );
    assert_eq!((&body["PageNo"], &body["Dmcnt"]), (&json!("2"), &json!("100")));
}

#[tokio::test]
async fn an_empty_statement_is_told_as_one_and_a_missing_list_is_not() {
    let none = Server::answering("A0090", json!({})).await;
    let Outcome::Succeeded(page) = client(&none).statement(&call(), &november()).await.outcome else {
        panic!("no page");
    };
    assert!(page.rows.is_empty() && !page.has_more);

    for fields in [
        json!({"CtntDataYn": "N"}),
        json!({"CtntDataYn": "N", "Rec": [row("9")]}),
        json!({"CtntDataYn": "N", "Rec": [{"Trdd": "20261124"}]}),
        // Whether a page follows is not said.
        json!({"Rec": [row("3")]}),
        json!({"CtntDataYn": "", "Rec": [row("3")]}),
    ] {
        let server = Server::answering("00000", fields.clone()).await;
        let answer = client(&server).statement(&call(), &november()).await;
        assert_eq!(answer.outcome, unclear(), "{fields}");
    }
}
