//! The wire as a stranger meets it: what is answered to requests that are no good, and to issues sent twice.

use serde_json::{Value, json};

use super::Bench;

fn request(api: &str, trace: &str, fields: &Value) -> Value {
    let mut body = json!({
        "Header": {
            "ApiNm": api, "Tsymd": "20261125", "Trtm": "112428", "Iscd": "900001", "FintechApsno": "001",
            "ApiSvcCd": "DrawingTransferA", "IsTuno": trace, "AccessToken": "00112233"
        }
    });
    for (name, value) in fields.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

async fn ask(bench: &Bench, api: &str, body: Value) -> Value {
    let (status, text) = bench.post(&format!("/{api}.nh"), body).await;
    assert_eq!(status, 200, "{text}");
    serde_json::from_str(&text).unwrap()
}

#[tokio::test]
async fn the_header_is_echoed_without_its_token() {
    let bench = Bench::start().await;
    let fields = json!({"Bncd": "011", "Acno": "3020000000601"});
    let api = "InquireDepositorAccountNumber";
    let answer = ask(&bench, api, request(api, "T-1", &fields)).await;
    let header = &answer["Header"];
    assert_eq!(header["Rpcd"], "00000");
    assert_eq!(header["IsTuno"], "T-1");
    assert_eq!(header["Trtm"], "112428");
    assert_eq!(header.get("AccessToken"), None);
    bench.stop().await;
}

#[tokio::test]
async fn requests_that_are_no_good_are_told_so_and_move_nothing() {
    let bench = Bench::start().await;
    let customer = bench.link("3020000000602").await;
    let good = json!({"FinAcno": customer.fin_account.as_str(), "Tram": "1000", "DractOtlt": "X"});
    let api = "DrawingTransfer";
    for (spoil, value, code) in [
        ("AccessToken", "", "ZZ005"),
        ("Iscd", "", "ZZ005"),
        ("ApiNm", "InquireBalance", "ZZ006"),
        ("Tsymd", "2026-11-25", "ZZ006"),
        ("IsTuno", "", "ZZ006"),
        ("IsTuno", "123456789012345678901", "ZZ006"),
    ] {
        let mut body = request(api, "T-2", &good);
        body["Header"][spoil] = json!(value);
        assert_eq!(ask(&bench, api, body).await["Header"]["Rpcd"], code, "{spoil}");
    }
    for (index, amount) in ["0", "-5", "1.5", "1,000", "", "9999999999999999"]
        .into_iter()
        .enumerate()
    {
        let mut body = request(api, &format!("T-3-{index}"), &good);
        body["Tram"] = json!(amount);
        assert_eq!(ask(&bench, api, body).await["Header"]["Rpcd"], "ZZ006", "{amount}");
    }
    let no_amount = request(api, "T-4", &json!({"FinAcno": customer.fin_account.as_str()}));
    assert_eq!(ask(&bench, api, no_amount).await["Header"]["Rpcd"], "ZZ006");
    assert_eq!(bench.get("/_sim/summary").await["withdrawals"], 0);
    bench.stop().await;
}

#[tokio::test]
async fn what_is_not_the_wire_is_an_http_error() {
    let bench = Bench::start().await;
    assert_eq!(bench.post("/DrawingTransfer.nh", json!([])).await.0, 400);
    assert_eq!(bench.post("/DrawingTransfer.nh", json!({})).await.0, 400);
    assert_eq!(bench.post("/RobTheBank.nh", json!({})).await.0, 404);
    assert_eq!(bench.post("/DrawingTransfer", json!({})).await.0, 404);
    let huge = json!({ "filler": "x".repeat(70_000) });
    assert_eq!(bench.post("/DrawingTransfer.nh", huge).await.0, 413);
    bench.stop().await;
}

#[tokio::test]
async fn an_issue_sent_twice_is_answered_the_same_and_one_with_another_body_is_refused() {
    let bench = Bench::start().await;
    let api = "OpenFinAccountDirect";
    let fields = |account: &str| json!({"DrtrRgyn": "Y", "BrdtBrno": "19900101", "Bncd": "011", "Acno": account});
    let first = ask(&bench, api, request(api, "T-5", &fields("3020000000603"))).await;
    let again = ask(&bench, api, request(api, "T-5", &fields("3020000000603"))).await;
    assert_eq!(first["Header"]["Rpcd"], "00000");
    assert_eq!(first, again);
    let other = ask(&bench, api, request(api, "T-5", &fields("3020000000604"))).await;
    assert_eq!(other["Header"]["Rpcd"], "AC082");
    bench.stop().await;
}

#[tokio::test]
async fn a_passbook_cuts_its_text_at_twenty_characters() {
    let bench = Bench::start().await;
    let customer = bench.link("3020000000605").await;
    let memo = "가나다라마바사아자차카타파하가나다라마바사아";
    let fields = json!({"FinAcno": customer.fin_account.as_str(), "Tram": "1000", "DractOtlt": memo});
    let moved = ask(&bench, "DrawingTransfer", request("DrawingTransfer", "T-6", &fields)).await;
    assert_eq!(moved["Header"]["Rpcd"], "00000");
    let today = super::new_call().date();
    let day = |days| (today + chrono::TimeDelta::days(days)).format("%Y%m%d").to_string();
    let fields = json!({"Bncd": "011", "Acno": "3020000000605", "Insymd": day(-1), "Ineymd": day(1), "TrnsDsnc": "D",
                        "Lnsq": "DESC", "PageNo": "1", "Dmcnt": "10"});
    let api = "InquireTransactionHistory";
    let statement = ask(&bench, api, request(api, "T-7", &fields)).await;
    assert_eq!(statement["Iqtcnt"], "1");
    assert_eq!(
        statement["REC"][0]["BnprCntn"],
        "가나다라마바사아자차카타파하가나다라마바"
    );
    bench.stop().await;
}

#[tokio::test]
async fn a_trace_number_is_one_for_all_apis_of_a_day_and_new_on_the_next() {
    let bench = Bench::start().await;
    let customer = bench.link("3020000000606").await;
    let holder = json!({"Bncd": "011", "Acno": "3020000000606"});
    let api = "InquireDepositorAccountNumber";
    assert_eq!(
        ask(&bench, api, request(api, "T-8", &holder)).await["Header"]["Rpcd"],
        "00000"
    );
    let draw = json!({"FinAcno": customer.fin_account.as_str(), "Tram": "1000", "DractOtlt": "X"});
    let api = "DrawingTransfer";
    assert_eq!(
        ask(&bench, api, request(api, "T-8", &draw)).await["Header"]["Rpcd"],
        "AC081"
    );
    let mut next_day = request(api, "T-8", &draw);
    next_day["Header"]["Tsymd"] = json!("20261126");
    assert_eq!(ask(&bench, api, next_day).await["Header"]["Rpcd"], "00000");
    let calls = bench.get("/_sim/calls?trace=T-8").await;
    let answers: Vec<_> = calls["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|call| &call["answer"])
        .collect();
    assert_eq!(answers, ["00000", "AC081", "00000"]);
    bench.stop().await;
}
