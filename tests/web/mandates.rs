//! What a member let a shop take: seen, lowered, ended; the partner is told, and nobody else touches it.

use futures::future::join_all;
use naru::ids::{MandateId, Prefix, TransferId};
use naru::models::kinds::{MandateStatus, PartnerEventType};
use naru::models::{mandates, partner_events};
use naru::transfers::execute;
use sea_orm::{EntityTrait, QueryOrder};
use serde_json::Value;

use super::{charged, consent};
use crate::api::payments::payment;
use crate::support::app::{self, TestApp};
use crate::support::people::ACCOUNT;

fn limits<'a>(per_payment: &'a str, daily: &'a str, version: &'a str) -> [(&'static str, &'a str); 3] {
    [("per_payment", per_payment), ("daily", daily), ("version", version)]
}

/// Time stands still, so that a day does not end between two looks.
async fn quiet() -> TestApp {
    app::wish().with_a_stopped_clock().without_workers().start().await
}

async fn news(app: &TestApp) -> Vec<(PartnerEventType, String, Value)> {
    let rows = partner_events::Entity::find()
        .order_by_asc(partner_events::Column::Id)
        .all(app.services.db.read())
        .await
        .unwrap();
    let told = |row: partner_events::Model| {
        let snapshot = serde_json::from_str(&row.snapshot).unwrap();
        (row.event_type, row.previous_status, snapshot)
    };
    rows.into_iter().map(told).collect()
}

#[tokio::test]
async fn a_consent_is_shown_with_its_limits_its_account_what_today_used_and_its_payments() {
    let app = quiet().await;
    let (shop, mandate, browser) = consent(&app).await;
    let paid = charged(&shop, &mandate, "order-1", 12_300).await;

    let list = browser.get("/mandates").await.expect(200).text;
    for part in [
        "나루상점",
        &format!("/mandates/{mandate}"),
        "30200012*****",
        "12,300원",
        "5,000,000원",
        "4,987,700원",
    ] {
        assert!(list.contains(part), "{part}: {list}");
    }
    let page = browser.get(&format!("/mandates/{mandate}")).await.expect(200).text;
    for part in [
        "1,000,000원",
        "5,000,000원",
        "12,300원",
        &format!("/payments/{paid}"),
        "/payments?shop=",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let of_payment = browser.get(&format!("/payments/{paid}")).await.expect(200).text;
    assert!(of_payment.contains(&format!("/mandates/{mandate}")));
    let english = browser
        .get(&format!("/mandates/{mandate}?lang=en"))
        .await
        .expect(200)
        .text;
    assert!(english.contains("Limit per payment") && english.contains("₩1,000,000"));
}

#[tokio::test]
async fn a_lower_limit_holds_from_the_next_payment_on_and_can_be_raised_to_what_was_consented_to() {
    let app = quiet().await;
    let (shop, mandate, browser) = consent(&app).await;
    charged(&shop, &mandate, "order-1", 12_300).await;
    let path = format!("/mandates/{mandate}/limits");
    browser.post(&path, &limits("10,000", "20000원", "1")).await.expect(303);

    for (order, amount, detail) in [("order-2", 10_001, "per payment"), ("order-3", 7_701, "today")] {
        let refused = shop
            .api
            .post("/payments", order, &payment(&mandate, order, amount))
            .await;
        let problem = refused.problem(422, "limit_exceeded");
        assert_eq!(problem["money_moved"], "no", "{detail}: {problem}");
    }
    charged(&shop, &mandate, "order-4", 7_700).await;
    let told = shop.api.get(&format!("/mandates/{mandate}")).await.expect(200).json();
    assert_eq!(
        (&told["per_payment_limit"], &told["daily_limit"]),
        (&10_000.into(), &20_000.into())
    );
    let page = browser.get(&format!("/mandates/{mandate}")).await.expect(200).text;
    for part in [
        "동의한 한도",
        "1,000,000원",
        "5,000,000원",
        "value=\"10,000\"",
        "value=\"20,000\"",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }

    browser
        .post(&path, &limits("1,000,000", "5,000,000", "2"))
        .await
        .expect(303);
    charged(&shop, &mandate, "order-5", 1_000_000).await;
    let page = browser.get(&format!("/mandates/{mandate}")).await.expect(200).text;
    assert!(!page.contains("class=\"sub\">동의한 한도"), "{page}");
}

#[tokio::test]
async fn a_limit_that_is_no_sum_or_above_the_consent_is_refused_with_what_was_typed() {
    let app = quiet().await;
    let (_, mandate, browser) = consent(&app).await;
    let path = format!("/mandates/{mandate}/limits");
    let page = browser.post(&path, &limits("많이", "0", "1")).await.expect(422).text;
    assert_eq!(page.matches("금액을 1원 이상의 숫자로").count(), 2, "{page}");
    assert!(page.contains("value=\"많이\""));
    let page = browser
        .post(&path, &limits("1,000,001", "4,000,000", "1"))
        .await
        .expect(422)
        .text;
    assert_eq!(page.matches("처음 동의한 한도보다 높일 수 없어요").count(), 1, "{page}");
    assert!(page.contains("value=\"4,000,000\""));
    let there = browser.get(&format!("{path}?lang=en")).await.expect(303);
    assert_eq!(there.header("location"), format!("/mandates/{mandate}?lang=en"));
}

#[tokio::test]
async fn a_form_from_an_older_look_changes_nothing_and_shows_what_is_now() {
    let app = quiet().await;
    let (shop, mandate, browser) = consent(&app).await;
    let path = format!("/mandates/{mandate}/limits");
    browser.post(&path, &limits("10,000", "20,000", "1")).await.expect(303);
    for version in ["1", "", "x", "3"] {
        let page = browser
            .post(&path, &limits("500,000", "500,000", version))
            .await
            .expect(412)
            .text;
        assert!(page.contains("그사이에 상태가 바뀌었어요") && page.contains("value=\"10,000\""));
        browser
            .post(&format!("/mandates/{mandate}/revoke"), &[("version", version)])
            .await
            .expect(412);
    }
    let told = shop.api.get(&format!("/mandates/{mandate}")).await.expect(200).json();
    assert_eq!((&told["status"], &told["version"]), (&"active".into(), &2.into()));
}

#[tokio::test]
async fn an_ended_consent_takes_no_new_payment_lets_running_ones_go_on_and_the_partner_is_told() {
    let app = quiet().await;
    let (shop, mandate, browser) = consent(&app).await;
    let running = charged(&shop, &mandate, "order-1", 12_300).await;
    browser
        .post(&format!("/mandates/{mandate}/revoke"), &[("version", "1")])
        .await
        .expect(303);

    let refused = shop
        .api
        .post("/payments", "order-2", &payment(&mandate, "order-2", 1_000))
        .await;
    refused.problem(409, "mandate_inactive");
    let id = TransferId(Prefix::Payment.parse(&running).unwrap());
    execute::execute(&app.services, id).await.unwrap();
    let paid = shop.api.get(&format!("/payments/{running}")).await.expect(200).json();
    assert_eq!(paid["status"], "succeeded");

    let told = news(&app).await;
    let (event, before, snapshot) = &told[0];
    assert_eq!((*event, before.as_str()), (PartnerEventType::MandateRevoked, "active"));
    let now = shop.api.get(&format!("/mandates/{mandate}")).await.expect(200).json();
    assert_eq!(
        (snapshot, &now["status"], &now["version"]),
        (&now, &"revoked".into(), &2.into())
    );
    assert_eq!(told.len(), 2, "and of the payment: {told:?}");

    let page = browser.get(&format!("/mandates/{mandate}")).await.expect(200).text;
    assert!(
        page.contains("해지됨") && !page.contains("name=\"per_payment\""),
        "{page}"
    );
    browser
        .post(&format!("/mandates/{mandate}/revoke"), &[("version", "2")])
        .await
        .expect(409);
    let list = browser.get("/mandates").await.expect(200).text;
    assert!(list.contains("해지한 동의") && list.contains("동의한 자동결제가 없어요"));
}

#[tokio::test]
async fn of_many_who_end_a_consent_at_once_one_does_and_the_partner_is_told_once() {
    let app = quiet().await;
    let (_, mandate, browser) = consent(&app).await;
    let path = format!("/mandates/{mandate}/revoke");
    let fields = [("version", "1")];
    let answers = join_all((0..6).map(|_| browser.post(&path, &fields))).await;
    let ended = answers.iter().filter(|answer| answer.status == 303).count();
    assert_eq!(ended, 1, "{answers:?}");
    assert_eq!(news(&app).await.len(), 1);
}

#[tokio::test]
async fn of_many_payments_at_once_a_lowered_limit_lets_as_many_through_as_it_says() {
    let app = quiet().await;
    let (shop, mandate, browser) = consent(&app).await;
    let path = format!("/mandates/{mandate}/limits");
    browser.post(&path, &limits("1,000", "3,000", "1")).await.expect(303);
    let pay = async |number: usize| {
        let order = format!("order-{number}");
        shop.api
            .post("/payments", &order, &payment(&mandate, &order, 1_000))
            .await
    };
    let answers = join_all((0..8).map(pay)).await;
    let accepted = answers.iter().filter(|answer| answer.status == 202).count();
    assert_eq!(accepted, 3, "{answers:?}");
    assert!(
        answers
            .iter()
            .all(|answer| [202, 422].contains(&answer.status.as_u16()))
    );
}

#[tokio::test]
async fn unlinking_an_account_tells_the_partner_of_every_consent_that_ends_with_it() {
    let app = quiet().await;
    let member = app.member("minji@example.test").await;
    let account = app.account(member, ACCOUNT).await;
    let browser = app.browser();
    browser.sign_in("minji@example.test").await.expect(303);
    for name in ["나루상점", "다른상점"] {
        let shop = app.shop(name).await;
        app.mandate(&shop, member, account).await;
    }
    let path = format!("/accounts/{}/unlink", Prefix::Account.show(account.0));
    browser.post(&path, &[]).await.expect(303);
    let told: Vec<_> = news(&app).await.into_iter().map(|(event, ..)| event).collect();
    assert_eq!(told, [PartnerEventType::MandateRevoked; 2]);
}

#[tokio::test]
async fn a_consent_that_is_only_asked_for_is_not_shown_and_cannot_be_changed() {
    let app = quiet().await;
    let (_, mandate, browser) = consent(&app).await;
    app.sql("UPDATE mandates SET status = 'pending'").await;
    let list = browser.get("/mandates").await.expect(200).text;
    assert!(list.contains("동의한 자동결제가 없어요") && !list.contains("나루상점"));
    browser.get(&format!("/mandates/{mandate}")).await.expect(404);
    for (verb, fields) in [
        ("limits", limits("1", "1", "1").to_vec()),
        ("revoke", vec![("version", "1")]),
    ] {
        browser
            .post(&format!("/mandates/{mandate}/{verb}"), &fields)
            .await
            .expect(404);
    }
}

#[tokio::test]
async fn another_members_consent_does_not_exist() {
    let app = quiet().await;
    let (_, mandate, _) = consent(&app).await;
    let (_, stranger) = app.member_browser("junho@example.test").await;
    stranger.get(&format!("/mandates/{mandate}")).await.expect(404);
    for (verb, fields) in [
        ("limits", limits("1", "1", "1").to_vec()),
        ("revoke", vec![("version", "1")]),
    ] {
        stranger
            .post(&format!("/mandates/{mandate}/{verb}"), &fields)
            .await
            .expect(404);
    }
    let unknown = Prefix::Mandate.show(MandateId::new().0);
    stranger.get(&format!("/mandates/{unknown}")).await.expect(404);
    let untouched = mandates::Entity::find()
        .one(app.services.db.read())
        .await
        .unwrap()
        .unwrap();
    assert_eq!((untouched.status, untouched.version), (MandateStatus::Active, 1));
    assert!(!stranger.get("/mandates").await.expect(200).text.contains("나루상점"));
}
