//! Personal data whole on the page of a payment, with its caller on the line: the same rules as on the member's page.

use naru::ids::Prefix;
use naru::models::bank_accounts;
use naru::models::kinds::{Role, StaffDeed, SubjectKind};
use reqwest::Method;
use serde_json::{Value, json};

use super::{desk, desk_of};
use crate::api::payments::payment;
use crate::support::app::{self, TestApp};
use crate::support::people::ACCOUNT;

const REASON: &str = "고객이 어느 계좌인지 확인을 요청했어요";

/// A payment of Minji's: its page, her id, and the account that it goes from.
async fn scene(app: &TestApp) -> (String, String, String) {
    let (shop, mandate) = app.shop_with_mandate().await;
    let made = shop
        .api
        .post("/payments", "k", &payment(&mandate, "order-1", 12_300))
        .await;
    let id = made.expect(202).json()["id"].as_str().expect("an id").to_owned();
    let member = app.user_id("minji@example.test").await;
    let accounts = bank_accounts::Model::list_owned_by(app.services.db.read(), member).await;
    let account = accounts.expect("the database answers").remove(0);
    (
        format!("/cs/payments/{id}"),
        Prefix::Member.show(member.0),
        Prefix::Account.show(account.id.0),
    )
}

fn form<'a>(what: &'a str, reason: &'a str) -> [(&'static str, &'a str); 2] {
    [("what", what), ("reason", reason)]
}

#[tokio::test]
async fn the_account_of_a_payment_is_shown_whole_for_a_minute_and_the_audit_names_its_member() {
    let app = app::wish().without_workers().start().await;
    let (page, member, account) = scene(&app).await;
    let desk = desk(&app).await;
    let shown = desk.get(&page).await.expect(200).text;
    let path = format!("{page}/unmask");
    assert!(
        shown.contains(&format!("action=\"{path}\"")) && !shown.contains(ACCOUNT),
        "{shown}"
    );
    let answer = desk.post(&path, &form(&account, REASON)).await.expect(200);
    assert!(
        answer.text.contains(ACCOUNT) && !answer.text.contains("minji@example.test"),
        "{}",
        answer.text
    );
    assert_eq!(answer.header("refresh"), format!("60;url={page}"));
    assert_eq!(answer.header("cache-control"), "no-store");
    let rows = app.deeds_of(StaffDeed::Unmasked).await;
    let [row] = rows.as_slice() else {
        panic!("one row: {rows:?}");
    };
    let on = page.strip_prefix("/cs/payments/");
    let detail: Value = serde_json::from_str(row.detail.as_deref().expect("what")).expect("JSON");
    assert_eq!(detail, json!({ "what": "account", "account": account, "on": on }));
    let subject = (row.subject_kind, row.subject_id.map(|id| Prefix::Member.show(id)));
    assert_eq!(subject, (SubjectKind::Member, Some(member)));
    assert_eq!(row.reason.as_deref(), Some(REASON));
    assert_eq!(desk.get(&path).await.expect(303).header("location"), page);
}

#[tokio::test]
async fn a_script_gets_the_person_in_the_place_of_the_form_and_the_form_after_it() {
    let app = app::wish().without_workers().start().await;
    let (page, ..) = scene(&app).await;
    let (desk, path) = (desk(&app).await, format!("{page}/unmask"));
    let fragment = |method: Method, fields: &[(&str, &str)]| {
        let request = desk.request(method, &path).header("hx-request", "true");
        let request = request.header("sec-fetch-site", "same-origin");
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        request.body(serde_urlencoded::to_string(fields).expect("texts"))
    };
    let whole = desk
        .send(fragment(Method::POST, &form("person", REASON)))
        .await
        .expect(200)
        .text;
    for part in [
        "김민지",
        "minji@example.test",
        &format!("hx-get=\"{path}\""),
        "data-unmasked=\"60\"",
    ] {
        assert!(whole.contains(part), "{part}: {whole}");
    }
    assert!(!whole.contains("<html") && !whole.contains(ACCOUNT), "{whole}");
    let again = desk.send(fragment(Method::GET, &[])).await.expect(200).text;
    assert!(
        again.contains("name=\"reason\"") && !again.contains("minji@example.test"),
        "{again}"
    );
    let refused = desk
        .send(fragment(Method::POST, &form("person", " ")))
        .await
        .expect(422)
        .text;
    assert!(
        refused.contains("<details open>") && !refused.contains("<html"),
        "{refused}"
    );
    assert_eq!(app.deeds_of(StaffDeed::Unmasked).await.len(), 1);
}

#[tokio::test]
async fn without_a_reason_a_right_or_a_payment_nothing_is_shown() {
    let app = app::wish().without_workers().start().await;
    let (page, _, account) = scene(&app).await;
    let path = format!("{page}/unmask");
    let junho = app.member("junho@example.test").await;
    let theirs = Prefix::Account.show(app.account(junho, "3020007654321").await.0);
    let desk = desk(&app).await;
    let refused = desk.post(&path, &form(&account, " ")).await.expect(422).text;
    assert!(
        refused.contains("id=\"verdict\"") && refused.contains("id=\"unmask-reason-help\" class=\"help error\""),
        "{refused}"
    );
    desk.post(&path, &form(&theirs, REASON)).await.expect(404);
    for nothing in ["pay_00000000000000000000000000000000", "mem_1"] {
        let path = format!("/cs/payments/{nothing}/unmask");
        desk.post(&path, &form("person", REASON)).await.expect(404);
        desk.get(&path).await.expect(404);
    }
    assert!(app.deeds_of(StaffDeed::Unmasked).await.is_empty());
    for role in [Role::Operator, Role::Auditor] {
        let browser = desk_of(&app, &format!("{}@example.test", role.as_str()), role).await;
        let shown = browser.get(&page).await.expect(200).text;
        assert!(!shown.contains("id=\"unmask\""), "{role:?}");
        browser.post(&path, &form("person", REASON)).await.expect(403);
        browser.get(&path).await.expect(403);
    }
    assert!(app.deeds_of(StaffDeed::Unmasked).await.is_empty());
}

#[tokio::test]
async fn looks_on_both_pages_count_together() {
    let app = app::wish().without_workers().start().await;
    let (page, member, _) = scene(&app).await;
    let desk = desk(&app).await;
    let (on_payment, on_member) = (format!("{page}/unmask"), format!("/cs/members/{member}/unmask"));
    for number in 0..5 {
        let path = if number % 2 == 0 { &on_payment } else { &on_member };
        desk.post(path, &form("person", REASON)).await.expect(200);
    }
    let refused = desk.post(&on_payment, &form("person", REASON)).await.expect(429);
    assert!(
        refused.text.contains("한 시간에 5번까지 볼 수 있어요"),
        "{}",
        refused.text
    );
    assert!(!refused.text.contains("minji@example.test"), "{}", refused.text);
    desk.post(&on_member, &form("person", REASON)).await.expect(429);
}

#[tokio::test]
async fn the_form_by_itself_is_a_look_at_the_payment_whose_account_it_names() {
    let app = app::wish().without_workers().start().await;
    let (page, ..) = scene(&app).await;
    let (desk, path) = (desk(&app).await, format!("{page}/unmask"));
    let asked = desk.request(Method::GET, &path).header("hx-request", "true");
    let alone = desk.send(asked).await.expect(200);
    assert!(alone.text.contains("30200012*****"), "{}", alone.text);
    let written = app.written_by(&alone).await;
    let looks: Vec<_> = written.iter().map(|row| (row.deed, row.subject_kind)).collect();
    assert_eq!(looks, [(StaffDeed::PaymentSeen, SubjectKind::Payment)]);
}
