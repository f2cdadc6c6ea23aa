//! The list: filters in the box and beside it, tabs, sums, orders and pages, all of it in the address.

use chrono::TimeDelta;
use naru::clock::kst_date;
use naru::ids::Prefix;
use sea_orm::EntityTrait;

use super::desk;
use super::search::{found, history};
use crate::api::payments::payment;
use crate::support::app::{self, TestApp};
use crate::support::visitor::Browser;

async fn html(desk: &Browser, path: &str) -> String {
    desk.get(path).await.expect(200).text
}

/// The first address on the page with this in it, as a browser reads it.
fn link(html: &str, part: &str) -> Option<String> {
    let mut quoted = html.split('"');
    let found = quoted.find(|text| text.starts_with("/cs/payments") && text.contains(part));
    found.map(|text| text.replace("&amp;", "&").replace("&#x2F;", "/"))
}

#[tokio::test]
async fn a_filter_in_the_box_goes_to_where_the_controls_are_and_the_address_says_it() {
    let app = app::start().await;
    let [paid, failed, refund] = history(&app).await;
    let desk = desk(&app).await;
    let sent = desk
        .get("/cs/payments?q=order-1+%EC%A2%85%EB%A5%98:%EA%B2%B0%EC%A0%9C")
        .await;
    let to = sent.expect(303).header("location").to_owned();
    assert_eq!(to, "/cs/payments?q=order-1&kind=payment");
    assert_eq!(
        found(&desk, to.strip_prefix("/cs/payments").unwrap()).await,
        [paid.as_str()]
    );
    let shop = "partner:%EB%82%98%EB%A3%A8%EC%83%81%EC%A0%90";
    for (typed, expected) in [
        ("status:failed".to_owned(), &[failed.as_str()][..]),
        ("-status:succeeded".to_owned(), &[failed.as_str()]),
        (
            "status:%EC%99%84%EB%A3%8C".to_owned(),
            &[refund.as_str(), paid.as_str()],
        ),
        ("kind:refund".to_owned(), &[refund.as_str()]),
        ("amount:%3E12300".to_owned(), &[failed.as_str()]),
        ("amount:%3E%3D12,300".to_owned(), &[failed.as_str(), paid.as_str()]),
        ("amount:2000..12300".to_owned(), &[refund.as_str(), paid.as_str()]),
        ("amount:1..2 status:unknown".to_owned(), &[]),
        (shop.to_owned(), &[refund.as_str(), failed.as_str(), paid.as_str()]),
        (format!("-{shop}"), &[]),
        (format!("{shop}+status:failed+amount:19000..19002"), &[failed.as_str()]),
        (format!("{shop}+kind:refund"), &[refund.as_str()]),
        (
            "bank:011".to_owned(),
            &[refund.as_str(), failed.as_str(), paid.as_str()],
        ),
        ("bank:088".to_owned(), &[]),
        (
            "-bank:088".to_owned(),
            &[refund.as_str(), failed.as_str(), paid.as_str()],
        ),
        (
            "date:%EC%98%A4%EB%8A%98".to_owned(),
            &[refund.as_str(), failed.as_str(), paid.as_str()],
        ),
        ("date:yesterday".to_owned(), &[]),
        (
            "minji@example.test+status:failed+amount:%3E1".to_owned(),
            &[failed.as_str()],
        ),
    ] {
        assert_eq!(found(&desk, &format!("?q={typed}")).await, expected, "{typed}");
    }
}

#[tokio::test]
async fn a_filter_in_the_box_that_cannot_be_read_is_told_beside_it_and_nothing_is_lost_or_shown() {
    let app = app::start().await;
    history(&app).await;
    let desk = desk(&app).await;
    let page = html(&desk, "/cs/payments?q=order-1+stauts:failed+amount:many&kind=refund").await;
    assert!(page.contains("value=\"order-1 stauts:failed amount:many\""), "{page}");
    for told in [
        "<code>stauts:failed</code> 없는 조건이에요",
        "<code>amount:many</code> 금액을 읽을 수 없어요",
    ] {
        assert!(page.contains(told), "{told} is not in {page}");
    }
    assert!(page.contains("value=\"refund\" selected") && !page.contains("data-keys-rows"));
    let page = html(&desk, "/cs/payments?cursor=!!").await;
    assert!(page.contains("role=\"alert\"") && !page.contains("data-keys-rows"));
}

#[tokio::test]
async fn every_state_says_how_many_it_has_and_the_filter_how_much() {
    let app = app::start().await;
    history(&app).await;
    let desk = desk(&app).await;
    let page = html(&desk, "/cs/payments").await;
    let count = |page: &str, state: &str| {
        let tab = page
            .split(&format!("data-state=\"{state}\""))
            .nth(1)
            .unwrap()
            .to_owned();
        let count = tab.split("tab-count\">").nth(1).unwrap();
        count.split('<').next().unwrap().to_owned()
    };
    assert_eq!(
        ["all", "succeeded", "failed", "unknown"].map(|state| count(&page, state)),
        ["3", "2", "1", "0"]
    );
    let failed = html(&desk, "/cs/payments?state=failed").await;
    assert_eq!(
        ["all", "succeeded", "failed"].map(|state| count(&failed, state)),
        ["3", "2", "1"]
    );
    let sums = |page: &str| {
        let line = page
            .split("class=\"sums\"")
            .nth(1)
            .unwrap()
            .split("</p>")
            .next()
            .unwrap()
            .to_owned();
        ["3건", "1건", "31,301원", "19,001원", "2,300원", "0원"].map(|sum| line.contains(sum))
    };
    assert_eq!(sums(&page), [true, false, true, false, true, true]);
    assert_eq!(sums(&failed)[1..4], [true, false, true]);
    let named = html(&desk, "/cs/payments?q=minji@example.test&kind=payment").await;
    assert_eq!(
        ["all", "succeeded", "failed"].map(|state| count(&named, state)),
        ["2", "1", "1"]
    );
}

/// Payments of these amounts, each a second after the one before.
async fn payments(app: &TestApp, amounts: &[i64]) -> Vec<String> {
    let (shop, mandate) = app.shop_with_mandate().await;
    let mut ids = Vec::new();
    for (number, amount) in amounts.iter().enumerate() {
        let order = format!("order-{number}");
        let made = shop
            .api
            .post("/payments", &order, &payment(&mandate, &order, *amount))
            .await;
        ids.push(made.expect(202).json()["id"].as_str().unwrap().to_owned());
        app.clock.advance(TimeDelta::seconds(1));
    }
    ids
}

#[tokio::test]
async fn each_order_is_walked_to_its_end_and_every_row_is_met_once() {
    let app = app::wish().without_workers().start().await;
    // Many of one amount, so that pages part among equals.
    let amounts: Vec<i64> = (0..70)
        .map(|number| 1_000 + i64::from(number % 7 == 0) * number)
        .collect();
    let ids = payments(&app, &amounts).await;
    let desk = desk(&app).await;
    for (sort, filter) in [
        ("newest", ""),
        ("oldest", ""),
        ("largest", ""),
        ("smallest", ""),
        ("newest", "&q=minji@example.test"),
        ("largest", "&q=minji@example.test"),
        ("oldest", "&amount=1000"),
        ("smallest", "&state=queued&amount=1000.."),
    ] {
        let first = format!("?sort={sort}{filter}");
        let mut met = found(&desk, &first).await;
        let page = html(&desk, &format!("/cs/payments{first}")).await;
        let next = link(&page, "cursor=");
        if let Some(next) = next {
            met.extend(found(&desk, next.strip_prefix("/cs/payments").unwrap()).await);
        }
        let mut expected: Vec<(i64, usize)> = amounts.iter().copied().zip(0..).collect();
        if filter.contains("amount=1000") && !filter.contains("..") {
            expected.retain(|(amount, _)| *amount == 1_000);
        }
        match sort {
            "newest" => expected.reverse(),
            "largest" => expected.sort_by(|left, right| right.cmp(left)),
            "smallest" => expected.sort_unstable(),
            _ => {}
        }
        let expected: Vec<&str> = expected.iter().map(|(_, number)| ids[*number].as_str()).collect();
        assert_eq!(met, expected, "{first}");
    }
}

#[tokio::test]
async fn where_a_period_has_nothing_a_wider_one_that_has_something_is_offered() {
    let app = app::start().await;
    history(&app).await;
    let desk = desk(&app).await;
    let day = kst_date(app.services.clock.now()) - TimeDelta::days(1);
    let wider = |page: &str| {
        let button = page.split("data-wider href=\"").nth(1)?;
        Some(button.split('"').next()?.replace("&amp;", "&"))
    };
    let page = html(&desk, &format!("/cs/payments?q=order-1&from={day}&to={day}")).await;
    let offered = wider(&page).unwrap();
    assert_eq!(offered, "/cs/payments?q=order-1&period=30d");
    assert_eq!(
        found(&desk, offered.strip_prefix("/cs/payments").unwrap()).await.len(),
        2
    );
    app.clock.advance(TimeDelta::days(40));
    desk.sign_in("cs@example.test").await.expect(303);
    let page = html(&desk, "/cs/payments?q=order-1&period=7d").await;
    assert_eq!(wider(&page).unwrap(), "/cs/payments?q=order-1");
    let page = html(&desk, "/cs/payments?q=order-9&period=7d").await;
    assert_eq!(wider(&page), None);
}

#[tokio::test]
async fn what_is_chosen_can_be_taken_away_piece_by_piece() {
    let app = app::start().await;
    history(&app).await;
    let desk = desk(&app).await;
    let shop = naru::models::partners::Entity::find()
        .one(app.services.db.read())
        .await
        .unwrap()
        .unwrap();
    let partner = shop.id.0.simple();
    let page = html(
        &desk,
        &format!("/cs/payments?q=order-1&state=-failed&partner={partner}&amount=1000..&sort=oldest"),
    )
    .await;
    for without in [
        format!("?q=order-1&partner={partner}&amount=1000..&sort=oldest"),
        "?q=order-1&state=-failed&amount=1000..&sort=oldest".to_owned(),
        format!("?q=order-1&state=-failed&partner={partner}&sort=oldest"),
    ] {
        let escaped = without.replace('&', "&amp;");
        assert!(
            page.contains(&format!("href=\"/cs/payments{escaped}\""))
                || page.contains(&format!("href=\"/cs/payments{without}\"")),
            "{without} is not in {page}"
        );
    }
    assert!(
        Prefix::Payment
            .parse(&found(&desk, "?q=order-1&kind=payment").await[0])
            .is_some()
    );
}
