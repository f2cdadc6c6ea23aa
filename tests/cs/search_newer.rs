//! Fresh: a list is told how many came since it was shown, of its own filter, or that it is another one, and stays as it is.

use naru::ids::{Prefix, TransferId};
use naru::transfers::execute;
use serde_json::json;

use super::desk;
use super::rows::{copy, original};
use crate::api::payments::payment;
use crate::support::app;

const CHANGED: &str = "목록이 바뀌었어요 · 다시 보기";

/// Where the timer of a list asks.
fn asks(html: &str) -> Option<String> {
    let address = html.split("data-newer=\"").nth(1)?.split('"').next()?;
    Some(address.replace("&amp;", "&").replace("&#x2F;", "/"))
}

#[tokio::test]
async fn a_list_is_told_of_what_came_since_and_of_nothing_else() {
    let app = app::wish().without_workers().start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    let pay = async |order: &str, amount: i64| {
        let body = payment(&mandate, order, amount);
        shop.api.post("/payments", order, &body).await.expect(202);
    };
    let desk = desk(&app).await;
    let empty = asks(&desk.get("/cs/payments").await.expect(200).text).unwrap();
    pay("order-1", 1_000).await;
    assert_eq!(desk.get(&empty).await.expect(200).json()["count"], json!(1));
    let all = asks(&desk.get("/cs/payments").await.expect(200).text).unwrap();
    let large = asks(
        &desk
            .get("/cs/payments?amount=5000..&state=queued")
            .await
            .expect(200)
            .text,
    )
    .unwrap();
    desk.get(&all).await.expect(204);
    pay("order-2", 2_000).await;
    pay("order-3", 9_000).await;
    let told = desk.get(&all).await.expect(200).json();
    assert_eq!(told, json!({ "count": 2, "text": "새 거래 2건 보기" }));
    assert_eq!(desk.get(&large).await.expect(200).json()["count"], json!(1));
    // In another order what is new does not stand at the beginning: it is no number, but another list.
    let smallest = asks(&desk.get("/cs/payments?sort=smallest").await.expect(200).text).unwrap();
    pay("order-4", 500).await;
    let told = desk.get(&smallest).await.expect(200).json();
    assert_eq!(told, json!({ "count": 0, "text": CHANGED }));
    desk.get("/cs/payments/newer?since=!!").await.expect(204);
    desk.get(&format!("{all}&state=lost")).await.expect(204);
}

#[tokio::test]
async fn a_list_is_told_that_what_it_shows_has_changed_and_of_what_came_to_its_middle() {
    let app = app::wish().without_workers().start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    let pay = async |order: &str, amount: i64| {
        let made = shop
            .api
            .post("/payments", order, &payment(&mandate, order, amount))
            .await;
        let id = made.expect(202).json()["id"].as_str().unwrap().to_owned();
        TransferId(Prefix::Payment.parse(&id).unwrap())
    };
    // The bank refuses the first one, and answers when both are there.
    let refused = pay("order-1", 19_001).await;
    pay("order-2", 2_000).await;
    let desk = desk(&app).await;
    let lists = ["", "?state=queued", "?state=failed", "?sort=oldest", "?q=order-2"];
    let mut timers = Vec::new();
    for list in lists {
        let page = desk.get(&format!("/cs/payments{list}")).await.expect(200).text;
        timers.push(asks(&page).unwrap());
    }
    for timer in &timers {
        desk.get(timer).await.expect(204);
    }
    execute::execute(&app.services, refused).await.unwrap();
    let (same, others) = timers.split_last().unwrap();
    for timer in others {
        let told = desk.get(timer).await.expect(200).json();
        assert_eq!(told, json!({ "count": 0, "text": CHANGED }), "{timer}");
    }
    desk.get(same).await.expect(204);
    let anew = desk.get("/cs/payments?state=failed").await.expect(200).text;
    desk.get(&asks(&anew).unwrap()).await.expect(204);
}

#[tokio::test]
async fn a_page_further_down_is_told_of_its_own_rows_and_shown_anew_where_it_is() {
    let app = app::wish().without_workers().start().await;
    let row = original(&app).await;
    for _ in 0..60 {
        copy(&app, &row, |_| {}).await;
    }
    let desk = desk(&app).await;
    let first = desk.get("/cs/payments").await.expect(200).text;
    let next = first.split("rel=\"next\" href=\"").nth(1).expect("a second page");
    let next = next.split('"').next().unwrap().replace("&amp;", "&");
    let second = desk.get(&next).await.expect(200).text;
    let bar = second.split("class=\"newer\"").nth(1).expect("a bar");
    let leads = bar.split("href=\"").nth(1).unwrap().split('"').next().unwrap();
    assert_eq!(leads.replace("&amp;", "&"), next);
    let [of_first, of_second] = [&first, &second].map(|page| asks(page).unwrap());
    desk.get(&of_second).await.expect(204);
    app.sql("UPDATE transfers SET version = version + 1 WHERE order_id = 'order-1'")
        .await;
    desk.get(&of_first).await.expect(204);
    assert_eq!(desk.get(&of_second).await.expect(200).json()["text"], json!(CHANGED));
}
