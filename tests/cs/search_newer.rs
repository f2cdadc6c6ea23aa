//! Fresh: a list is told how many came since it was shown, of its own filter, and stays as it is.

use serde_json::json;

use super::desk;
use crate::api::payments::payment;
use crate::support::app;

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
    // Not of an older page, nor of another order: what is new does not stand at their beginning.
    assert_eq!(asks(&desk.get("/cs/payments?sort=oldest").await.expect(200).text), None);
    desk.get("/cs/payments/newer?since=!!").await.expect(204);
    desk.get(&format!("{all}&state=lost")).await.expect(204);
}
