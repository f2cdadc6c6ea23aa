//! Errors as pages of the site, and the language of a page.

use naru::ids::Prefix;
use reqwest::Method;
use uuid::Uuid;

use crate::support::app;
use crate::support::http::Answer;

#[tokio::test]
async fn an_address_that_leads_nowhere_is_a_page_in_the_readers_language() {
    let app = app::start().await;
    let browser = app.browser();
    let korean = browser.get("/nowhere").await.expect(404);
    assert!(korean.text.contains("lang=\"ko\""));
    assert!(korean.text.contains(korean.header("x-request-id")));
    let english = browser.get("/nowhere?lang=en").await.expect(404);
    assert!(english.text.contains("Page not found"));
}

#[tokio::test]
async fn a_chosen_language_is_remembered() {
    let app = app::start().await;
    let browser = app.browser();
    browser.get("/?lang=en").await.expect(200);
    assert_eq!(browser.cookie("naru_lang").as_deref(), Some("en"));
    assert!(browser.get("/sign-in").await.expect(200).text.contains("lang=\"en\""));
}

#[tokio::test]
async fn ids_that_are_not_ours_are_pages_that_do_not_exist() {
    let app = app::start().await;
    let (_, browser) = app.member_browser("minji@example.test").await;
    let unknown = Prefix::Account.show(Uuid::now_v7());
    for path in [
        format!("/accounts/{unknown}"),
        format!("/accounts/{unknown}/balance"),
        "/accounts/1".to_owned(),
        "/payments/pay_1".to_owned(),
        format!("/payments/{}", Prefix::Payment.show(Uuid::now_v7())),
        format!("/payments/{}", Prefix::Refund.show(Uuid::now_v7())),
    ] {
        let page = browser.get(&path).await.expect(404);
        assert!(page.header("content-type").starts_with("text/html"), "{path}");
        assert_eq!(page.header("cache-control"), "no-store", "{path}");
    }
}

#[tokio::test]
async fn what_the_framework_refuses_is_a_page_too() {
    let app = app::start().await;
    let browser = app.browser();
    let wrong_method = Answer::of(browser.request(Method::DELETE, "/sign-in"))
        .await
        .expect(405);
    assert!(wrong_method.header("content-type").starts_with("text/html"));
    assert!(wrong_method.header("allow").contains("GET"));
    let json = browser.request(Method::POST, "/sign-in").json(&1);
    let not_a_form = Answer::of(json).await.expect(400);
    assert!(not_a_form.header("content-type").starts_with("text/html"));
}
