//! Who is not signed in, has no account, or is nobody's member, finds the way and comes back to the link.

use naru::models::kinds::Role;

use super::{Till, back};
use crate::support::app;
use crate::support::people::{ACCOUNT, PASSWORD};
use crate::support::visitor::Browser;

#[tokio::test]
async fn who_is_not_signed_in_sees_what_is_asked_for_and_comes_back_after_signing_in() {
    let app = app::start().await;
    let till = Till::with(&app, 12_300).await;
    let visitor = app.browser();
    let page = visitor.get(&till.path()).await.expect(200).text;
    assert!(
        page.contains("12,300원") && !page.contains("name=\"password\""),
        "{page}"
    );
    assert!(page.contains(&format!("/sign-in?next={}", till.path())));
    assert!(back(&page).ends_with("&status=canceled"));
    let post = visitor.post(&till.path(), &till.yes()).await.expect(303);
    assert_eq!(post.header("location"), till.path());
    visitor
        .get(&format!("{}/balance?account={}", till.path(), till.account))
        .await
        .expect(403);
    let fields = [
        ("email", "minji@example.test"),
        ("password", PASSWORD),
        ("next", &till.path()),
    ];
    let signed_in = visitor.post("/sign-in", &fields).await.expect(303);
    assert_eq!(signed_in.header("location"), till.path());
    // Also who came to sign in by another way, such as after a new password.
    let other = app.browser();
    other.get(&till.path()).await.expect(200);
    let form = other.get("/sign-in").await.expect(200).text;
    assert!(
        form.contains(&format!("name=\"next\" value=\"{}\"", till.path())),
        "{form}"
    );
    assert_eq!(app.transfers().await, 0);
}

#[tokio::test]
async fn a_newcomer_signs_up_links_an_account_and_is_back_at_the_link() {
    let app = app::start().await;
    let till = Till::with(&app, 12_300).await;
    let newcomer = app.browser();
    newcomer.get(&till.path()).await.expect(200);
    newcomer.prove("/sign-up", "010-5555-6666").await.expect(303);
    let details = [
        ("email", "new@example.test"),
        ("password", PASSWORD),
        ("name", "김민지"),
        ("birth_date", "1994-03-02"),
    ];
    let signed_up = newcomer.post("/sign-up/details", &details).await.expect(303);
    assert_eq!(signed_up.header("location"), till.path());
    let page = newcomer.get(&till.path()).await.expect(200).text;
    assert!(page.contains("연결한 계좌가 없어요"), "{page}");
    let member = naru::models::users::Model::find_by_email(app.services.db.read(), "new@example.test")
        .await
        .unwrap()
        .unwrap();
    let account = super::shown(app.account(member.id, "3020005554443").await);
    let linked = newcomer
        .get(&format!("/accounts/{account}/linked"))
        .await
        .expect(200)
        .text;
    assert!(linked.contains(&format!("href=\"{}\"", till.path())), "{linked}");
    newcomer
        .post(&till.path(), &[("account", &account), ("password", PASSWORD)])
        .await
        .expect(303);
    assert_eq!(app.transfers().await, 1);
    // There is nothing to come back for any more.
    let linked = newcomer
        .get(&format!("/accounts/{account}/linked"))
        .await
        .expect(200)
        .text;
    assert!(!linked.contains(&till.path()));
    assert_ne!(account, ACCOUNT);
}

/// Above all the shop's own developer, who tries the link in the browser that the console is open in.
#[tokio::test]
async fn who_is_no_member_is_told_so_and_comes_back_as_one() {
    let app = app::start().await;
    let till = Till::with(&app, 12_300).await;
    app.staff("cs@example.test", Role::Cs).await;
    app.partner_user(&till.shop, "dev@example.test").await;
    for email in ["cs@example.test", "dev@example.test"] {
        let browser = app.browser();
        browser.sign_in(email).await.expect(303);
        let page = browser.get(&till.path()).await.expect(200).text;
        assert!(
            page.contains("회원만 답할 수 있어요") && !page.contains("name=\"password\""),
            "{page}"
        );
        let balance = format!("{}/balance?account={}", till.path(), till.account);
        browser.get(&balance).await.expect(403);
        let post = browser.post(&till.path(), &till.yes()).await.expect(303);
        assert_eq!(post.header("location"), till.path());
        leave_and_return(&browser, &till).await;
    }
    assert_eq!(app.transfers().await, 0);
}

/// A phone may be lent: whoever is signed in can make room for the one who pays.
#[tokio::test]
async fn another_member_signs_in_where_one_is_and_leaving_leads_nowhere_else() {
    let app = app::start().await;
    let till = Till::with(&app, 12_300).await;
    app.member("junho@example.test").await;
    let browser = app.browser();
    browser.sign_in("junho@example.test").await.expect(303);
    leave_and_return(&browser, &till).await;
    for next in ["", "https://evil.example/", "//evil.example", "/sign-out"] {
        let left = till.member.post("/sign-out", &[("next", next)]).await.expect(303);
        assert_eq!(left.header("location"), "/", "{next}");
    }
}

async fn leave_and_return(browser: &Browser, till: &Till) {
    let page = browser.get(&till.path()).await.expect(200).text;
    assert!(
        page.contains(&format!("name=\"next\" value=\"{}\"", till.path())),
        "{page}"
    );
    let left = browser.post("/sign-out", &[("next", &till.path())]).await.expect(303);
    assert_eq!(left.header("location"), till.path());
    let page = browser.get(&till.path()).await.expect(200).text;
    assert!(page.contains(&format!("/sign-in?next={}", till.path())), "{page}");
    let fields = [
        ("email", "minji@example.test"),
        ("password", PASSWORD),
        ("next", &till.path()),
    ];
    let signed_in = browser.post("/sign-in", &fields).await.expect(303);
    assert_eq!(signed_in.header("location"), till.path());
    let page = browser.get(&till.path()).await.expect(200).text;
    assert!(page.contains("name=\"password\""), "{page}");
}

#[tokio::test]
async fn another_sites_form_is_refused() {
    let app = app::start().await;
    let till = Till::with(&app, 12_300).await;
    let body = serde_urlencoded::to_string(till.yes()).unwrap();
    let forged = till
        .member
        .request(reqwest::Method::POST, &till.path())
        .header("content-type", "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "cross-site")
        .body(body);
    till.member.send(forged).await.expect(403);
    assert_eq!(app.transfers().await, 0);
}
