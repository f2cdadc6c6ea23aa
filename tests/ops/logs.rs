//! The log of the real program, as JSON: what belongs to a transfer is found by its ids, and what is personal is not there.

use naru::demo::PARTNER_KEY;
use serde_json::{Value, json};

use crate::support::app::eventually;
use crate::support::http::Answer;
use crate::support::people::PASSWORD;
use crate::support::phone::Person;
use crate::support::program::{EMBEDDED, Program};
use crate::support::visitor::{Browser, SESSION};

const PHONE: &str = "010-2222-3333";
/// What is left of it in a line that tells too much.
const PHONE_IN_LOGS: [&str; 5] = ["2222-3333", "22223333", "01022223333", "9999-0000", "99990000"];

pub const JSON: [(&str, &str); 2] = [("NARU_LOG_FORMAT", "json"), ("NARU_LOG", "naru=info,warn")];

/// The lines of the log; what the program tells the person at the terminal is not one.
pub fn lines(program: &Program) -> Vec<Value> {
    let said = program.said();
    said.lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect()
}

/// A field of the line itself, or of the work that it belongs to.
pub fn field<'a>(line: &'a Value, name: &str) -> Option<&'a str> {
    line["fields"][name].as_str().or_else(|| line["span"][name].as_str())
}

/// What the modules of a part said of one request, and that each line carries both ids.
#[track_caller]
pub fn said_by(lines: &[Value], part: &str, request_id: &str, transfer: &str) -> Vec<String> {
    let of_part = lines
        .iter()
        .filter(|line| line["target"].as_str().unwrap().starts_with(part));
    let of_request = of_part.filter(|line| field(line, "request_id") == Some(request_id));
    let messages = of_request.map(|line| {
        assert_eq!(field(line, "transfer"), Some(transfer), "{line}");
        line["fields"]["message"].as_str().unwrap().to_owned()
    });
    messages.collect()
}

/// Asks for a payment under a request id; answers with its id.
async fn ask(program: &Program, order: &str, amount: i64, request_id: &str) -> String {
    let api = program.api();
    let mandates = api.get("/mandates").await.expect(200).json();
    let body = json!({
        "mandate_id": mandates["data"][0]["id"], "order_id": order, "amount": amount, "description": "원두 1kg",
    });
    let request = api
        .request(reqwest::Method::POST, "/payments")
        .header("idempotency-key", order);
    let request = request.header("x-request-id", request_id).json(&body);
    let made = Answer::of(request).await.expect(202).json();
    made["id"].as_str().unwrap().to_owned()
}

async fn settled(program: &Program, id: &str) {
    let api = program.api();
    let path = format!("/payments/{id}");
    eventually("it is settled", || async {
        let status = api.get(&path).await.expect(200).json()["status"].clone();
        status == "succeeded" || status == "failed"
    })
    .await;
}

/// Pays under a request id and waits until it is paid, or refused; answers with the payment's id.
pub async fn pay(program: &Program, order: &str, amount: i64, request_id: &str) -> String {
    let id = ask(program, order, amount, request_id).await;
    settled(program, &id).await;
    id
}

#[tokio::test]
async fn a_payment_is_found_in_web_relay_and_worker_by_the_request_that_made_it() {
    let mut program = Program::new(&[&EMBEDDED[..], &JSON].concat());
    program.start().await;
    let id = pay(&program, "order-1", 12_300, "shop-request-7").await;
    let refund = json!({ "amount": 300, "reason": "단순 변심" });
    let api = program.api();
    let request = api.request(reqwest::Method::POST, &format!("/payments/{id}/refunds"));
    let request = request
        .header("idempotency-key", "order-1-back")
        .header("x-request-id", "shop-request-8");
    let refund = Answer::of(request.json(&refund)).await.expect(202).json();
    let refund = refund["id"].as_str().unwrap();
    let done = |request_id: &str, transfer: &str| {
        let lines = lines(&program);
        said_by(&lines, "naru::relay", request_id, transfer) == ["done"]
    };
    eventually("both are done", || async {
        done("shop-request-7", &id) && done("shop-request-8", refund)
    })
    .await;

    let lines = lines(&program);
    for (request_id, transfer) in [("shop-request-7", id.as_str()), ("shop-request-8", refund)] {
        let said = |part| said_by(&lines, part, request_id, transfer);
        assert_eq!(said("naru::controllers"), ["answered"]);
        assert_eq!(
            said("naru::transfers::execute"),
            ["claimed; the bank is called", "settled"]
        );
    }
}

#[tokio::test]
async fn a_worker_of_a_later_start_still_knows_the_request_and_so_does_the_inquiry() {
    let settings = [
        ("NARU_BANK_MONEY_TIMEOUT_MS", "500"),
        ("NARU_INQUIRY_SCHEDULE_SECS", "1"),
    ];
    let mut program = Program::beside_its_bank(&[JSON.as_slice(), &settings].concat()).await;
    // The first start makes the demo partner, the second accepts and cannot work, the third finds what was left.
    program.start().await;
    program.stop("TERM").await;
    program.start_without_workers().await;
    // The bank withdraws and then says nothing.
    let id = ask(&program, "order-1", 19_021, "a-slow-one").await;
    program.stop("TERM").await;
    program.start().await;
    settled(&program, &id).await;
    eventually("the inquiry is told of", || async {
        let lines = lines(&program);
        let claimed = said_by(&lines, "naru::transfers::execute", "a-slow-one", &id);
        let asked = said_by(&lines, "naru::transfers::inquire", "a-slow-one", &id);
        claimed == ["claimed; the bank is called", "settled"]
            && asked == ["settled by what the bank said when it was asked"]
    })
    .await;
}

#[tokio::test]
async fn c57_no_line_holds_what_is_personal_or_secret() {
    const EMAIL: &str = "seoyeon@example.test";
    const NUMBER: &str = "3020001112223";
    let mut program = Program::new(&[("NARU_LOG_FORMAT", "json"), ("NARU_LOG", "naru=debug,warn")]);
    program.start().await;
    let browser = program.browser();
    let person = Person {
        phone: PHONE,
        email: EMAIL,
        birth_date: "1994-03-02",
    };
    browser.sign_up(person).await.expect(303);
    let code = browser.code().await;
    let phone = [("phone", "010-9999-0000"), ("password", PASSWORD)];
    browser.post("/me/profile/phone", &phone).await.expect(303);
    browser
        .post("/me/profile/phone/code", &[("code", "000000")])
        .await
        .expect(422);
    let session = browser.cookie(SESSION).expect("signed in");
    let holder = json!({ "account": NUMBER, "holder": "박서연" });
    program.bank_post("/_sim/accounts", &holder).await;
    browser.link(NUMBER).await.expect(303);
    browser.get("/accounts?wait=1").await.expect(200);
    pay(&program, "order-1", 12_300, "fine").await;
    pay(&program, "order-2", 9_001, "refused").await;
    program
        .browser()
        .post("/sign-in", &[("email", EMAIL), ("password", "a-wrong-password")])
        .await;
    // An address with an email in it, refused with a warning.
    let foreign = browser.request(reqwest::Method::POST, &format!("/sign-in?next=/cs/payments?q={EMAIL}"));
    browser
        .send(foreign.header("sec-fetch-site", "cross-site"))
        .await
        .expect(403);
    wrong_requests(&program, &browser, NUMBER).await;
    assert_eq!(program.stop("TERM").await, Some(0));

    // The development sender's own line shows what it does not send, and even that without the whole number.
    let (shown, rest): (Vec<Value>, Vec<Value>) = lines(&program)
        .into_iter()
        .partition(|line| line["target"] == "naru::notifications::sms::development");
    let text = |lines: Vec<Value>| lines.iter().map(Value::to_string).collect::<Vec<_>>().join("\n");
    let (shown, log) = (text(shown), text(rest));
    assert!(shown.contains(&code) && shown.contains("010-2222-****"), "{shown}");
    for word in ["answered", "settled", "a form from another site was refused"] {
        assert!(log.contains(word), "the log does not speak of `{word}`:\n{log}");
    }
    let person = ["seoyeon", "박서연", "1994-03-02", "19940302", NUMBER, "3020001234567"];
    let secrets = [
        PASSWORD,
        "a-wrong-password",
        session.as_str(),
        PARTNER_KEY,
        "development-only",
    ];
    assert_eq!(PHONE_IN_LOGS.iter().find(|part| shown.contains(*part)), None);
    for secret in person.iter().chain(&secrets).chain(&PHONE_IN_LOGS) {
        let line = log.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "{secret}");
    }
    // Six digits are in an id or a moment by chance.
    let mut words = log.split(|letter: char| !letter.is_ascii_alphanumeric());
    assert!(words.all(|word| word != code), "the code is in the log");
}

/// What callers send by mistake is not written either.
async fn wrong_requests(program: &Program, browser: &Browser, number: &str) {
    let api = program.api();
    let body = json!({ "mandate_id": number, "order_id": 1, "account": number });
    api.post("/payments", "key", &body).await.expect(422);
    let request = api
        .request(reqwest::Method::POST, "/payments")
        .header("idempotency-key", "key-2");
    let broken = format!("{{\"amount\": \"{number}\", ");
    Answer::of(request.header("content-type", "application/json").body(broken)).await;
    Answer::of(api.request(reqwest::Method::GET, "/payments?account=3020001112223"))
        .await
        .expect(422);
    browser.get("/accounts?q=seoyeon@example.test").await;
}

#[tokio::test]
async fn a_message_that_could_not_be_sent_leaves_a_line_without_number_and_code() {
    let settings = [
        ("NARU_SMS_SENDER", "solapi"),
        ("NARU_SMS_API_KEY", "a-key-of-solapi"),
        ("NARU_SMS_API_SECRET", "a-secret-of-solapi"),
        ("NARU_SMS_FROM", "02-1234-5678"),
        ("NARU_SMS_URL", "http://127.0.0.1:1"),
    ];
    let debug = [("NARU_LOG_FORMAT", "json"), ("NARU_LOG", "naru=debug,warn")];
    let mut program = Program::new(&[settings.as_slice(), &debug].concat());
    program.start().await;
    let browser = program.browser();
    for path in ["/sign-up", "/password/forgotten"] {
        browser.post(path, &[("phone", PHONE)]).await.expect(503);
    }
    browser.get("/dev/outbox").await.expect(404);
    assert_eq!(program.stop("TERM").await, Some(0));
    let said: Vec<String> = lines(&program).iter().map(Value::to_string).collect();
    let failures = said
        .iter()
        .filter(|line| line.contains("a text message could not be sent"));
    assert_eq!(failures.count(), 2, "{said:?}");
    for secret in PHONE_IN_LOGS.iter().chain(&["of-solapi"]) {
        let line = said.iter().find(|line| line.contains(secret));
        assert_eq!(line, None, "{secret}");
    }
}
