//! Signing up.

use naru::models::{members, users};
use sea_orm::{EntityTrait, PaginatorTrait};

use crate::support::app;
use crate::support::people::PASSWORD;
use crate::support::visitor::SESSION;

fn fields<'a>(email: &'a str, birth_date: &'a str) -> [(&'a str, &'a str); 4] {
    [
        ("email", email),
        ("password", PASSWORD),
        ("name", "박서연"),
        ("birth_date", birth_date),
    ]
}

#[tokio::test]
async fn a_new_member_is_signed_in_and_their_birth_date_cannot_be_read_in_the_database() {
    let app = app::start().await;
    let browser = app.browser();
    let answer = browser
        .post("/sign-up", &fields(" Seoyeon@Example.TEST", "1994-03-02"))
        .await
        .expect(303);
    assert_eq!(answer.header("location"), "/accounts");
    assert!(browser.cookie(SESSION).is_some());

    let page = browser.get("/accounts").await.expect(200);
    assert!(page.text.contains("박서연"));
    let welcome = "먼저 은행 계좌를 연결해 주세요";
    assert!(page.text.contains(welcome));
    assert!(!browser.get("/accounts").await.expect(200).text.contains(welcome));

    let user = users::Model::find_by_email(app.services.db.read(), "seoyeon@example.test")
        .await
        .unwrap()
        .unwrap();
    let member = members::Entity::find_by_id(user.id)
        .one(app.services.db.read())
        .await
        .unwrap()
        .unwrap();
    assert!(!member.birth_date_sealed.contains("1994"));
    assert!(user.password_hash.starts_with("$argon2id$"));
}

#[tokio::test]
async fn a_refused_form_comes_back_with_what_was_typed_but_the_password() {
    let app = app::start().await;
    let refused = app
        .browser()
        .post("/sign-up", &fields("seoyeon@example", "2026-01-01"))
        .await
        .expect(422);
    assert!(refused.text.contains("seoyeon@example"));
    assert!(refused.text.contains("2026-01-01"));
    assert!(refused.text.contains("이메일 주소를 다시 확인해 주세요"));
    assert!(refused.text.contains("만 14세부터"));
    assert!(!refused.text.contains(PASSWORD));
    let members = users::Entity::find().count(app.services.db.read()).await.unwrap();
    assert_eq!(members, 0);
}

#[tokio::test]
async fn two_at_once_with_one_email_make_one_member() {
    let app = app::start().await;
    let (first, second) = (app.browser(), app.browser());
    let form = fields("same@example.test", "1994-03-02");
    let (one, other) = tokio::join!(first.post("/sign-up", &form), second.post("/sign-up", &form));
    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 422]);
    assert_eq!(users::Entity::find().count(app.services.db.read()).await.unwrap(), 1);
    assert_eq!(members::Entity::find().count(app.services.db.read()).await.unwrap(), 1);
}
