//! Access tokens that we did not make, or not for this: refused by pages and by the JSON API, and nothing is ended by them.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use naru::members::tokens::{Claims, Tokens};
use naru::models::kinds::{EndReason, Role};
use naru::models::{sessions, users};
use sea_orm::EntityTrait;
use uuid::Uuid;

use crate::support::app::{self, TestApp};
use crate::support::http::Answer;
use crate::support::visitor::{Browser, REFRESH, SESSION};

const EMAIL: &str = "minji@example.test";

/// Shows a token to the pages and to the JSON API.
async fn expect_refused(app: &TestApp, token: &str, why: &str) {
    let forger = app.browser();
    forger.set_cookie(SESSION, token);
    let sent_away = forger.get("/accounts").await;
    assert_eq!(sent_away.status, 303, "{why}");
    assert!(sent_away.header("location").starts_with("/sign-in"), "{why}");
    let bearer = app
        .client
        .get(format!("{}/api/member/accounts", app.base))
        .bearer_auth(token);
    Answer::of(bearer).await.problem(401, "unauthenticated");
}

async fn a_member(app: &TestApp) -> (Claims, Browser) {
    let (member, browser) = app.member_browser(EMAIL).await;
    let session = sessions::Entity::find()
        .one(app.services.db.read())
        .await
        .unwrap()
        .unwrap();
    let now = app.services.clock.now().timestamp();
    let claims = Claims {
        sub: member.0,
        sid: session.id.0,
        role: Role::Member,
        iat: now,
        exp: now + 600,
    };
    (claims, browser)
}

#[tokio::test]
async fn a_token_signed_with_another_key_changed_or_not_signed_at_all_opens_nothing() {
    let app = app::start().await;
    let (claims, browser) = a_member(&app).await;
    let stranger = Tokens::new(&"another secret of 32 characters!!!".into());
    expect_refused(&app, &stranger.sign(&claims).unwrap(), "another key").await;

    let token = browser.cookie(SESSION).unwrap();
    let parts: Vec<&str> = token.split('.').collect();
    let part = |json: &[u8]| URL_SAFE_NO_PAD.encode(json);
    let staff = Claims {
        role: Role::CsLead,
        exp: claims.exp + 86_400,
        ..claims
    };
    let changed = part(&serde_json::to_vec(&staff).unwrap());
    expect_refused(&app, &format!("{}.{changed}.{}", parts[0], parts[2]), "changed claims").await;
    for algorithm in ["none", "None", "NONE", "HS512", "RS256"] {
        let header = part(format!(r#"{{"alg":"{algorithm}","typ":"JWT"}}"#).as_bytes());
        expect_refused(&app, &format!("{header}.{}.", parts[1]), algorithm).await;
        expect_refused(&app, &format!("{header}.{}.{}", parts[1], parts[2]), algorithm).await;
    }
    expect_refused(&app, &format!("{}.{}.", parts[0], parts[1]), "no signature").await;
    browser.get("/accounts").await.expect(200);
}

#[tokio::test]
async fn a_token_of_ours_opens_nothing_past_its_time_for_another_user_or_without_its_session() {
    let app = app::start().await;
    let (claims, browser) = a_member(&app).await;
    let other = app.member("junho@example.test").await;
    let ours = &app.services.sign_ins.tokens;
    let sign = |claims: &Claims| ours.sign(claims).unwrap();
    let expired = Claims {
        exp: claims.iat,
        ..claims.clone()
    };
    expect_refused(&app, &sign(&expired), "expired").await;
    let of_another = Claims {
        sub: other.0,
        ..claims.clone()
    };
    expect_refused(&app, &sign(&of_another), "another user").await;
    let of_nobody = Claims {
        sid: Uuid::now_v7(),
        ..claims.clone()
    };
    expect_refused(&app, &sign(&of_nobody), "no such session").await;
    // What the token says of a role opens no desk: the row does.
    let would_be_staff = Claims {
        role: Role::CsLead,
        ..claims.clone()
    };
    let forger = app.browser();
    forger.set_cookie(SESSION, &sign(&would_be_staff));
    forger.get("/cs/payments").await.expect(403);

    browser.get("/accounts").await.expect(200);
    browser.post("/sign-out", &[]).await.expect(303);
    expect_refused(&app, &sign(&claims), "an ended session").await;
}

#[tokio::test]
async fn a_session_that_began_while_its_user_withdrew_opens_nothing() {
    let app = app::start().await;
    let (_, browser) = app.member_browser(EMAIL).await;
    app.sql("UPDATE users SET withdrawn_at = created_at").await;
    browser.copy().get("/accounts").await.expect(303);
    app.clock.advance(TimeDelta::minutes(11));
    browser.get("/accounts").await.expect(303);
    let told = browser.get("/sign-in").await.expect(200);
    assert!(told.text.contains("탈퇴한 회원이에요"), "{}", told.text);
    app.browser().sign_in(EMAIL).await.expect(422);
    assert!(browser.cookie(REFRESH).is_none());
    let user = users::Entity::find()
        .one(app.services.db.read())
        .await
        .unwrap()
        .unwrap();
    let row = sessions::Entity::find()
        .one(app.services.db.read())
        .await
        .unwrap()
        .unwrap();
    assert!(user.withdrawn_at.is_some() && row.ended_reason != Some(EndReason::Reused));
}
