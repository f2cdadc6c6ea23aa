//! Keys: made once and shown once, rotated with time to change over, ended at once, each with a row that says who did it.

use chrono::TimeDelta;
use futures::future::join_all;
use naru::ids::{KeyId, Prefix};
use naru::models::kinds::Deed;

use super::{hidden, words_with};
use crate::support::app::{self, TestApp};
use crate::support::http::Answer;
use crate::support::people::Shop;
use crate::support::visitor::Browser;

const NEW: &str = "/partner/keys/new";

async fn make(console: &Browser, name: &str, scopes: &[&str]) -> Answer {
    let id = hidden(&console.get(NEW).await.expect(200), "id");
    let mut form = vec![("id", id.as_str()), ("name", name)];
    form.extend(scopes.iter().map(|scope| ("scope", *scope)));
    console.post(NEW, &form).await
}

/// The text of the key that a page shows.
fn shown_key(page: &Answer) -> String {
    let mut keys = words_with(page, "naru_sk_test_");
    keys.retain(|key| key.len() > 30);
    keys.dedup();
    assert_eq!(keys.len(), 1, "{keys:?}");
    keys.remove(0)
}

async fn begin() -> (TestApp, Shop, Browser) {
    let app = app::wish().without_workers().with_a_stopped_clock().start().await;
    let shop = app.shop("나루상점").await;
    let console = app.console(&shop, "dev@example.test").await;
    (app, shop, console)
}

/// The page of the shop's key of this name that was made last.
async fn path_of(app: &TestApp, shop: &Shop, name: &str) -> String {
    let keys = app.keys_of(shop).await;
    let key = keys.iter().rev().find(|key| key.name == name).expect("it is there");
    format!("/partner/keys/{}", Prefix::Key.show(key.id.0))
}

async fn rotate(console: &Browser, path: &str, overlap: &str) -> Answer {
    let next = Prefix::Key.show(KeyId::new().0);
    console
        .post(&format!("{path}/rotation"), &[("next", &next), ("overlap", overlap)])
        .await
}

#[tokio::test]
async fn a_key_is_made_once_shown_once_and_works_with_its_scopes() {
    let (app, shop, console) = begin().await;
    let id = hidden(&console.get(NEW).await.expect(200), "id");
    let form = [
        ("id", id.as_str()),
        ("name", "주문 서버"),
        ("scope", "payments:read"),
        ("scope", "events:read"),
    ];
    let made = console.post(NEW, &form).await.expect(200);
    assert_eq!(made.header("cache-control"), "no-store");
    assert!(made.headers.get("set-cookie").is_none() && made.headers.get("location").is_none());
    let key = shown_key(&made);
    app.api(&key).get("/payments").await.expect(200);

    // A reload sends the form again.
    let again = console.post(NEW, &form).await.expect(409);
    assert!(again.text.contains("새 키를 만들지 않았어요") && !again.text.contains(&key));
    let keys = app.keys_of(&shop).await;
    assert_eq!(keys.len(), 2);
    let row = keys.iter().find(|key| key.name == "주문 서버").unwrap();
    assert_eq!(row.scopes, "payments:read,events:read");
    assert!(!format!("{row:?}").contains(&key));
    for path in ["/partner", "/partner/keys", &path_of(&app, &shop, "주문 서버").await] {
        let page = console.get(path).await.expect(200);
        assert!(!page.text.contains(&key), "{path}");
    }
    assert_eq!(app.deeds(&shop).await, [Deed::KeyMade]);
}

#[tokio::test]
async fn what_is_wrong_with_a_key_is_told_and_what_was_typed_is_kept() {
    let (app, shop, console) = begin().await;
    let refused = make(&console, "", &[]).await.expect(422).text;
    assert!(
        refused.contains("입력해 주세요") && refused.contains("하나를 선택해 주세요"),
        "{refused}"
    );
    let refused = make(&console, &"가".repeat(61), &["payments:read", "money:print"]).await;
    let refused = refused.expect(422).text;
    assert!(
        refused.contains(&"가".repeat(61)) && refused.contains("목록에 없는 값"),
        "{refused}"
    );
    let no_number = [("id", "key_1"), ("name", "x"), ("scope", "payments:read")];
    console.post(NEW, &no_number).await.expect(422);
    assert_eq!(app.keys_of(&shop).await.len(), 1);
    assert!(app.deeds(&shop).await.is_empty());
}

#[tokio::test]
async fn both_keys_of_a_rotation_work_until_the_old_one_ends_and_no_third_joins_them() {
    let (app, shop, console) = begin().await;
    let old = shown_key(&make(&console, "주문 서버", &["payments:read"]).await.expect(200));
    let path = path_of(&app, &shop, "주문 서버").await;
    app.advance(TimeDelta::seconds(1)).await;
    let new = shown_key(&rotate(&console, &path, "24h").await.expect(200));
    let keys = app.keys_of(&shop).await;
    let (before, after) = (&keys[1], &keys[2]);
    assert_eq!(after.replaces_id, Some(before.id));
    assert_eq!((&after.name, &after.scopes), (&before.name, &before.scopes));
    for key in [&old, &new] {
        app.api(key).get("/payments").await.expect(200);
    }

    let again = rotate(&console, &path, "24h").await.expect(409).text;
    assert!(again.contains("이미 새 키로 교체 중이에요"), "{again}");
    let successor = path_of(&app, &shop, "주문 서버").await;
    let third = rotate(&console, &successor, "7d").await.expect(409).text;
    assert!(third.contains("이전 키가 아직 살아 있어요"), "{third}");
    assert_eq!(app.keys_of(&shop).await.len(), 3);

    app.advance(TimeDelta::hours(24)).await;
    app.api(&old).get("/payments").await.problem(401, "unauthenticated");
    app.api(&new).get("/payments").await.expect(200);
    assert_eq!(app.deeds(&shop).await, [Deed::KeyMade, Deed::KeyRotated]);
}

#[tokio::test]
async fn a_key_that_leaked_is_replaced_at_once() {
    let (app, shop, console) = begin().await;
    let old = shown_key(&make(&console, "서버 2", &["payments:read"]).await.expect(200));
    let path = path_of(&app, &shop, "서버 2").await;
    let new = shown_key(&rotate(&console, &path, "0h").await.expect(200));
    app.api(&old).get("/payments").await.problem(401, "unauthenticated");
    app.api(&new).get("/payments").await.expect(200);
    rotate(&console, &path, "0h").await.expect(409);
    rotate(&console, &path, "9y").await.expect(422);
}

#[tokio::test]
async fn an_ended_key_opens_nothing_and_is_ended_once() {
    let (app, shop, console) = begin().await;
    let key = shown_key(&make(&console, "서버 2", &["payments:read"]).await.expect(200));
    let path = path_of(&app, &shop, "서버 2").await;
    console.post(&format!("{path}/end"), &[]).await.expect(303);
    app.api(&key).get("/payments").await.problem(401, "unauthenticated");
    console.post(&format!("{path}/end"), &[]).await.expect(303);
    assert_eq!(app.deeds(&shop).await, [Deed::KeyMade, Deed::KeyEnded]);
    let page = console.get(&path).await.expect(200).text;
    assert!(page.contains("종료됨") && page.contains("상담 담당"), "{page}");
}

#[tokio::test]
async fn a_form_sent_five_times_at_once_makes_one_key() {
    let (app, shop, console) = begin().await;
    let id = hidden(&console.get(NEW).await.expect(200), "id");
    let form = [("id", id.as_str()), ("name", "서버 2"), ("scope", "payments:read")];
    let answers = join_all((0..5).map(|_| console.post(NEW, &form))).await;
    let made = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!(made, 1);
    assert!(
        answers
            .iter()
            .all(|answer| answer.status == 200 || answer.status == 409)
    );
    assert_eq!(app.keys_of(&shop).await.len(), 2);
}

#[tokio::test]
async fn a_partner_has_twenty_living_keys_at_most() {
    let (app, shop, console) = begin().await;
    for number in 0..19 {
        make(&console, &format!("서버 {number}"), &["payments:read"])
            .await
            .expect(200);
    }
    let refused = make(&console, "하나 더", &["payments:read"]).await.expect(422).text;
    assert!(refused.contains("20개") && refused.contains("하나 더"), "{refused}");
    let path = path_of(&app, &shop, "서버 3").await;
    console.post(&format!("{path}/end"), &[]).await.expect(303);
    make(&console, "하나 더", &["payments:read"]).await.expect(200);
}

#[tokio::test]
async fn another_partners_key_is_not_there() {
    let (app, shop, _) = begin().await;
    let other = app.shop("다른상점").await;
    let stranger = app.console(&other, "dev@other.test").await;
    let path = format!("/partner/keys/{}", Prefix::Key.show(app.keys_of(&shop).await[0].id.0));
    stranger.get(&path).await.expect(404);
    stranger.post(&format!("{path}/end"), &[]).await.expect(404);
    rotate(&stranger, &path, "24h").await.expect(404);
    // An id of the other's, in a form of one's own.
    let taken = path.trim_start_matches("/partner/keys/").to_owned();
    let form = [("id", taken.as_str()), ("name", "x"), ("scope", "payments:read")];
    stranger.post(NEW, &form).await.expect(404);
    shop.api.get("/payments").await.expect(200);
    assert!(app.deeds(&other).await.is_empty() && app.deeds(&shop).await.is_empty());
}
