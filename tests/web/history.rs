//! What a member paid and got back, and that nobody else sees it.

use naru::ids::Prefix;
use serde_json::json;

use crate::api::payments::payment;
use crate::support::app;
use crate::support::people::ACCOUNT;

#[tokio::test]
async fn a_payment_and_its_refund_are_listed_and_told() {
    let app = app::start().await;
    let (member, browser) = app.member_browser("minji@example.test").await;
    let account = app.account(member, ACCOUNT).await;
    let shop = app.shop("나루상점").await;
    let mandate = app.mandate(&shop, member, account).await;
    let accepted = shop
        .api
        .post("/payments", "key-1", &payment(&mandate, "order-1", 12_300))
        .await
        .expect(202)
        .json();
    app.settled().await;
    let id = accepted["id"].as_str().unwrap();
    let refund = shop
        .api
        .post(
            &format!("/payments/{id}/refunds"),
            "key-2",
            &json!({ "amount": 2_300, "reason": "단순 변심" }),
        )
        .await
        .expect(202)
        .json();
    app.settled().await;
    let refund = refund["id"].as_str().unwrap();

    let list = browser.get("/payments").await.expect(200).text;
    for part in ["나루상점", "12,300원", "2,300원", id, refund] {
        assert!(list.contains(part), "{part}: {list}");
    }
    let account_page = browser
        .get(&format!("/accounts/{}", Prefix::Account.show(account.0)))
        .await
        .expect(200)
        .text;
    assert!(account_page.contains(id) && account_page.contains(refund));

    let detail = browser.get(&format!("/payments/{id}")).await.expect(200).text;
    for part in ["12,300원", "order-1", refund, "30200012*****"] {
        assert!(detail.contains(part), "{part}: {detail}");
    }
    let of_refund = browser.get(&format!("/payments/{refund}")).await.expect(200).text;
    assert!(of_refund.contains("단순 변심") && of_refund.contains(&format!("/payments/{id}")));
}

#[tokio::test]
async fn another_members_things_do_not_exist() {
    let app = app::wish().without_workers().start().await;
    let owner = app.member("minji@example.test").await;
    let account = app.account(owner, ACCOUNT).await;
    let shop = app.shop("나루상점").await;
    let mandate = app.mandate(&shop, owner, account).await;
    let accepted = shop
        .api
        .post("/payments", "key-1", &payment(&mandate, "order-1", 12_300))
        .await
        .expect(202)
        .json();
    let payment_path = format!("/payments/{}", accepted["id"].as_str().unwrap());
    let account_path = format!("/accounts/{}", Prefix::Account.show(account.0));

    let (_, stranger) = app.member_browser("junho@example.test").await;
    for path in [payment_path, account_path.clone(), format!("{account_path}/balance")] {
        stranger.get(&path).await.expect(404);
    }
    for path in ["nickname", "unlink", "link"] {
        stranger
            .post(&format!("{account_path}/{path}"), &[("nickname", "훔친 통장")])
            .await
            .expect(404);
    }
    let empty = stranger.get("/payments").await.expect(200).text;
    assert!(!empty.contains("12,300"));
    assert!(!stranger.get("/accounts").await.expect(200).text.contains("3020001"));
}

#[tokio::test]
async fn a_long_list_is_read_page_by_page_each_payment_once() {
    let app = app::wish().without_workers().start().await;
    let (member, browser) = app.member_browser("minji@example.test").await;
    let account = app.account(member, ACCOUNT).await;
    let shop = app.shop("나루상점").await;
    let mandate = app.mandate(&shop, member, account).await;
    let mut ids = Vec::new();
    for n in 0..23 {
        let order = format!("order-{n}");
        let accepted = shop
            .api
            .post("/payments", &order, &payment(&mandate, &order, 1_000))
            .await;
        ids.push(accepted.expect(202).json()["id"].as_str().unwrap().to_owned());
    }
    let first = browser.get("/payments").await.expect(200).text;
    let cursor = first
        .split("/payments?cursor=")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .expect("a way to older ones");
    let second = browser
        .get(&format!("/payments?cursor={cursor}"))
        .await
        .expect(200)
        .text;
    for (place, id) in ids.iter().rev().enumerate() {
        assert_eq!(first.contains(id.as_str()), place < 20, "{place}");
        assert_eq!(second.contains(id.as_str()), place >= 20, "{place}");
    }
    // What is left of cursors there is the page's own address, in the switch of languages.
    let others = second
        .split("/payments?cursor=")
        .skip(1)
        .filter(|rest| !rest.starts_with(cursor));
    assert_eq!(others.count(), 0);
}
