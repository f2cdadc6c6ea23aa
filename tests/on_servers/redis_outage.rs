//! Redis killed, frozen, or not there yet: pages and sign-ins answer as ever, and it is used again when it is back.

use std::time::{Duration, Instant};

use naru::ids::AccountId;
use naru::services::Services;
use serde_json::{Value, json};

use super::rabbitmq::is_ready;
use super::redis::{Home, WRONG, known};
use crate::support::app::{self, TestApp, eventually};
use crate::support::redis::PrivateRedis;

const EMAIL: &str = "minji@example.test";
/// Of one operation: so long that a page which waited for it ten times would be late beyond doubt.
const DEADLINE: Duration = Duration::from_secs(1);

fn settings(redis: &PrivateRedis) -> Value {
    let mut settings = redis.settings();
    settings["cache"]["deadline_ms"] = json!(DEADLINE.as_millis());
    settings
}

/// What must hold while Redis gives no answer, after the app learned of a balance of 43,210 won.
async fn expect_the_usual(app: &TestApp, home: &Home) {
    let begun = Instant::now();
    for _ in 0..10 {
        assert!(home.list().await.contains("data-won=\"43210\""));
    }
    // The first page waited for one deadline, and the others for none.
    assert!(begun.elapsed() < 4 * DEADLINE, "{:?}", begun.elapsed());
    app.browser().sign_in(EMAIL).await.expect(303);
    assert!(is_ready(app).await);
    let card = home.card().await;
    assert!(card.contains("data-balance=\"fresh\""), "{card}");
}

/// Waits until what one process learns is known to the other.
async fn used_again(one: &Services, other: &Services) {
    let account = AccountId::new();
    eventually("Redis is used again", || async {
        let learned = known(1_000, one);
        one.balances.remember(account, learned).await;
        other.balances.last_known(account).await == Some(learned)
    })
    .await;
}

async fn learned(app: &TestApp, home: &Home) {
    let balance = known(43_210, &app.services);
    app.services.balances.remember(home.account, balance).await;
}

/// Two processes over one Redis, and a member whose balance is known.
struct Scene {
    app: TestApp,
    home: Home,
    other: Services,
}

impl Scene {
    async fn set() -> (PrivateRedis, Self) {
        let redis = PrivateRedis::start().await;
        let app = app::wish().settings(settings(&redis)).start().await;
        let home = Home::at(&app).await;
        let other = app.services_of_a_new_process().await;
        used_again(&app.services, &other).await;
        learned(&app, &home).await;
        // Its workers have found their broker: what it lacks later is Redis alone.
        eventually("it is ready", || is_ready(&app)).await;
        (redis, Self { app, home, other })
    }

    async fn redis_is_shared_again(&self) {
        used_again(&self.app.services, &self.other).await;
        used_again(&self.other, &self.app.services).await;
    }
}

#[tokio::test]
async fn redis_killed_takes_no_page_down_and_is_used_again_when_it_is_back() {
    let (redis, scene) = Scene::set().await;
    redis.kill();
    expect_the_usual(&scene.app, &scene.home).await;
    redis.restart().await;
    scene.redis_is_shared_again().await;
}

#[tokio::test]
async fn redis_frozen_takes_no_page_down_and_is_used_again_when_it_goes_on() {
    let (redis, scene) = Scene::set().await;
    redis.freeze();
    expect_the_usual(&scene.app, &scene.home).await;
    redis.thaw();
    scene.redis_is_shared_again().await;
}

#[tokio::test]
async fn a_start_without_redis_works_and_it_is_used_when_it_comes() {
    let redis = PrivateRedis::start().await;
    redis.kill();
    let app = app::wish().settings(settings(&redis)).start().await;
    let home = Home::at(&app).await;
    assert!(home.list().await.contains("????"));
    learned(&app, &home).await;
    eventually("its workers listen", || is_ready(&app)).await;
    expect_the_usual(&app, &home).await;
    let other = app.services_of_a_new_process().await;
    redis.restart().await;
    used_again(&app.services, &other).await;
    used_again(&other, &app.services).await;
}

#[tokio::test]
async fn an_outage_gives_no_attempts_back() {
    let redis = PrivateRedis::start().await;
    let wish = app::wish().settings(settings(&redis)).with_a_stopped_clock();
    let app = wish.start().await;
    app.member(EMAIL).await;
    let browser = app.browser();
    for attempt in 0..5 {
        if attempt == 3 {
            redis.kill();
        }
        browser.post("/sign-in", &WRONG).await.expect(422);
    }
    browser.post("/sign-in", &WRONG).await.expect(429);
    browser.sign_in(EMAIL).await.expect(429);
}

#[tokio::test]
async fn a_balance_learned_while_redis_was_away_is_not_hidden_by_the_older_one_that_it_kept() {
    let redis = PrivateRedis::start().await;
    let app = app::wish().settings(settings(&redis)).start().await;
    let other = app.services_of_a_new_process().await;
    let account = AccountId::new();
    used_again(&app.services, &other).await;
    other.balances.remember(account, known(1_000, &other)).await;
    redis.freeze();
    // Waits in vain, so that what follows is not even sent.
    assert!(app.services.balances.last_known(account).await.is_none());
    let newer = known(2_000, &app.services);
    app.services.balances.remember(account, newer).await;
    redis.thaw();
    used_again(&app.services, &other).await;
    assert_eq!(app.services.balances.last_known(account).await, Some(newer));
}
