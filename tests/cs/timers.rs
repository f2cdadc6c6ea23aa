//! What the desk's pages ask for by their timers keeps no session alive.

use chrono::TimeDelta;
use naru::models::kinds::Role;
use reqwest::Method;

use crate::api::payments::payment;
use crate::support::phone_app::demanding;
use crate::support::visitor::Browser;

/// An attribute of the element that a page asks again with.
fn attribute(page: &str, name: &str) -> String {
    let timed = page.split('<').find(|tag| tag.contains("hx-trigger=\"every"));
    let timed = timed.expect("the page has a timer");
    let value = timed.split(&format!("{name}=")).nth(1).expect("the attribute");
    let quote = value.chars().next().expect("a quote");
    value.split(quote).nth(1).expect("its value").replace("&amp;", "&")
}

/// As htmx asks for it: at the element's address, with the element's headers.
async fn ask(browser: &Browser, address: &str, headers: &serde_json::Map<String, serde_json::Value>) -> u16 {
    let mut request = browser.request(Method::GET, address).header("hx-request", "true");
    for (name, value) in headers {
        request = request.header(name, value.as_str().expect("a text"));
    }
    let answer = browser.send(request).await;
    // A fragment is sent elsewhere by a header of its own.
    if answer.headers.contains_key("hx-redirect") {
        303
    } else {
        answer.status.as_u16()
    }
}

#[tokio::test]
async fn a_screen_that_only_its_timer_uses_is_left_after_a_quarter_of_an_hour() {
    let app = demanding().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    let made = shop
        .api
        .post("/payments", "k", &payment(&mandate, "order-1", 12_300))
        .await;
    let id = made.expect(202).json()["id"].as_str().expect("an id").to_owned();
    for (email, path) in [
        ("one@example.test", "/cs?range=week".to_owned()),
        ("two@example.test", format!("/cs/payments/{id}")),
    ] {
        let desk = app.enrolled(email, Role::Cs).await.browser;
        let page = desk.get(&path).await.expect(200).text;
        let address = attribute(&page, "hx-get");
        let headers = serde_json::from_str(&attribute(&page, "hx-headers")).expect("headers");
        for _ in 0..14 {
            app.clock.advance(TimeDelta::minutes(1));
            let status = ask(&desk, &address, &headers).await;
            assert!(matches!(status, 200 | 204), "{path}: {status}");
        }
        app.clock.advance(TimeDelta::seconds(61));
        assert_eq!(ask(&desk, &address, &headers).await, 303, "{path}");
        desk.get(&path).await.expect(303);
    }
}
