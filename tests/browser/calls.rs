//! Callers on the line: from the empty page of payments to the verdict, by what they say, in a real browser.

use std::time::Duration;

use chrono::TimeDelta;
use naru::ids::Prefix;
use naru::models::kinds::{Role, StaffDeed};
use naru::models::staff_audit;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};

use crate::api::payments::payment;
use crate::support::app::{self, TestApp, eventually_within};
use crate::support::browser::run_browser_script;
use crate::support::http::Api;
use crate::support::people::PASSWORD;

const AGENT: &str = "cs@example.test";
const CALLER: &str = "minji@example.test";

/// A shop with a customer who will call, and an agent.
struct Line {
    app: TestApp,
    api: Api,
    mandate: String,
}

/// What a caller says, and what the agent must find.
struct Call<'a> {
    name: &'a str,
    says: &'a str,
    opens: &'a str,
    moved: &'a str,
    ko: &'a [&'a str],
    en: &'a [&'a str],
}

impl Line {
    async fn open() -> Self {
        // Time stands still: what is unknown stays unknown.
        let app = app::wish().with_a_stopped_clock().start().await;
        let (shop, mandate) = app.shop_with_mandate().await;
        app.staff(AGENT, Role::Cs).await;
        Self {
            app,
            api: shop.api,
            mandate,
        }
    }

    async fn pays(&self, order: &str, amount: i64) -> String {
        let key = uuid::Uuid::now_v7().to_string();
        let made = self
            .api
            .post("/payments", &key, &payment(&self.mandate, order, amount))
            .await;
        self.app.settled().await;
        id_of(&made.expect(202).json())
    }

    async fn gives_back(&self, payment: &str, amount: i64) -> String {
        let body = json!({ "amount": amount, "reason": "변심" });
        let made = self
            .api
            .post(&format!("/payments/{payment}/refunds"), "back", &body)
            .await;
        self.app.settled().await;
        id_of(&made.expect(202).json())
    }

    async fn answers(&self, call: Call<'_>) {
        let tells = json!({ "ko": call.ko, "en": call.en }).to_string();
        let env = [
            ("EMAIL", AGENT),
            ("PASSWORD", PASSWORD),
            ("NAME", call.name),
            ("SAYS", call.says),
            ("OPENS", call.opens),
            ("MOVED", call.moved),
            ("TELLS", tells.as_str()),
        ];
        run_browser_script("desk_call", &self.app.base, &env).await;
    }
}

fn id_of(made: &Value) -> String {
    made["id"].as_str().expect("an id").to_owned()
}

#[tokio::test]
async fn a_caller_whose_payment_succeeded_is_answered_by_its_order() {
    let line = Line::open().await;
    let id = line.pays("order-2042", 12_300).await;
    let call = Call {
        name: "succeeded",
        says: "order-2042",
        opens: &id,
        moved: "yes",
        ko: &[
            "출금됐어요",
            "은행이 요청한 대로 처리했다고 응답했어요.",
            "정상으로 출금됐어요.",
        ],
        en: &[
            "Money was withdrawn",
            "The bank answered that it did what was asked.",
            "as it should be",
        ],
    };
    line.answers(call).await;
}

#[tokio::test]
async fn a_caller_whose_payment_failed_is_answered_by_its_id() {
    let line = Line::open().await;
    let id = line.pays("order-2043", 19_001).await;
    let call = Call {
        name: "failed",
        says: &id,
        opens: &id,
        moved: "no",
        ko: &["출금되지 않았어요", "잔액 부족", "돈이 빠져나가지 않았어요"],
        en: &[
            "No money was withdrawn",
            "insufficient balance",
            "no money left your account",
        ],
    };
    line.answers(call).await;
}

#[tokio::test]
async fn a_caller_whose_payment_is_unknown_is_answered_by_their_email() {
    let line = Line::open().await;
    let id = line.pays("order-2044", 19_041).await;
    let call = Call {
        name: "unknown",
        says: CALLER,
        opens: &id,
        moved: "unknown",
        ko: &[
            "출금됐는지 아직 알 수 없어요",
            "은행에 결과를 다시 조회해요.",
            "다시 결제하지 말고",
        ],
        en: &[
            "Not known yet whether money was withdrawn",
            "asked for the result again",
            "do not pay again",
        ],
    };
    line.answers(call).await;
}

#[tokio::test]
async fn a_caller_who_was_charged_twice_is_told_so() {
    let line = Line::open().await;
    line.pays("order-2045", 12_300).await;
    let id = line.pays("order-2045", 12_300).await;
    let call = Call {
        name: "twice",
        says: "order-2045",
        opens: &id,
        moved: "yes",
        ko: &[
            "같은 주문으로 2번 출금됐어요",
            "같은 주문에 12,300원이 2번 빠져나갔어요.",
        ],
        en: &[
            "The same order was withdrawn 2 times",
            "You are right: ₩12,300 left your account 2 times",
        ],
    };
    line.answers(call).await;
}

#[tokio::test]
async fn a_caller_whose_refund_has_not_arrived_is_told_when_the_bank_took_it() {
    let line = Line::open().await;
    let id = line.pays("order-2046", 12_300).await;
    line.gives_back(&id, 12_300).await;
    line.app.advance(TimeDelta::minutes(11)).await;
    let call = Call {
        name: "refunded",
        says: "order-2046",
        opens: &id,
        moved: "yes",
        ko: &[
            "환불금 12,300원을 입금했다고 응답했어요",
            "결제한 계좌의 거래 내역을 확인해 주세요.",
        ],
        en: &[
            "deposited the refund of ₩12,300",
            "Please look at that account’s transactions.",
        ],
    };
    line.answers(call).await;
}

#[tokio::test]
async fn a_caller_is_answered_and_given_the_money_back_with_the_keys_alone() {
    let line = Line::open().await;
    let id = line.pays("order-2047", 12_300).await;
    let env = [
        ("EMAIL", AGENT),
        ("PASSWORD", PASSWORD),
        ("SAYS", "order-2047"),
        ("OPENS", id.as_str()),
    ];
    run_browser_script("desk_call_keys", &line.app.base, &env).await;
    line.app.settled().await;
    let refunds = line
        .api
        .get(&format!("/payments/{id}/refunds"))
        .await
        .expect(200)
        .json();
    let refunds = refunds["data"].as_array().expect("a list");
    assert_eq!(refunds.len(), 1, "{refunds:?}");
    assert_eq!(
        (&refunds[0]["amount"], &refunds[0]["status"]),
        (&json!(12_300), &json!("succeeded"))
    );
}

#[tokio::test]
async fn the_page_of_an_unknown_payment_turns_to_its_result_and_loses_nothing_that_is_typed() {
    let line = Line::open().await;
    line.app.staff("lead@example.test", Role::CsLead).await;
    let signal = line.pays("order-2048", 12_300).await;
    let unknown = line.pays("order-2049", 19_041).await;
    let env = [
        ("EMAIL", "lead@example.test"),
        ("PASSWORD", PASSWORD),
        ("PAYMENT", unknown.as_str()),
        ("SIGNAL", signal.as_str()),
    ];
    let answer = async {
        let seen = staff_audit::Entity::find()
            .filter(staff_audit::Column::Deed.eq(StaffDeed::PaymentSeen))
            .filter(staff_audit::Column::SubjectId.eq(Prefix::Payment.parse(&signal).expect("an id")));
        eventually_within(Duration::from_mins(2), "the page is ready", || async {
            let seen = seen.clone().count(line.app.services.db.read()).await;
            seen.expect("the database answers") > 0
        })
        .await;
        line.app.advance(TimeDelta::minutes(5)).await;
    };
    tokio::join!(run_browser_script("desk_fresh", &line.app.base, &env), answer);
}
