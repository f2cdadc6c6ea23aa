//! How and when the bank is asked what became of a transfer, and what its answers are worth.

use chrono::{DateTime, Days, TimeDelta, Utc};
use naru::clock::{kst_date, kst_midnight};
use naru::models::kinds::TransferState;
use naru::models::{bank_calls, transfers};
use naru::transfers::{execute, inquire};
use sea_orm::{EntityTrait, QueryOrder};
use serde_json::{Value, json};

use crate::api::payments::payment;
use crate::support::app::{self, TestApp, Wish};
use crate::support::http::Api;

/// A payment whose answer never came; answers with the way to it.
async fn unknown(wish: Wish, amount: i64) -> (TestApp, Api, String) {
    let app = wish.without_workers().start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    let made = shop
        .api
        .post("/payments", "key-1", &payment(&mandate, "order-1", amount))
        .await;
    let path = format!("/payments/{}", made.expect(202).json()["id"].as_str().unwrap());
    execute::execute(&app.services, app.only_transfer().await.id)
        .await
        .unwrap();
    assert_eq!(app.only_transfer().await.state, TransferState::Unknown);
    (app, shop.api, path)
}

/// A slow bank answers later than we wait.
fn inquiring(way: &str) -> Wish {
    app::wish().settings(json!({ "bank": { "inquiry": way, "money_timeout_ms": 500 } }))
}

fn by_statement() -> Wish {
    inquiring("statement")
}

impl TestApp {
    /// Lets the present look become due, and makes it.
    async fn look(&self) -> transfers::Model {
        let due = self.only_transfer().await.next_check_at.expect("a look is planned");
        self.advance((due - self.services.clock.now()).max(TimeDelta::zero()))
            .await;
        inquire::inquire(&self.services, self.only_transfer().await.id)
            .await
            .unwrap();
        self.only_transfer().await
    }

    async fn bank_calls(&self) -> Vec<bank_calls::Model> {
        let query = bank_calls::Entity::find().order_by_asc(bank_calls::Column::StartedAt);
        query.all(self.services.db.read()).await.unwrap()
    }
}

#[tokio::test]
async fn looks_come_by_the_schedule_and_the_next_one_is_told_to_partner_member_and_staff() {
    let wish = app::wish().settings(json!({ "inquiry": { "schedule_secs": "5,60,3600" } }));
    let (app, api, path) = unknown(wish, 19_041).await;
    app.bank_mode("inquire", "refuse").await;
    let seconds = |transfer: &transfers::Model, since: DateTime<Utc>| {
        (transfer.next_check_at.unwrap() - since)
            .num_milliseconds()
            .div_euclid(1_000)
    };
    let mut transfer = app.only_transfer().await;
    let mut waits = vec![seconds(&transfer, transfer.updated_at)];
    for _ in 0..4 {
        transfer = app.look().await;
        waits.push(seconds(
            &transfer,
            app.services.clock.now() - TimeDelta::milliseconds(500),
        ));
    }
    assert_eq!(waits, [5, 60, 3_600, 3_600, 3_600]);

    let shown = api.get(&path).await.expect(200).json()["next_check_at"].clone();
    let shown = DateTime::parse_from_rfc3339(shown.as_str().unwrap()).unwrap();
    assert_eq!(Some(shown.to_utc()), transfer.next_check_at);
    let moment = shown.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    let member = app.browser();
    member.sign_in("minji@example.test").await.expect(303);
    app.staff("cs@example.test", naru::models::kinds::Role::Cs).await;
    let desk = app.browser();
    desk.sign_in("cs@example.test").await.expect(303);
    for (page, title) in [
        (member.get(&path).await.expect(200).text, "다음 확인"),
        (desk.get(&format!("/cs{path}")).await.expect(200).text, "다음 조회 예정"),
    ] {
        assert!(page.contains(title) && page.contains(&moment), "{moment}: {page}");
    }
}

#[tokio::test]
async fn an_inquiry_has_a_number_of_its_own_and_names_the_original_day_also_after_midnight() {
    for wish in [app::wish(), by_statement()] {
        let app = wish.without_workers().start().await;
        let (shop, mandate) = app.shop_with_mandate().await;
        // Half a minute before a Korean midnight, here and at the bank.
        let tomorrow = kst_midnight(kst_date(app.services.clock.now()).succ_opt().unwrap());
        app.advance(tomorrow - TimeDelta::seconds(30) - app.services.clock.now())
            .await;
        let body = payment(&mandate, "order-1", 19_021);
        shop.api.post("/payments", "key-1", &body).await.expect(202);
        execute::execute(&app.services, app.only_transfer().await.id)
            .await
            .unwrap();
        app.advance(TimeDelta::minutes(1)).await;
        assert_eq!(app.look().await.state, TransferState::Succeeded);
        let calls = app.bank_calls().await;
        let transfer = app.only_transfer().await;
        let last = calls.last().unwrap();
        assert_eq!(
            calls.len() - 1,
            calls.iter().position(|call| call.id == last.id).unwrap()
        );
        assert_ne!(Some(&last.trace_number), transfer.trace_number.as_ref());
        let day = |at: DateTime<Utc>| kst_date(at).format("%Y%m%d").to_string();
        assert_eq!(last.trace_date, day(tomorrow));
        let original = day(tomorrow - TimeDelta::seconds(1));
        assert!(last.request.as_ref().unwrap().contains(&original), "{last:?}");
    }
}

#[tokio::test]
async fn rule_4_c20_a_row_that_appears_late_in_the_statement_is_found_and_its_absence_decided_nothing() {
    let (app, _, _) = unknown(by_statement(), 19_021).await;
    app.bank_post("/_sim/statement", json!({ "delay_seconds": 90 })).await;
    let mut looks = 0;
    loop {
        let transfer = app.look().await;
        looks += 1;
        if transfer.state == TransferState::Succeeded {
            break;
        }
        assert_eq!(
            (transfer.state, transfer.not_found_answers),
            (TransferState::Unknown, looks)
        );
        assert!(looks < 10, "it never ends");
    }
    assert!(looks >= 3, "found after {looks} looks");
}

#[tokio::test]
async fn rule_6_a_statement_that_shows_another_amount_is_for_a_person() {
    // 9091 moves one won less; here its answer is lost as well.
    let app = by_statement().without_workers().start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    app.bank_post(
        "/_sim/mode",
        json!({ "operation": "withdraw", "mode": "slow", "ms": 2_000 }),
    )
    .await;
    let made = shop
        .api
        .post("/payments", "key-1", &payment(&mandate, "order-1", 19_091))
        .await;
    let path = format!("/payments/{}", made.expect(202).json()["id"].as_str().unwrap());
    execute::execute(&app.services, app.only_transfer().await.id)
        .await
        .unwrap();
    app::eventually("the bank has done it", || async {
        app.bank_get("/_sim/summary").await["withdrawals"] == 1
    })
    .await;
    assert_eq!(app.look().await.state, TransferState::NeedsReview);
    let timeline = shop.api.get(&format!("{path}/timeline")).await.json();
    let last = timeline["data"].as_array().unwrap().last().unwrap()["detail"].clone();
    assert_eq!(last, json!({ "result": "disagrees", "why": "other_amount" }));
}

#[tokio::test]
async fn a_bank_that_is_still_at_it_is_asked_again_until_it_is_done() {
    let app = inquiring("result_check").without_workers().start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    app.bank_post(
        "/_sim/mode",
        json!({ "operation": "withdraw", "mode": "slow", "ms": 1_500 }),
    )
    .await;
    let made = shop
        .api
        .post("/payments", "key-1", &payment(&mandate, "order-1", 19_081))
        .await;
    let path = format!("/payments/{}", made.expect(202).json()["id"].as_str().unwrap());
    execute::execute(&app.services, app.only_transfer().await.id)
        .await
        .unwrap();
    app::eventually("the bank has it", || async {
        app.bank_get("/_sim/summary").await["withdrawals"] == 1
    })
    .await;
    for _ in 0..3 {
        assert_eq!(app.look().await.state, TransferState::Unknown);
    }
    assert_eq!(app.look().await.state, TransferState::Succeeded);
    let timeline = shop.api.get(&format!("{path}/timeline")).await.json();
    let results: Vec<_> = timeline["data"].as_array().unwrap()[3..]
        .iter()
        .map(|entry| entry["detail"]["result"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(results, ["processing", "processing", "processing", "moved"]);
}

#[tokio::test]
async fn what_the_bank_took_back_before_we_knew_of_it_is_for_a_person() {
    for (way, why) in [("statement", "taken_back"), ("result_check", "inquiry_gave_up")] {
        let app = inquiring(way).without_workers().start().await;
        let (shop, mandate) = app.shop_with_mandate().await;
        app.bank_post(
            "/_sim/mode",
            json!({ "operation": "withdraw", "mode": "slow", "ms": 1_500 }),
        )
        .await;
        let made = shop
            .api
            .post("/payments", "key-1", &payment(&mandate, "order-1", 19_071))
            .await;
        let path = format!("/payments/{}", made.expect(202).json()["id"].as_str().unwrap());
        execute::execute(&app.services, app.only_transfer().await.id)
            .await
            .unwrap();
        app::eventually("the bank has done it", || async {
            app.bank_get("/_sim/summary").await["withdrawals"] == 1
        })
        .await;
        app.advance(TimeDelta::minutes(11)).await;
        let mut transfer = app.look().await;
        if transfer.state == TransferState::Unknown {
            // The code that its inquiry answers proves nothing.
            app.advance(TimeDelta::days(3)).await;
            transfer = app.look().await;
        }
        assert_eq!(transfer.state, TransferState::NeedsReview, "{way}");
        let timeline: Value = shop.api.get(&format!("{path}/timeline")).await.json();
        assert_eq!(
            timeline["data"].as_array().unwrap().last().unwrap()["detail"]["why"],
            why
        );
    }
}

#[tokio::test]
async fn rule_4_while_the_bank_is_in_maintenance_nobody_asks_and_its_silence_counts_for_nothing() {
    // Every day, all day but its last minute: the bank is in maintenance whatever time the test runs at.
    let always = json!([{ "from": "00:00", "to": "12:00" }, { "from": "12:00", "to": "23:59" }]);
    let wish = app::wish().settings(json!({ "bank": { "maintenance": always } }));
    let app = wish.without_workers().start().await;
    let midnight = kst_midnight(kst_date(app.services.clock.now()) + Days::new(2));
    // An account can be linked in the open minute alone.
    app.advance(midnight - TimeDelta::seconds(50) - app.services.clock.now())
        .await;
    let (shop, mandate) = app.shop_with_mandate().await;
    shop.api
        .post("/payments", "key-1", &payment(&mandate, "order-1", 19_099))
        .await
        .expect(202);
    // And money is sent in it alone.
    execute::execute(&app.services, app.only_transfer().await.id)
        .await
        .unwrap();
    app.advance(midnight + TimeDelta::hours(1) - app.services.clock.now())
        .await;
    let calls = app.bank_calls().await.len();
    let put_off = app.look().await;
    let end = midnight + TimeDelta::hours(24) - TimeDelta::minutes(1);
    assert_eq!(
        (put_off.state, put_off.next_check_at),
        (TransferState::Unknown, Some(end))
    );
    assert_eq!(
        (put_off.checks, app.bank_calls().await.len()),
        (0, calls),
        "the bank was asked"
    );
    // In the open minute it is asked, and the answer counts.
    let looked = app.look().await;
    assert_eq!((looked.checks, looked.not_found_answers), (1, 1));
    assert_eq!(app.bank_calls().await.len(), calls + 1);
    // Two days later that minute has come twice more: too little time in which the bank worked for three answers to count.
    for _ in 0..6 {
        app.look().await;
        assert_eq!(app.only_transfer().await.state, TransferState::Unknown);
    }
}

#[tokio::test]
async fn two_looks_at_a_transfer_that_cannot_be_asked_about_hand_it_to_a_person_once() {
    let (app, _, _) = unknown(app::wish(), 19_041).await;
    app.sql("UPDATE bank_accounts SET fin_account_sealed = NULL").await;
    let due = app.only_transfer().await.next_check_at.unwrap();
    app.advance(due - app.services.clock.now()).await;
    let id = app.only_transfer().await.id;
    let (first, second) = tokio::join!(inquire::inquire(&app.services, id), inquire::inquire(&app.services, id));
    assert!(first.is_ok() && second.is_ok(), "{first:?} {second:?}");
    let transfer = app.only_transfer().await;
    assert_eq!((transfer.state, transfer.version), (TransferState::NeedsReview, 4));
}

#[tokio::test]
async fn c18_a_bank_that_finishes_five_minutes_later_makes_the_payment_succeed() {
    let app = app::wish().without_workers().start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    app.bank_post("/_sim/mode", json!({ "operation": "inquire", "mode": "hang" }))
        .await;
    let made = shop
        .api
        .post("/payments", "key-1", &payment(&mandate, "order-1", 19_021))
        .await;
    let path = format!("/payments/{}", made.expect(202).json()["id"].as_str().unwrap());
    execute::execute(&app.services, app.only_transfer().await.id)
        .await
        .unwrap();
    assert_eq!(app.look().await.state, TransferState::Unknown);
    assert_eq!(shop.api.get(&path).await.json()["money_moved"], "unknown");
    app.advance(TimeDelta::minutes(5)).await;
    app.bank_mode("inquire", "ok").await;
    assert_eq!(app.look().await.state, TransferState::Succeeded);
    assert_eq!(app.bank_get("/_sim/summary").await["max_calls_per_trace"], 1);
}

#[tokio::test]
async fn rule_5_c23_a_refund_that_is_unknown_for_a_day_keeps_its_amount_and_is_not_failed() {
    let soon = json!({ "bank": { "inquiry_timeout_ms": 1_000 } });
    let app = app::wish().settings(soon).without_workers().start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    let made = shop
        .api
        .post("/payments", "key-1", &payment(&mandate, "order-1", 100_000))
        .await;
    let path = format!("/payments/{}", made.expect(202).json()["id"].as_str().unwrap());
    let execute = async || {
        for transfer in app.every_transfer().await {
            execute::execute(&app.services, transfer.id).await.unwrap();
        }
    };
    execute().await;
    app.bank_mode("inquire", "hang").await;
    let refunds = format!("{path}/refunds");
    let made = shop
        .api
        .post(&refunds, "refund-1", &json!({ "amount": 89_021, "reason": "변심" }))
        .await;
    let refund = format!("/refunds/{}", made.expect(202).json()["id"].as_str().unwrap());
    execute().await;
    for _ in 0..5 {
        app.advance(TimeDelta::hours(5)).await;
        for transfer in app.every_transfer().await {
            inquire::inquire(&app.services, transfer.id).await.unwrap();
        }
    }
    assert_eq!(shop.api.get(&refund).await.json()["status"], "unknown");
    let again = shop
        .api
        .post(&refunds, "refund-2", &json!({ "amount": 89_021, "reason": "변심" }))
        .await;
    assert_eq!(
        again.problem(409, "refund_exceeds_remaining")["remaining_amount"],
        100_000 - 89_021
    );
    assert_eq!(app.bank_get("/_sim/summary").await["deposits"], 1);
}

#[tokio::test]
async fn rule_7_c35_a_look_that_is_overtaken_by_a_decision_changes_nothing() {
    let (app, api, path) = unknown(app::wish(), 19_022).await;
    app.bank_post(
        "/_sim/mode",
        json!({ "operation": "inquire", "mode": "slow", "ms": 700 }),
    )
    .await;
    let due = app.only_transfer().await.next_check_at.unwrap();
    app.advance(due - app.services.clock.now()).await;
    let (services, id) = (app.services.clone(), app.only_transfer().await.id);
    let looking = tokio::spawn(async move { inquire::inquire(&services, id).await });
    app::eventually("the look is under way", || async {
        app.only_transfer().await.checks == 1
    })
    .await;
    let correction = naru::transfers::correct::Correction {
        transfer_id: id,
        version: app.only_transfer().await.version,
        decision: naru::transfers::correct::Decision::Succeeded,
        reason: "은행에 확인".to_owned(),
        evidence: "거래내역".to_owned(),
        staff: naru::ids::UserId::new(),
    };
    naru::transfers::correct::correct(&app.services, correction)
        .await
        .unwrap();
    let decided = api.get(&path).await.json();
    looking.await.unwrap().unwrap();
    assert_eq!(api.get(&path).await.json(), decided);
    assert_eq!(decided["status"], "succeeded");
    let last = app.bank_calls().await.pop().unwrap();
    assert!(last.ended_at.is_some(), "its answer is written down");
}
