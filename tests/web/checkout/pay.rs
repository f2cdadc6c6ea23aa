//! From the link to the outcome, and every state of a checkout that its page can meet.

use chrono::TimeDelta;
use naru::models::kinds::TransferState;
use naru::models::{partner_keys, partners};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

use super::{Till, back};
use crate::api::checkouts::opened;
use crate::api::mandates::{RETURN_URL, told};
use crate::support::app;
use crate::support::people::PASSWORD;

#[tokio::test]
async fn a_member_pays_by_the_link_and_returns_to_the_shop_with_ids_alone() {
    let app = app::start().await;
    let till = Till::with(&app, 12_300).await;
    let page = till.member.get(&till.path()).await.expect(200);
    assert_eq!(page.header("cache-control"), "no-store");
    for word in ["나루상점", "드립백 커피 10개", "12,300원", "30200012*****", "테스트"] {
        assert!(page.text.contains(word), "{word}");
    }
    assert_eq!(
        back(&page.text),
        format!("{RETURN_URL}?checkout_id={}&status=canceled", till.id)
    );

    let paid = till.member.post(&till.path(), &till.yes()).await.expect(303);
    assert_eq!(paid.header("location"), till.path());
    app.settled().await;
    let page = till.member.get(&till.path()).await.expect(200).text;
    assert!(
        page.contains("결제를 마쳤어요") && page.contains("출금됐어요"),
        "{page}"
    );
    let payment = app.only_transfer().await;
    let seen = till.status().await;
    assert_eq!((&seen["status"], &seen["url"]), (&json!("completed"), &Value::Null));
    let payment_id = seen["payment_id"].as_str().unwrap();
    assert_eq!(
        back(&page),
        format!(
            "{RETURN_URL}?checkout_id={}&payment_id={payment_id}&status=succeeded",
            till.id
        )
    );
    let read = till
        .shop
        .api
        .get(&format!("/payments/{payment_id}"))
        .await
        .expect(200)
        .json();
    assert_eq!(
        (&read["status"], &read["mandate_id"]),
        (&json!("succeeded"), &Value::Null)
    );
    assert_eq!(
        (&read["order_id"], &read["amount"]),
        (&json!("order-1"), &json!(12_300))
    );
    assert_eq!(payment.state, TransferState::Succeeded);
    let summary = app.bank_get("/_sim/summary").await;
    assert_eq!(summary["withdrawals"], 1);
    assert_eq!(told(&app).await, ["checkout.completed", "payment.succeeded"]);
}

#[tokio::test]
async fn confirming_again_from_another_tab_or_the_way_back_is_the_same_payment() {
    let app = app::start().await;
    let till = Till::with(&app, 12_300).await;
    till.member.post(&till.path(), &till.yes()).await.expect(303);
    app.settled().await;
    for fields in [
        till.yes().to_vec(),
        vec![("account", till.account.as_str()), ("password", "wrong")],
    ] {
        let again = till.member.post(&till.path(), &fields).await.expect(303);
        assert_eq!(again.header("location"), till.path());
    }
    assert_eq!(app.transfers().await, 1);
    assert_eq!(app.bank_get("/_sim/summary").await["withdrawals"], 1);
}

#[tokio::test]
async fn a_wrong_password_loses_nothing_and_too_many_must_wait() {
    let app = app::wish().with_a_stopped_clock().start().await;
    let till = Till::with(&app, 12_300).await;
    let wrong = [("account", till.account.as_str()), ("password", "not-the-password")];
    for _ in 0..5 {
        let refused = till.member.post(&till.path(), &wrong).await.expect(422);
        assert!(
            refused.text.contains("value=\"") && refused.text.contains("checked"),
            "the account is kept"
        );
        let field = refused.text.split("<input id=\"password\"").nth(1).expect("a field");
        let field = field.split('>').next().expect("its end");
        assert!(
            field.ends_with("autofocus"),
            "what is to be mended is in sight: {field}"
        );
        assert!(!refused.text.contains("not-the-password"));
    }
    let wait = till.member.post(&till.path(), &till.yes()).await.expect(429);
    assert!(!wait.header("retry-after").is_empty());
    assert_eq!(app.transfers().await, 0);
    app.clock.advance(TimeDelta::seconds(2));
    till.member.post(&till.path(), &till.yes()).await.expect(303);
    assert_eq!(app.transfers().await, 1);
}

#[tokio::test]
async fn an_account_must_be_the_members_own_and_linked() {
    let app = app::start().await;
    let till = Till::with(&app, 12_300).await;
    let other = app.member("junho@example.test").await;
    let others = super::shown(app.account(other, "3020009876543").await);
    for account in ["", "acc_1", others.as_str()] {
        let fields = [("account", account), ("password", PASSWORD)];
        till.member.post(&till.path(), &fields).await.expect(422);
    }
    assert_eq!(app.transfers().await, 0);
}

#[tokio::test]
async fn what_is_known_to_be_too_little_is_said_beforehand_and_a_refusal_tells_that_nothing_moved() {
    let app = app::start().await;
    let till = Till::with(&app, 99_999_001).await;
    let balance = format!("{}/balance?account={}", till.path(), till.account);
    let fresh = till.member.get(&balance).await.expect(200).text;
    assert!(fresh.contains("잔액이 결제 금액보다 적어요"), "{fresh}");
    assert!(
        till.member
            .get(&till.path())
            .await
            .expect(200)
            .text
            .contains("잔액이 결제 금액보다 적어요")
    );
    till.member.post(&till.path(), &till.yes()).await.expect(303);
    app.settled().await;
    let page = till.member.get(&till.path()).await.expect(200).text;
    for word in [
        "결제하지 못했어요",
        "출금되지 않았어요",
        "잔액이 부족했어요",
        "새로 시작해",
    ] {
        assert!(page.contains(word), "{word}: {page}");
    }
    assert!(back(&page).ends_with("&status=failed"));
    assert_eq!(
        till.status().await["status"],
        "completed",
        "the shop makes another checkout"
    );
    let next = opened(&till.shop, "order-1b", 12_300).await;
    till.member
        .post(&format!("/checkout/{next}"), &till.yes())
        .await
        .expect(303);
    assert_eq!(app.transfers().await, 2);
}

#[tokio::test]
async fn an_unknown_outcome_says_do_not_pay_again() {
    let app = app::wish()
        .settings(json!({ "bank": { "money_timeout_ms": 2_000 }, "inquiry": { "schedule_secs": "600" } }))
        .start()
        .await;
    let till = Till::with(&app, 19_021).await;
    till.member.post(&till.path(), &till.yes()).await.expect(303);
    app.settled().await;
    let page = till.member.get(&till.path()).await.expect(200).text;
    assert!(
        page.contains("결제 결과를 확인하고 있어요") && page.contains("다시 결제하지"),
        "{page}"
    );
    assert!(
        page.contains("http-equiv=\"refresh\""),
        "it looks again without scripts"
    );
    assert!(back(&page).ends_with("&status=unknown"));
    let mark = page.split("mark=").nth(1).unwrap().split('"').next().unwrap();
    let progress = format!("{}/progress?mark={mark}", till.path());
    till.member.get(&progress).await.expect(204);
}

#[tokio::test]
async fn an_order_is_paid_once_though_the_shop_made_two_links() {
    let app = app::start().await;
    let till = Till::with(&app, 12_300).await;
    let made = till
        .shop
        .api
        .post(
            "/checkouts",
            "second",
            &crate::api::checkouts::checkout("order-1", 12_300),
        )
        .await;
    let second = format!("/checkout/{}", made.expect(201).json()["id"].as_str().unwrap());
    till.member.post(&till.path(), &till.yes()).await.expect(303);
    app.settled().await;
    let refused = till.member.post(&second, &till.yes()).await.expect(409);
    assert!(refused.text.contains("이미 결제한 주문이에요"), "{}", refused.text);
    assert_eq!(app.transfers().await, 1);
}

#[tokio::test]
async fn limits_of_the_member_and_the_shop_hold_at_a_checkout() {
    let app = app::start().await;
    let till = Till::with(&app, 12_300).await;
    let limit = async |table: &str, won: &str| {
        app.sql(&format!("UPDATE {table} SET per_payment_limit_won = {won}"))
            .await;
        till.member.post(&till.path(), &till.yes()).await
    };
    let refused = limit("members", "10000").await.expect(409);
    assert!(refused.text.contains("내가 정한 결제 한도"));
    app.sql("UPDATE members SET per_payment_limit_won = NULL").await;
    let refused = limit("partners", "10000").await.expect(409);
    assert!(refused.text.contains("이 가맹점이 받을 수 있는"));
    assert_eq!(
        (app.transfers().await, till.status().await["status"].clone()),
        (0, json!("open"))
    );
    limit("partners", "20000").await.expect(303);
}

#[tokio::test]
async fn a_checkout_that_is_over_or_anothers_says_so_and_shows_nothing_of_a_person() {
    let app = app::start().await;
    let till = Till::with(&app, 12_300).await;
    let (_, other) = app.member_browser("junho@example.test").await;
    till.member.post(&till.path(), &till.yes()).await.expect(303);
    app.settled().await;
    for stranger in [&other, &app.browser()] {
        let page = stranger.get(&till.path()).await.expect(200).text;
        assert!(page.contains("이미 끝난 결제예요"), "{page}");
        assert!(!page.contains("30200012") && !page.contains("pay_"), "{page}");
        assert_eq!(
            back(&page),
            format!("{RETURN_URL}?checkout_id={}&status=completed", till.id)
        );
    }
    other.get(&format!("{}/progress", till.path())).await.expect(404);
    let post = other.post(&till.path(), &till.yes()).await.expect(303);
    assert_eq!(post.header("location"), till.path());

    let late = format!("/checkout/{}", opened(&till.shop, "order-2", 12_300).await);
    app.clock.advance(TimeDelta::minutes(30));
    let page = till.member.get(&late).await.expect(200).text;
    assert!(
        page.contains("결제 기한이 지났어요") && back(&page).ends_with("&status=expired"),
        "{page}"
    );
    till.member.post(&late, &till.yes()).await.expect(303);
    assert_eq!(app.transfers().await, 1);
    for nowhere in ["/checkout/chk_1", "/checkout/chk_019ac1f05d7a7b3e8c41f2a90b6d7e10"] {
        till.member.get(nowhere).await.expect(404);
    }
}

#[tokio::test]
async fn a_shop_whose_keys_have_ended_is_not_paid() {
    let app = app::start().await;
    let till = Till::with(&app, 12_300).await;
    let now = app.services.clock.now();
    let id = till.shop.id;
    let end = app.services.db.write(move |tx| {
        Box::pin(async move {
            partner_keys::Entity::update_many()
                .col_expr(partner_keys::Column::EndsAt, Expr::value(now))
                .filter(partner_keys::Column::PartnerId.eq(id))
                .exec(tx)
                .await
        })
    });
    end.await.unwrap();
    assert_eq!(
        partners::Entity::find()
            .all(app.services.db.read())
            .await
            .unwrap()
            .len(),
        1
    );
    let page = till.member.get(&till.path()).await.expect(200).text;
    assert!(page.contains("지금은 이 가맹점에 결제할 수 없어요"), "{page}");
    till.member.post(&till.path(), &till.yes()).await.expect(303);
    assert_eq!(app.transfers().await, 0);
}
