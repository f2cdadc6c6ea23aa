//! Finding payments again: filters, and a cursor that leaves no gap.

use std::collections::BTreeMap;

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

/// The path of the next page, as `Link` says.
fn next_of(link: &str) -> Option<String> {
    let path = link.strip_prefix("</api/v1")?.strip_suffix(">; rel=\"next\"")?;
    Some(path.to_owned())
}

#[tokio::test]
async fn five_hundred_payments_of_one_moment_are_each_seen_once_while_others_come() {
    let app = app::wish().without_workers().with_a_stopped_clock().start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    let add = async |name: String| {
        let made = shop.api.post("/payments", &name, &payment(&mandate, &name, 100)).await;
        made.expect(202).json()
    };
    let mut moments = BTreeMap::new();
    for number in 0..500 {
        let made = add(format!("first-{number}")).await;
        *moments.entry(made["created_at"].to_string()).or_insert(0) += 1;
    }
    assert_eq!(moments.values().collect::<Vec<_>>(), [&500]);

    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    let (mut path, mut pages) = ("/payments?limit=7&status=queued".to_owned(), 0);
    loop {
        let page = shop.api.get(&path).await.expect(200);
        let body = page.json();
        for payment in body["data"].as_array().unwrap() {
            *seen
                .entry(payment["order_id"].as_str().unwrap().to_owned())
                .or_default() += 1;
        }
        add(format!("later-{pages}")).await;
        pages += 1;
        let Some(next) = next_of(page.header("link")) else {
            assert_eq!(body["has_more"], false);
            break;
        };
        assert!(next.contains("limit=7&status=queued&cursor="), "{next}");
        assert!(next.ends_with(body["next_cursor"].as_str().unwrap()), "{next}");
        path = next;
    }
    assert!(seen.values().all(|times| *times == 1), "{seen:?}");
    let firsts = seen.keys().filter(|order| order.starts_with("first-")).count();
    assert_eq!((firsts, pages), (500, 72));
}

#[tokio::test]
async fn a_cursor_that_is_forged_cut_or_of_another_list_or_shop_is_refused() {
    let app = app::wish().without_workers().start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    let other = app.shop("다른상점").await;
    for number in 1..=2 {
        let name = format!("order-{number}");
        let made = shop.api.post("/payments", &name, &payment(&mandate, &name, 100)).await;
        made.expect(202);
    }
    let page = shop.api.get("/payments?limit=1").await.expect(200).json();
    let cursor = page["next_cursor"].as_str().unwrap().to_owned();
    shop.api.get(&format!("/payments?cursor={cursor}")).await.expect(200);
    let (place, signature) = cursor.split_once('.').unwrap();
    let refused = [
        (&shop, format!("/payments?cursor={}", &cursor[..cursor.len() - 1])),
        (&shop, format!("/payments?cursor={place}")),
        (
            &shop,
            format!("/payments?cursor={place}.{}", signature.replace(|_: char| true, "0")),
        ),
        (&shop, format!("/payments?cursor=A{cursor}")),
        (&shop, "/payments?cursor=".to_owned()),
        (&shop, format!("/mandates?cursor={cursor}")),
        (&other, format!("/payments?cursor={cursor}")),
    ];
    for (who, path) in refused {
        let problem = who.api.get(&path).await.problem(422, "invalid_request");
        assert_eq!(problem["errors"][0]["pointer"], "cursor", "{path}");
    }
}
