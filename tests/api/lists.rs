//! Finding payments again: filters, and a cursor that leaves no gap.

use serde_json::Value;

use super::payments::payment;
use crate::support::app;

#[tokio::test]
async fn a_list_is_walked_by_its_cursor_without_a_gap_and_filters_narrow_it() {
    let app = app::wish().without_workers().start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    for number in 1..=5 {
        let body = payment(&mandate, &format!("order-{number}"), 1_000 * number);
        shop.api
            .post("/payments", &format!("key-{number}"), &body)
            .await
            .expect(202);
    }
    let mut seen = Vec::new();
    let mut path = "/payments?limit=2".to_owned();
    loop {
        let page = shop.api.get(&path).await.expect(200).json();
        seen.extend(
            page["data"]
                .as_array()
                .unwrap()
                .iter()
                .map(|payment| payment["amount"].as_i64().unwrap()),
        );
        let Some(cursor) = page["next_cursor"].as_str() else {
            assert_eq!(page["has_more"], false);
            break;
        };
        path = format!("/payments?limit=2&cursor={cursor}");
    }
    assert_eq!(seen, [5_000, 4_000, 3_000, 2_000, 1_000]);

    let count = |page: Value| page["data"].as_array().unwrap().len();
    for (query, expected) in [
        ("order_id=order-3", 1),
        ("status=queued", 5),
        ("status=failed", 0),
        ("amount_min=2000&amount_max=4000", 3),
        ("member=customer-1", 5),
        ("member=somebody", 0),
        ("created_from=2020-01-01T00:00:00Z", 5),
        ("created_to=2020-01-01T00:00:00Z", 0),
    ] {
        let page = shop.api.get(&format!("/payments?{query}")).await.expect(200).json();
        assert_eq!(count(page), expected, "{query}");
    }
    for query in [
        "limit=0",
        "limit=101",
        "status=lost",
        "cursor=x",
        "amount_min=x",
        "created_from=x",
        "colour=red",
        "status=failed&status=queued",
    ] {
        shop.api
            .get(&format!("/payments?{query}"))
            .await
            .problem(422, "invalid_request");
    }
}
