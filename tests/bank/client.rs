//! The client with a bank that answers: what is sent, and what each answer becomes.

use naru::{
    bank::{
        AccountNumber, Bank, BankCode, BirthDate, CheckFinAccount, FinAccountNumber, MoneyReceipt, NotSentReason,
        OpenFinAccount, Outcome, RefusalKind, RegisterNumber, TraceNumber,
    },
    money::Won,
};
use serde_json::json;

use super::{
    ACCOUNT, FIN_ACCOUNT, TOKEN, call, client, deposit, fin_account, first_body, refusal, says_unknown,
    server::{Does, Server, ok, reply},
    unclear, withdrawal,
};

#[tokio::test]
async fn a_withdrawal_goes_out_as_the_bank_spells_it() {
    let server = Server::answering("00000", json!({"FinAcno": FIN_ACCOUNT, "RgsnYmd": "20261125"})).await;
    let call = call();
    let answer = client(&server).withdraw(&call, &withdrawal()).await;
    assert_eq!(
        answer.outcome,
        Outcome::Succeeded(MoneyReceipt {
            trace_number: call.trace_number.clone(),
            amount: None,
            fin_account: Some(fin_account()),
        })
    );
    let seen = server.requests();
    assert!(
        seen[0].head.starts_with("POST /DrawingTransfer.nh HTTP/1.1\r\n"),
        "{}",
        seen[0].head
    );
    assert!(
        seen[0].head.contains("content-type: application/json"),
        "{}",
        seen[0].head
    );
    assert_eq!(
        seen[0].body,
        json!({
            "Header": {
                "ApiNm": "DrawingTransfer", "Tsymd": "20261125", "Trtm": "010005", "Iscd": "900001",
                "FintechApsno": "001", "ApiSvcCd": "DrawingTransferA", "IsTuno": call.trace_number.as_str(),
                "AccessToken": TOKEN,
            },
            "FinAcno": FIN_ACCOUNT, "Tram": "10000", "DractOtlt": "나루 7K2M", "MractOtlt": "나루 7K2M",
        })
    );
}

#[tokio::test]
async fn a_deposit_takes_the_way_of_its_bank() {
    for (bank, api) in [
        ("011", "ReceivedTransferAccountNumber"),
        ("012", "ReceivedTransferAccountNumber"),
        ("004", "ReceivedTransferOtherBank"),
    ] {
        let server = Server::answering("00000", json!({})).await;
        let answer = client(&server).deposit(&call(), &deposit(bank)).await;
        assert!(matches!(answer.outcome, Outcome::Succeeded(_)), "{bank}");
        let body = first_body(&server);
        assert_eq!(body["Header"]["ApiNm"], api);
        assert_eq!((&body["Bncd"], &body["Acno"]), (&json!(bank), &json!(ACCOUNT)));
        assert_eq!(
            (&body["Tram"], &body["MractOtlt"]),
            (&json!("10000"), &json!("나루 7K2M"))
        );
        let called = format!("POST /{api}.nh ");
        assert!(server.requests()[0].head.starts_with(&called));
    }
}

#[tokio::test]
async fn what_the_bank_says_it_did_is_handed_on_as_it_says_it() {
    let other = "00820109000010000000000009999";
    let server = Server::start(move |_, request| {
        let mut reply = reply(
            request,
            "00000",
            &json!({"FinAcno": other, "Tram": "0000000000020000.00"}),
        );
        reply["Header"]["IsTuno"] = json!("20261125SOMEBODYELSE");
        Does::Sends(ok(&reply))
    })
    .await;
    let answer = client(&server).withdraw(&call(), &withdrawal()).await;
    assert_eq!(
        answer.outcome,
        Outcome::Succeeded(MoneyReceipt {
            trace_number: TraceNumber::new("20261125SOMEBODYELSE"),
            amount: Some(Won::new(20_000)),
            fin_account: Some(FinAccountNumber::new(other)),
        })
    );
}

#[tokio::test]
async fn a_success_that_cannot_be_compared_is_unclear() {
    let no_number = Server::start(|_, request| {
        let mut reply = reply(request, "00000", &json!({}));
        reply["Header"].as_object_mut().unwrap().remove("IsTuno");
        Does::Sends(ok(&reply))
    })
    .await;
    let answer = client(&no_number).withdraw(&call(), &withdrawal()).await;
    assert_eq!(answer.outcome, unclear());

    let odd_amount = Server::answering("00000", json!({"Tram": "1만원"})).await;
    let answer = client(&odd_amount).withdraw(&call(), &withdrawal()).await;
    assert_eq!(answer.outcome, unclear());
}

#[tokio::test]
async fn a_refusal_moved_nothing_and_a_repeated_number_proves_nothing() {
    for (code, expected) in [
        ("00133", refusal("00133", RefusalKind::InsufficientBalance)),
        ("AC002", refusal("AC002", RefusalKind::OutOfServiceHours)),
        ("AT999", says_unknown("AT999")),
        ("AC081", says_unknown("AC081")),
        ("A0050", says_unknown("A0050")),
        ("Q1234", says_unknown("Q1234")),
        ("", unclear()),
        ("no code at all", unclear()),
    ] {
        let server = Server::answering(code, json!({})).await;
        let answer = client(&server).withdraw(&call(), &withdrawal()).await;
        assert_eq!(answer.outcome, expected, "{code:?}");
    }
}

#[tokio::test]
async fn a_refusal_of_another_call_is_no_refusal_of_ours() {
    let server = Server::start(|_, request| {
        let mut reply = reply(request, "00133", &json!({}));
        reply["Header"]["IsTuno"] = json!("20261125SOMEBODYELSE");
        Does::Sends(ok(&reply))
    })
    .await;
    let answer = client(&server).withdraw(&call(), &withdrawal()).await;
    assert_eq!(answer.outcome, unclear());
}

#[tokio::test]
async fn what_the_wire_cannot_carry_is_not_sent() {
    let server = Server::answering("00000", json!({})).await;
    let client = client(&server);
    for (amount, memo, fin_account) in [
        (0, "나루", FIN_ACCOUNT),
        (-1, "나루", FIN_ACCOUNT),
        (1_000_000_000_000_000, "나루", FIN_ACCOUNT),
        (1_000, "가나다라마바사아자차카", FIN_ACCOUNT),
        (1_000, "twenty-one characters", FIN_ACCOUNT),
        (1_000, "나루", ""),
        (1_000, "나루", "not a number"),
    ] {
        let mut request = withdrawal();
        request.amount = Won::new(amount);
        request.memo = memo.to_owned();
        request.fin_account = FinAccountNumber::new(fin_account);
        let answer = client.withdraw(&call(), &request).await;
        assert_eq!(
            answer.outcome,
            Outcome::NotSent(NotSentReason::NotBuildable),
            "{request:?}"
        );
    }
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn a_fin_account_is_opened_and_then_asked_for() {
    let server = Server::start(|number, request| {
        let (code, fields) = match number {
            0 => ("00000", json!({"Rgno": "20261125000000249"})),
            1 => ("A0017", json!({})),
            2 => ("00000", json!({"FinAcno": FIN_ACCOUNT, "RgsnYmd": "20261125"})),
            3 => ("00000", json!({})),
            _ => ("A0013", json!({})),
        };
        Does::Sends(ok(&reply(request, code, &fields)))
    })
    .await;
    let client = client(&server);
    let open = OpenFinAccount {
        bank: BankCode::new("011"),
        account: AccountNumber::new(ACCOUNT),
        birth_date: BirthDate::new("19900101"),
    };
    let check = CheckFinAccount {
        register_number: RegisterNumber::new("20261125000000249"),
        birth_date: BirthDate::new("19900101"),
    };
    let opened = client.open_fin_account(&call(), &open).await;
    assert_eq!(opened.outcome, Outcome::Succeeded(check.register_number.clone()));
    let early = client.check_fin_account(&call(), &check).await;
    assert_eq!(early.outcome, refusal("A0017", RefusalKind::StillIssuing));
    let checked = client.check_fin_account(&call(), &check).await;
    assert_eq!(checked.outcome, Outcome::Succeeded(fin_account()));
    let empty = client.check_fin_account(&call(), &check).await;
    assert_eq!(empty.outcome, unclear());
    let again = client.open_fin_account(&call(), &open).await;
    assert_eq!(again.outcome, refusal("A0013", RefusalKind::AlreadyRegistered));
    assert_eq!(first_body(&server)["DrtrRgyn"], "Y");
}

#[tokio::test]
async fn neither_debug_nor_the_record_shows_an_account_or_the_token() {
    let server = Server::start(|_, request| {
        let echo = json!({"FinAcno": FIN_ACCOUNT, "Echo": TOKEN, "Text": format!("계좌 {ACCOUNT}")});
        Does::Sends(ok(&reply(request, "00000", &echo)))
    })
    .await;
    let client = client(&server);
    let (withdrawn, deposited) = (
        client.withdraw(&call(), &withdrawal()).await,
        client.deposit(&call(), &deposit("011")).await,
    );
    let everything = format!(
        "{client:?} {withdrawn:?} {deposited:?} {:?} {:?} {} {}",
        withdrawal(),
        deposit("011"),
        withdrawn.exchange.request,
        deposited.exchange.response.clone().unwrap_or_default(),
    );
    for hidden in [FIN_ACCOUNT, ACCOUNT, TOKEN, &TOKEN[..16]] {
        assert!(!everything.contains(hidden), "{everything}");
    }
    assert!(
        withdrawn.exchange.request.contains("008201090000100000000000*****"),
        "{everything}"
    );
    assert!(deposited.exchange.request.contains("30200000*****"), "{everything}");
}
