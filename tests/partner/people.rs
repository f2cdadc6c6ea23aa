//! Who comes to the console: people of partners, whom an operator lets in, and nobody else.

use naru::models::kinds::{Deed, Role};
use naru::models::users;
use naru::partners::people::{self, Invitation, InviteError};
use secrecy::ExposeSecret;

use crate::support::app::{self, TestApp};
use crate::support::people::{PASSWORD, Shop};

fn invitation(partner: &str, email: &str) -> Invitation {
    Invitation {
        partner_name: partner.to_owned(),
        email: email.to_owned(),
        user_name: "서개발".to_owned(),
    }
}

async fn invite(app: &TestApp, partner: &str, email: &str) -> people::Invited {
    people::invite(&app.services, invitation(partner, email))
        .await
        .expect("they are invited")
}

#[tokio::test]
async fn whoever_was_handed_a_password_changes_it_before_the_console_opens() {
    let app = app::wish().without_workers().start().await;
    let invited = invite(&app, "새상점", "Dev@New.test").await;
    assert!(invited.is_new_partner && invited.is_new_user);
    let given = invited.password.expose_secret();
    let browser = app.browser();
    let sign_in = [("email", "dev@new.test"), ("password", given)];
    let signed_in = browser.post("/sign-in", &sign_in).await.expect(303);
    assert_eq!(signed_in.header("location"), "/partner");
    for path in ["/partner", "/partner/keys", "/partner/webhooks"] {
        let sent = browser.get(path).await.expect(303);
        assert_eq!(sent.header("location"), "/me/password", "{path}");
    }
    let page = browser.get("/me/password").await.expect(200).text;
    assert!(page.contains("전달받은 비밀번호"), "{page}");
    let form = [("present", given), ("new", PASSWORD)];
    let changed = browser.post("/me/password", &form).await.expect(303);
    assert_eq!(changed.header("location"), "/partner");
    let page = browser.get("/partner").await.expect(200).text;
    assert!(page.contains("새상점") && page.contains("연동 시작하기"), "{page}");
    assert!(page.contains("테스트"), "{page}");
}

#[tokio::test]
async fn a_forgotten_password_is_replaced_by_the_operator_and_ends_the_sessions() {
    let app = app::wish().without_workers().start().await;
    let shop = app.shop("나루상점").await;
    let console = app.console(&shop, "dev@example.test").await;
    let again = invite(&app, "나루상점", "dev@example.test").await;
    assert!(!again.is_new_partner && !again.is_new_user);
    let sent = console.get("/partner").await.expect(303);
    assert!(sent.header("location").starts_with("/sign-in"));
    let browser = app.browser();
    browser.sign_in("dev@example.test").await.expect(422);
    let form = [
        ("email", "dev@example.test"),
        ("password", again.password.expose_secret()),
    ];
    browser.post("/sign-in", &form).await.expect(303);
    assert_eq!(app.deeds(&shop).await, [Deed::PasswordGiven]);
}

#[tokio::test]
async fn nobody_else_is_made_a_user_of_a_partner() {
    let app = app::wish().without_workers().start().await;
    app.member("minji@example.test").await;
    app.staff("cs@example.test", Role::Cs).await;
    let shop: Shop = app.shop("나루상점").await;
    app.partner_user(&shop, "dev@example.test").await;
    for email in ["minji@example.test", "cs@example.test", "dev@example.test"] {
        let refused = people::invite(&app.services, invitation("다른상점", email)).await;
        assert!(matches!(refused, Err(InviteError::EmailTaken)), "{email}: {refused:?}");
    }
    for email in ["", "dev", "a b@example.test", "dev@localhost"] {
        let refused = people::invite(&app.services, invitation("나루상점", email)).await;
        assert!(matches!(refused, Err(InviteError::Email)), "{email}: {refused:?}");
    }
    let refused = people::invite(&app.services, invitation(" ", "new@example.test")).await;
    assert!(matches!(refused, Err(InviteError::Name)));
    let db = app.services.db.read();
    assert!(
        users::Model::find_by_email(db, "new@example.test")
            .await
            .unwrap()
            .is_none()
    );
}

#[tokio::test]
async fn each_kind_of_people_has_its_own_rooms() {
    let app = app::wish().without_workers().start().await;
    let shop = app.shop("나루상점").await;
    let console = app.console(&shop, "dev@example.test").await;
    for path in ["/", "/accounts", "/payments", "/mandates"] {
        let sent = console.get(path).await.expect(303);
        assert_eq!(sent.header("location"), "/partner", "{path}");
    }
    for path in ["/cs/payments", "/cs/members"] {
        console.get(path).await.expect(403);
    }
    console.get("/me").await.expect(200);
    console.get("/notices").await.expect(200);
    let (_, member) = app.member_browser("minji@example.test").await;
    app.staff("lead@example.test", Role::CsLead).await;
    let staff = app.browser();
    staff.sign_in("lead@example.test").await.expect(303);
    for stranger in [&member, &staff] {
        for path in ["/partner", "/partner/keys", "/partner/keys/new", "/partner/settings"] {
            stranger.get(path).await.expect(403);
        }
        stranger.post("/partner/keys/new", &[("name", "x")]).await.expect(403);
    }
    let nobody = app.browser().get("/partner/keys").await.expect(303);
    assert_eq!(nobody.header("location"), "/sign-in?next=%2Fpartner%2Fkeys");
}

#[tokio::test]
async fn a_user_of_no_partner_sees_nothing() {
    let app = app::wish().without_workers().start().await;
    app.staff("lost@example.test", Role::Partner).await;
    let browser = app.browser();
    browser.sign_in("lost@example.test").await.expect(303);
    browser.get("/partner").await.expect(403);
}
