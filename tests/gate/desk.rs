//! The desk's page of the bank: limits by operators, windows by leads and operators, each with its audit row.

use chrono::TimeDelta;
use futures::future::join_all;
use naru::bank::shares;
use naru::bank::{Bank, Call, FinAccountNumber, Outcome};
use naru::models::kinds::{Role, StaffDeed};
use naru::models::{bank_windows, gate_limits, staff_audit};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::{arrivals, most_in_a_second, pay, succeeded};
use crate::cs::desk_of;
use crate::support::app::{self, TestApp, eventually};
use crate::support::visitor::Browser;

const DIALOG: &str = "019ac1f05d7a7b3e8c41f2a90b6d7e10";

async fn deeds(app: &TestApp, deed: StaffDeed) -> Vec<staff_audit::Model> {
    let query = staff_audit::Entity::find().filter(staff_audit::Column::Deed.eq(deed));
    query.all(app.services.db.read()).await.unwrap()
}

async fn limit_of(app: &TestApp, lane: &str) -> gate_limits::Model {
    let key = ("011".to_owned(), lane.to_owned());
    gate_limits::Entity::find_by_id(key)
        .one(app.services.db.read())
        .await
        .unwrap()
        .unwrap()
}

fn limits<'a>(dialog: &'a str, version: &'a str, per_sec: &'a str) -> Vec<(&'static str, &'a str)> {
    vec![
        ("dialog", dialog),
        ("version", version),
        ("reason", "은행이 줄여 달라고 했어요"),
        ("at_once", ""),
        ("per_sec", per_sec),
    ]
}

async fn window(desk: &Browser, from: &str, until: &str) -> crate::support::http::Answer {
    let form = [
        ("dialog", DIALOG),
        ("reason", "은행이 알려 왔어요"),
        ("kind", "once"),
        ("from", from),
        ("until", until),
    ];
    desk.post("/cs/bank/windows/new", &form).await
}

#[tokio::test]
async fn an_operator_changes_the_limits_once_for_a_dialog_with_an_audit_row_and_every_process_follows() {
    let app = app::wish().without_workers().start().await;
    let other = app.services_of_a_new_process().await;
    let operator = desk_of(&app, "ops@example.test", Role::Operator).await;
    let page = operator.get("/cs/bank").await.expect(200).text;
    assert!(
        page.contains("/cs/bank/limits/money") && page.contains("은행 호출 속도"),
        "{page}"
    );
    operator.get("/cs/bank/limits/bank").await.expect(200);
    operator
        .post("/cs/bank/limits/bank", &limits(DIALOG, "1", "40"))
        .await
        .expect(303);
    // Sent twice it is done once.
    operator
        .post("/cs/bank/limits/bank", &limits(DIALOG, "1", "40"))
        .await
        .expect(303);
    // With something else filled in it is no repetition, and nothing is done.
    let otherwise = operator
        .post("/cs/bank/limits/bank", &limits(DIALOG, "1", "400"))
        .await
        .expect(409)
        .text;
    assert!(
        otherwise.contains("이 양식은 이미 보냈어요") && otherwise.contains("value=\"400\""),
        "{otherwise}"
    );
    let other_dialog = "019ac1f05d7a7b3e8c41f2a90b6d7e11";
    operator
        .post("/cs/bank/limits/bank", &limits(other_dialog, "1", "30"))
        .await
        .expect(412);
    let row = limit_of(&app, "bank").await;
    assert_eq!((row.per_sec, row.at_once, row.version), (Some(40), None, 2));
    let written = deeds(&app, StaffDeed::LimitsChanged).await;
    assert_eq!(written.len(), 1);
    assert!(
        written[0].detail.as_deref().unwrap().contains("configured -> 40"),
        "{written:?}"
    );
    shares::renew(&other).await.unwrap();
    assert_eq!(other.shares.whole(&other).per_sec, 40);
    // Divided between this process and the app's own, which follows by itself.
    eventually("both keep to it", || async {
        shares::renew(&other).await.unwrap();
        // One a second is kept for a third.
        app.services.bank.limits().per_sec + other.bank.limits().per_sec == 39
    })
    .await;
    assert!(operator.get("/cs/bank").await.expect(200).text.contains(">40<"));
}

#[tokio::test]
async fn numbers_that_cannot_be_are_refused_field_by_field_and_what_was_typed_is_kept() {
    let app = app::wish().without_workers().start().await;
    let operator = desk_of(&app, "ops@example.test", Role::Operator).await;
    let form = [
        ("dialog", DIALOG),
        ("version", "1"),
        ("reason", ""),
        ("at_once", "-1"),
        ("per_sec", "빠르게"),
        ("deadline_ms", "99999999"),
    ];
    let page = operator.post("/cs/bank/limits/balance", &form).await.expect(422).text;
    for part in [
        "쓸 수 있는 정수를",
        "1 이상의 수를",
        "설정값보다 커요",
        "value=\"빠르게\"",
        "value=\"-1\"",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    operator.get("/cs/bank/limits/nothing").await.expect(404);
    assert_eq!(limit_of(&app, "balance").await.version, 1);
    assert!(deeds(&app, StaffDeed::LimitsChanged).await.is_empty());
}

/// The row of the limits' table, as who may change them sees it.
fn row_of<'a>(page: &'a str, lane: &str) -> &'a str {
    let link = format!("\"/cs/bank/limits/{lane}\"");
    page.split("<tr>").find(|row| row.contains(&link)).expect("a row")
}

#[tokio::test]
async fn zero_is_no_limit_that_can_be_typed_and_what_has_none_says_so_in_words() {
    let app = app::wish().without_workers().start().await;
    let operator = desk_of(&app, "ops@example.test", Role::Operator).await;
    for (lane, language, message) in [
        ("bank", "ko", "1 이상의 수를"),
        ("bank", "en", "Please enter 1 or more"),
        ("balance", "ko", "1 이상의 수를"),
        ("balance", "en", "Please enter 1 or more"),
    ] {
        let mut form = limits(DIALOG, "1", "0");
        form.retain(|(name, _)| *name != "at_once");
        form.push(("at_once", "0"));
        let path = format!("/cs/bank/limits/{lane}?lang={language}");
        let page = operator.post(&path, &form).await.expect(422).text;
        assert_eq!(page.matches(message).count(), 2, "{page}");
        assert_eq!(page.matches("value=\"0\"").count(), 2, "{page}");
        assert_eq!(limit_of(&app, lane).await.version, 1);
    }
    for (language, none) in [("en", "Configured: no limit"), ("ko", "설정값은 제한 없음이에요")] {
        let path = format!("/cs/bank/limits/bank?lang={language}");
        let page = operator.get(&path).await.expect(200).text;
        assert_eq!(page.matches(none).count(), 1, "{page}");
    }
    let page = operator.get("/cs/bank?lang=ko").await.expect(200).text;
    for lane in ["bank", "money", "balance"] {
        assert!(row_of(&page, lane).contains("제한 없음"), "{lane}: {page}");
    }
    let bank = "/cs/bank/limits/bank";
    operator.post(bank, &limits(DIALOG, "1", "40")).await.expect(303);
    let page = operator.get("/cs/bank?lang=ko").await.expect(200).text;
    assert!(row_of(&page, "bank").contains(">40<"), "{page}");
    assert_eq!(row_of(&page, "money").matches("전체와 같음").count(), 2, "{page}");
    assert!(!page.contains("제한 없음"), "{page}");
    // Empty is as configured, and that is none.
    let other = "019ac1f05d7a7b3e8c41f2a90b6d7e11";
    operator.post(bank, &limits(other, "2", "")).await.expect(303);
    let page = operator.get("/cs/bank?lang=ko").await.expect(200).text;
    assert!(row_of(&page, "bank").contains("제한 없음"), "{page}");
}

#[tokio::test]
async fn all_calls_together_have_no_deadline_and_one_that_is_sent_all_the_same_is_refused() {
    let app = app::wish().without_workers().start().await;
    let operator = desk_of(&app, "ops@example.test", Role::Operator).await;
    for (lane, has_deadline) in [("bank", false), ("money", true)] {
        let path = format!("/cs/bank/limits/{lane}");
        let page = operator.get(&path).await.expect(200).text;
        assert_eq!(page.contains("name=\"deadline_ms\""), has_deadline, "{page}");
    }
    for (deadline, language, message) in [
        ("0", "ko", "기한은 호출 종류마다 따로 정해요"),
        ("5000", "en", "Each class of calls has a deadline of its own"),
    ] {
        let form = [limits(DIALOG, "1", "40"), vec![("deadline_ms", deadline)]].concat();
        let path = format!("/cs/bank/limits/bank?lang={language}");
        let page = operator.post(&path, &form).await.expect(422).text;
        let kept = format!("value=\"{deadline}\"");
        assert!(page.contains(message) && page.contains(&kept), "{page}");
    }
    assert_eq!(limit_of(&app, "bank").await.version, 1);
}

#[tokio::test]
async fn only_operators_set_limits_and_only_leads_and_operators_plan_maintenance() {
    let app = app::wish().without_workers().start().await;
    let lead = desk_of(&app, "lead@example.test", Role::CsLead).await;
    let agent = desk_of(&app, "cs@example.test", Role::Cs).await;
    let auditor = desk_of(&app, "audit@example.test", Role::Auditor).await;
    let (_, member) = app.member_browser("minji@example.test").await;
    for other in [&lead, &agent, &auditor, &member] {
        other.get("/cs/bank/limits/bank").await.expect(403);
        other
            .post("/cs/bank/limits/bank", &limits(DIALOG, "1", "1"))
            .await
            .expect(403);
    }
    for other in [&agent, &auditor, &member] {
        other.get("/cs/bank/windows/new").await.expect(403);
        window(other, "2036-11-25T14:03", "2036-11-25T15:03").await.expect(403);
    }
    auditor.get("/cs/bank").await.expect(200);
    member.get("/cs/bank").await.expect(403);
    window(&lead, "2036-11-25T14:03", "2036-11-25T15:03").await.expect(303);
    assert_eq!(limit_of(&app, "bank").await.version, 1);
}

#[tokio::test]
async fn a_window_is_entered_once_for_a_dialog_also_when_it_is_sent_twice_at_once() {
    let app = app::wish().without_workers().start().await;
    let lead = desk_of(&app, "lead@example.test", Role::CsLead).await;
    let (from, until) = ("2036-11-25T14:03", "2036-11-25T15:03");
    let (one, other) = tokio::join!(window(&lead, from, until), window(&lead, from, until));
    for answer in [one, other, window(&lead, from, until).await] {
        answer.expect(303);
    }
    let otherwise = window(&lead, from, "2036-11-25T16:03").await.expect(409).text;
    assert!(
        otherwise.contains("이 양식은 이미 보냈어요") && otherwise.contains("value=\"2036-11-25T16:03\""),
        "{otherwise}"
    );
    let windows = bank_windows::Entity::find().all(app.services.db.read()).await.unwrap();
    assert_eq!(windows.len(), 1);
    assert_eq!(deeds(&app, StaffDeed::WindowEntered).await.len(), 1);
}

#[tokio::test]
async fn an_extraordinary_maintenance_holds_what_is_accepted_until_it_is_ended() {
    let app = app::start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    let lead = desk_of(&app, "lead@example.test", Role::CsLead).await;
    let page = window(&lead, "25.11.2026", "").await.expect(422).text;
    assert!(
        page.contains("날짜와 시각을") && page.contains("value=\"25.11.2026\""),
        "{page}"
    );
    let now = app.services.clock.now().with_timezone(&naru::clock::kst());
    let typed = |at: chrono::DateTime<chrono::FixedOffset>| at.format("%Y-%m-%dT%H:%M").to_string();
    let (from, until) = (typed(now), typed(now + TimeDelta::hours(5)));
    window(&lead, &from, &until).await.expect(303);
    pay(&shop, &mandate, 0..3).await;
    assert!(app.services.bank.is_closed());
    // A call that cannot wait says until when.
    let list = lead.get("/cs/bank").await.expect(200).text;
    assert!(
        list.contains("임시 점검") && list.contains("은행 점검 중이에요"),
        "{list}"
    );
    let status = app.browser().get("/status").await.expect(200).text;
    assert!(status.contains("은행 점검 시간이에요"), "{status}");
    assert_eq!(succeeded(&app).await, 0);

    let row = bank_windows::Entity::find()
        .one(app.services.db.read())
        .await
        .unwrap()
        .unwrap();
    let path = format!("/cs/bank/windows/{}", row.id.0.simple());
    lead.get(&path).await.expect(200);
    let end = |version: &'static str, dialog: &'static str| {
        [("dialog", dialog), ("version", version), ("reason", "일찍 끝났어요")]
    };
    lead.post(&format!("{path}/end"), &end("7", DIALOG)).await.expect(409);
    let other = "019ac1f05d7a7b3e8c41f2a90b6d7e12";
    lead.post(&format!("{path}/end"), &end("7", other)).await.expect(412);
    lead.post(&format!("{path}/end"), &end("1", other)).await.expect(303);
    app.settled().await;
    assert_eq!(succeeded(&app).await, 3);
    assert_eq!(deeds(&app, StaffDeed::WindowEntered).await.len(), 1);
    assert_eq!(deeds(&app, StaffDeed::WindowEnded).await.len(), 1);
    lead.post(&format!("{path}/end"), &end("2", "019ac1f05d7a7b3e8c41f2a90b6d7e13"))
        .await
        .expect(412);
}

#[tokio::test]
async fn the_limit_of_one_class_holds_from_when_an_operator_sets_it() {
    let app = app::wish()
        .without_workers()
        .settings(json!({ "bank": { "balance_timeout_ms": 5_000 } }))
        .start()
        .await;
    let operator = desk_of(&app, "ops@example.test", Role::Operator).await;
    operator
        .post("/cs/bank/limits/balance", &limits(DIALOG, "1", "2"))
        .await
        .expect(303);
    eventually("this process keeps to it", || async {
        app.services.bank.limits().classes.balance.per_sec == 2
    })
    .await;
    let (call, fin) = (
        Call::new(app.services.clock.now()),
        FinAccountNumber::new("00820109000010000000000001413"),
    );
    let looks = (0..5).map(|_| app.services.bank.balance(&call, &fin));
    for answer in join_all(looks).await {
        assert!(!matches!(answer.outcome, Outcome::NotSent(_)), "{:?}", answer.outcome);
    }
    let arrivals = arrivals(&app).await;
    assert_eq!((arrivals.len(), most_in_a_second(&arrivals)), (5, 2));
}

#[tokio::test]
async fn a_holiday_that_staff_enter_has_the_windows_of_holidays_and_one_that_is_taken_back_has_none() {
    let of_holidays = json!([{ "holidays": true, "from": "00:00", "to": "23:59:59" }]);
    let app = app::wish()
        .settings(json!({ "bank": { "maintenance": of_holidays } }))
        .start()
        .await;
    let (shop, mandate) = app.shop_with_mandate().await;
    let lead = desk_of(&app, "lead@example.test", Role::CsLead).await;
    let today = naru::clock::kst_date(app.services.clock.now())
        .format("%Y-%m-%dT12:00")
        .to_string();
    let form = [
        ("dialog", DIALOG),
        ("reason", "임시 공휴일이에요"),
        ("kind", "holiday"),
        ("from", &today),
        ("until", ""),
    ];
    lead.post("/cs/bank/windows/new", &form).await.expect(303);
    assert!(app.services.bank.is_closed());
    pay(&shop, &mandate, 0..2).await;
    assert_eq!(succeeded(&app).await, 0);

    let row = bank_windows::Entity::find()
        .one(app.services.db.read())
        .await
        .unwrap()
        .unwrap();
    let end = format!("/cs/bank/windows/{}/end", row.id.0.simple());
    let other = "019ac1f05d7a7b3e8c41f2a90b6d7e13";
    let form = [("dialog", other), ("version", "1"), ("reason", "날짜가 틀렸어요")];
    lead.post(&end, &form).await.expect(303);
    app.settled().await;
    assert_eq!(succeeded(&app).await, 2);
}
