//! The keyboard's shortcuts: on until somebody turns them off for themselves, wherever they sign in, without scripts too.

use naru::models::kinds::Role;

use super::{desk, desk_of};
use crate::support::app;
use crate::support::visitor::Browser;

const OFF: [(&str, &str); 1] = [("shortcuts", "off")];

/// What the search tells its script.
async fn are_on(browser: &Browser) -> bool {
    // Also where the filter cannot be read.
    let mut told = Vec::new();
    for path in ["/cs/payments", "/cs/payments?state=lost"] {
        let page = browser.get(path).await.expect(200).text;
        assert!(page.contains("data-shortcuts="), "{page}");
        told.push(page.contains("data-shortcuts=\"on\""));
    }
    assert_eq!(told[0], told[1]);
    told[0]
}

#[tokio::test]
async fn each_of_staff_turns_them_off_for_themselves_on_every_browser() {
    let app = app::wish().without_workers().start().await;
    let (one, two) = (desk(&app).await, desk_of(&app, "lead@example.test", Role::CsLead).await);
    assert!(are_on(&one).await);
    let page = one.get("/cs/me").await.expect(200).text;
    assert!(page.contains("value=\"off\"") && page.contains("단축키 끄기"), "{page}");
    // Twice is as once.
    for _ in 0..2 {
        assert_eq!(
            one.post("/me/shortcuts", &OFF).await.expect(303).header("location"),
            "/cs/me"
        );
    }
    let page = one.get("/cs/me").await.expect(200).text;
    assert!(
        page.contains("단축키를 껐어요") && page.contains("단축키를 꺼 두었어요"),
        "{page}"
    );
    let elsewhere = app.browser();
    elsewhere.sign_in("cs@example.test").await.expect(303);
    assert!(!are_on(&elsewhere).await, "another browser has them on");
    assert!(are_on(&two).await, "they are off for somebody else");
    elsewhere
        .post("/me/shortcuts", &[("shortcuts", "on")])
        .await
        .expect(303);
    assert!(are_on(&one).await);
}

#[tokio::test]
async fn the_switch_in_the_help_leads_back_to_the_search_and_never_to_another_site() {
    let app = app::wish().without_workers().start().await;
    let desk = desk(&app).await;
    let search = "/cs/payments?q=order-1&state=failed";
    let sent = desk.post("/me/shortcuts", &[OFF[0], ("back", search)]).await;
    assert_eq!(sent.expect(303).header("location"), search);
    for elsewhere in ["https://evil.test/", "//evil.test", "/\\evil.test", ""] {
        let sent = desk.post("/me/shortcuts", &[OFF[0], ("back", elsewhere)]).await;
        assert_eq!(sent.expect(303).header("location"), "/cs/me", "{elsewhere}");
    }
    for wrong in ["", "perhaps"] {
        let page = desk
            .post("/me/shortcuts", &[("shortcuts", wrong)])
            .await
            .expect(400)
            .text;
        assert!(page.contains("<html"), "{page}");
    }
    assert!(!are_on(&desk).await);
}

#[tokio::test]
async fn whoever_is_of_staff_may_and_nobody_else() {
    let app = app::wish().without_workers().start().await;
    for role in Role::STAFF {
        let browser = desk_of(&app, &format!("{}@example.test", role.as_str()), role).await;
        browser.post("/me/shortcuts", &OFF).await.expect(303);
        assert!(!are_on(&browser).await, "{role:?}");
        assert_eq!(
            browser.get("/me/shortcuts").await.expect(303).header("location"),
            "/cs/me"
        );
    }
    let (_, member) = app.member_browser("minji@example.test").await;
    member.post("/me/shortcuts", &OFF).await.expect(403);
    let sent = app.browser().post("/me/shortcuts", &OFF).await.expect(303);
    assert_eq!(sent.header("location"), "/sign-in");
}
