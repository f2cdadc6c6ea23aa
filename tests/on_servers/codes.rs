//! Codes to phones over Redis: taken once over all processes, and around an outage never from two places.

use std::time::Duration;

use chrono::TimeDelta;
use naru::members::phone::PhoneNumber;
use naru::members::phone::codes::CodeError;
use naru::members::sign_up;
use naru::services::Services;
use naru::views::i18n::Language;
use serde_json::json;

use crate::support::app::{self, TestApp, eventually};
use crate::support::phone::{code_in, wrong_codes};
use crate::support::redis::PrivateRedis;

/// Of one operation.
const DEADLINE: Duration = Duration::from_secs(1);

async fn start(redis: &PrivateRedis) -> TestApp {
    let mut settings = redis.settings();
    settings["cache"]["deadline_ms"] = json!(DEADLINE.as_millis());
    app::wish().settings(settings).start().await
}

fn phone() -> PhoneNumber {
    PhoneNumber::parse("010-2222-3333").expect("a number")
}

/// Sends a code from this process; answers with it. Half a minute has to pass between two.
async fn send(services: &Services) -> String {
    sign_up::ask(services, &phone(), None, Language::Ko)
        .await
        .expect("it is sent");
    let messages = services.sms.outbox().expect("kept").messages();
    code_in(&messages[0].text).expect("a code")
}

async fn is_right(services: &Services, code: &str) -> bool {
    match sign_up::prove(services, phone(), code).await {
        Ok(_) => true,
        Err(CodeError::Wrong { .. } | CodeError::Gone) => false,
        Err(other) => panic!("{other}"),
    }
}

async fn is_gone(services: &Services, code: &str) -> bool {
    matches!(sign_up::prove(services, phone(), code).await, Err(CodeError::Gone))
}

/// Waits until Redis, which is back, is asked again.
async fn used_again(redis: &PrivateRedis, services: &Services) {
    eventually("Redis is used again", || async {
        services.cache.give_back("nothing").await;
        let lock = services.cache.lock("probe", Duration::from_millis(200)).await;
        let is_there: i64 = redis.say("EXISTS @probe").await;
        if let Some(lock) = lock {
            services.cache.unlock(lock).await;
        }
        is_there == 1
    })
    .await;
}

#[tokio::test]
async fn a_code_that_one_process_sent_is_taken_once_by_whichever_is_asked() {
    let redis = PrivateRedis::start().await;
    let app = start(&redis).await;
    let other = app.services_of_a_new_process().await;
    let code = send(&app.services).await;
    let processes = [&app.services, &other, &app.services, &other, &app.services, &other];
    let tries = processes.map(|services| is_right(services, &code));
    let right = futures::future::join_all(tries).await;
    assert_eq!(right.iter().filter(|right| **right).count(), 1, "{right:?}");
    assert!(is_gone(&app.services, &code).await && is_gone(&other, &code).await);
}

#[tokio::test]
async fn guesses_are_counted_over_all_processes_and_a_hundred_are_refused() {
    let redis = PrivateRedis::start().await;
    let app = start(&redis).await;
    let other = app.services_of_a_new_process().await;
    let code = send(&app.services).await;
    for (number, wrong) in wrong_codes(&code, 100).iter().enumerate() {
        let services = if number % 2 == 0 { &app.services } else { &other };
        match sign_up::prove(services, phone(), wrong).await {
            Err(CodeError::Wrong { guesses_left }) => assert_eq!(guesses_left as usize, 4 - number),
            Err(CodeError::Gone) => assert!(number >= 4, "{number}"),
            other => panic!("{other:?}"),
        }
    }
    assert!(is_gone(&app.services, &code).await);
}

#[tokio::test]
async fn redis_holds_neither_code_nor_number_and_forgets_in_time() {
    let redis = PrivateRedis::start().await;
    let app = start(&redis).await;
    let code = send(&app.services).await;
    let keys: Vec<String> = redis.say("KEYS *").await;
    let key = keys
        .iter()
        .find(|key| key.contains(":codes:sign_up:"))
        .expect("the code's");
    let left_ms: i64 = redis.say(&format!("PTTL {key}")).await;
    assert!((170_000..=180_000).contains(&left_ms), "{left_ms}");
    let mut all: Vec<String> = redis.say(&format!("HGETALL {key}")).await;
    all.extend(keys);
    for text in &all {
        assert!(
            text != &code && !text.contains("01022223333") && !text.contains("22223333"),
            "{text}"
        );
    }
    // By our own clock, which the server's does not know.
    app.clock.advance(TimeDelta::seconds(180));
    assert!(is_gone(&app.services, &code).await);
}

#[tokio::test]
async fn a_new_code_ends_the_one_before_also_when_another_process_sends_it() {
    let redis = PrivateRedis::start().await;
    let app = start(&redis).await;
    let other = app.services_of_a_new_process().await;
    let first = send(&app.services).await;
    app.clock.advance(TimeDelta::seconds(31));
    let second = send(&other).await;
    assert!(first == second || !is_right(&app.services, &first).await);
    assert!(is_right(&app.services, &second).await);
}

#[tokio::test]
async fn redis_killed_between_sending_and_checking_asks_for_a_new_code_which_is_right_once() {
    let redis = PrivateRedis::start().await;
    let app = start(&redis).await;
    let first = send(&app.services).await;
    redis.kill();
    assert!(is_gone(&app.services, &first).await);
    app.clock.advance(TimeDelta::seconds(31));
    let second = send(&app.services).await;
    let (one, other) = futures::future::join(is_right(&app.services, &second), is_right(&app.services, &second)).await;
    assert!(one != other);
    app.clock.advance(TimeDelta::seconds(31));
    let third = send(&app.services).await;
    redis.restart().await;
    used_again(&redis, &app.services).await;
    assert!(!is_right(&app.services, &wrong_codes(&third, 1)[0]).await);
    assert!(is_right(&app.services, &third).await);
    assert!(!is_right(&app.services, &third).await && !is_right(&app.services, &second).await);
}

#[tokio::test]
async fn a_code_whose_writing_was_not_answered_but_happened_is_known_to_nobody() {
    let redis = PrivateRedis::start().await;
    let app = start(&redis).await;
    let other = app.services_of_a_new_process().await;
    used_again(&redis, &other).await;
    used_again(&redis, &app.services).await;
    // It takes what is sent to it, and answers when it goes on.
    redis.freeze();
    let code = send(&app.services).await;
    redis.thaw();
    used_again(&redis, &app.services).await;
    used_again(&redis, &other).await;
    assert!(!is_right(&other, &code).await, "it is in Redis and in memory");
    let tries = [&app.services, &other, &app.services].map(|services| is_right(services, &code));
    let right = futures::future::join_all(tries).await;
    assert_eq!(right.iter().filter(|right| **right).count(), 1, "{right:?}");
    assert!(!is_right(&app.services, &code).await && !is_right(&other, &code).await);
}

#[tokio::test]
async fn a_code_of_an_outage_ends_when_the_next_one_goes_to_redis() {
    let redis = PrivateRedis::start().await;
    redis.kill();
    let app = start(&redis).await;
    let first = send(&app.services).await;
    redis.restart().await;
    used_again(&redis, &app.services).await;
    app.clock.advance(TimeDelta::seconds(31));
    let second = send(&app.services).await;
    assert!(first == second || !is_right(&app.services, &first).await);
    assert!(is_right(&app.services, &second).await);
    assert!(is_gone(&app.services, &first).await);
}

#[tokio::test]
async fn what_is_not_ours_under_a_code_is_no_code() {
    let redis = PrivateRedis::start().await;
    let app = start(&redis).await;
    send(&app.services).await;
    let keys: Vec<String> = redis.say("KEYS *:codes:sign_up:*").await;
    for strange in [
        format!("SET {} garbage", keys[0]),
        format!("HSET {} digest x", keys[0]),
        format!("HSET {} digest x until soon guesses many", keys[0]),
    ] {
        let _: () = redis.say(&format!("DEL {}", keys[0])).await;
        let _: () = redis.say(&strange).await;
        assert!(is_gone(&app.services, "123456").await, "{strange}");
    }
    app.clock.advance(TimeDelta::seconds(31));
    let _: () = redis.say(&format!("RPUSH {} 1 2 3", keys[0])).await;
    let code = send(&app.services).await;
    assert!(is_right(&app.services, &code).await);
}

#[tokio::test]
async fn an_outage_of_redis_is_no_error_on_the_pages() {
    let redis = PrivateRedis::start().await;
    let app = start(&redis).await;
    let browser = app.browser();
    let phone = [("phone", "010-2222-3333")];
    browser.post("/sign-up", &phone).await.expect(303);
    let first = browser.code().await;
    redis.kill();
    let gone = browser.post("/sign-up/code", &[("code", &first)]).await.expect(422);
    assert!(gone.text.contains("새 인증번호를 받아 주세요"));
    // The pause is counted by the process itself as well.
    browser.post("/sign-up/resend", &[]).await.expect(429);
    app.clock.advance(TimeDelta::seconds(31));
    browser.post("/sign-up/resend", &[]).await.expect(303);
    let second = browser.code().await;
    browser.post("/sign-up/code", &[("code", &second)]).await.expect(303);
    browser.get("/sign-up/details").await.expect(200);
}
