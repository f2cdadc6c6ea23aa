//! Who is not signed in, has no account, or is nobody's member, finds the way and comes back to the link.

use naru::models::kinds::Role;

use super::{Till, back};
use crate::support::app;
use crate::support::people::{ACCOUNT, PASSWORD};

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

#[tokio::test]
async fn staff_are_shown_to_their_desk_and_another_sites_form_is_refused() {
    let app = app::start().await;
    let till = Till::with(&app, 12_300).await;
    app.staff("cs@example.test", Role::Cs).await;
    let desk = app.browser();
    desk.sign_in("cs@example.test").await.expect(303);
    let shown = desk.get(&till.path()).await.expect(303);
    assert!(shown.header("location").starts_with("/cs"));
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
