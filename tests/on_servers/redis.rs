//! What processes share over Redis: balances, attempts, locks, news.

use std::time::Duration;

use chrono::TimeDelta;
use futures::future::join;
use naru::accounts::AccountRow;
use naru::accounts::balance::{self, KnownBalance};
use naru::ids::{AccountId, KeyId, Prefix, UserId};
use naru::members::sessions::{self, Caller, SignInError};
use naru::money::Won;
use naru::partners::rate;
use naru::services::Services;
use serde_json::json;

use crate::support::app::{self, TestApp, eventually};
use crate::support::people::{ACCOUNT, PASSWORD};
use crate::support::redis::PrivateRedis;
use crate::support::visitor::Browser;

const EMAIL: &str = "minji@example.test";
pub const WRONG: [(&str, &str); 2] = [("email", EMAIL), ("password", "not-this-one")];

/// A member with an account at an app, and what tests look at there.
pub struct Home {
    pub member: UserId,
    pub account: AccountId,
    pub browser: Browser,
}

impl Home {
    pub async fn at(app: &TestApp) -> Self {
        let (member, browser) = app.member_browser(EMAIL).await;
        let account = app.account(member, ACCOUNT).await;
        Self {
            member,
            account,
            browser,
        }
    }

    /// What the card of the balance says when it asks the bank.
    pub async fn card(&self) -> String {
        let path = format!("/accounts/{}/balance", Prefix::Account.show(self.account.0));
        self.browser.get(&path).await.expect(200).text
    }

    /// What the list says at once.
    pub async fn list(&self) -> String {
        self.browser.get("/accounts").await.expect(200).text
    }

    /// The row, for a process beside the app.
    pub async fn row(&self, services: &Services) -> AccountRow {
        let found = AccountRow::find_owned_by(services.db.read(), self.member, self.account).await;
        found.expect("the database answers").expect("it is there")
    }
}

pub fn known(won: i64, services: &Services) -> KnownBalance {
    KnownBalance {
        ledger: Won::new(won),
        available: Won::new(won),
        at: services.clock.now(),
    }
}

async fn balance_calls(app: &TestApp) -> usize {
    let calls = app.bank_get("/_sim/calls").await;
    let calls = calls["data"].as_array().expect("a list");
    calls.iter().filter(|call| call["api"] == "InquireBalance").count()
}

async fn sign_in_wrongly(services: &Services) -> SignInError {
    let wrong = sessions::sign_in(services, EMAIL, "not-this-one".into(), Caller::default()).await;
    wrong.expect_err("it is the wrong one")
}

#[tokio::test]
async fn two_processes_that_want_one_balance_at_a_time_make_one_bank_call() {
    let redis = PrivateRedis::start().await;
    let app = app::wish().settings(redis.settings()).start().await;
    let home = Home::at(&app).await;
    let other = app.services_of_a_new_process().await;
    let row = home.row(&other).await;
    app.bank_post(
        "/_sim/mode",
        json!({ "operation": "balance", "mode": "slow", "ms": 300 }),
    )
    .await;
    let before = balance_calls(&app).await;
    let (card, reading) = join(home.card(), balance::fresh(&other, &row)).await;
    assert!(card.contains("data-balance=\"fresh\""), "{card}");
    assert!(reading.failure.is_none() && reading.known.is_some(), "{reading:?}");
    assert_eq!(balance_calls(&app).await, before + 1);
    // The turn is given back: the next one asks anew.
    assert!(balance::fresh(&other, &row).await.failure.is_none());
    assert_eq!(balance_calls(&app).await, before + 2);
}

#[tokio::test]
async fn a_balance_that_one_process_learned_is_shown_by_the_other_and_outlives_both() {
    let redis = PrivateRedis::start().await;
    let app = app::wish().settings(redis.settings()).start().await;
    let home = Home::at(&app).await;
    let other = app.services_of_a_new_process().await;
    assert!(home.list().await.contains("????"));
    let learned = known(43_210, &other);
    other.balances.remember(home.account, learned).await;
    assert!(home.list().await.contains("data-won=\"43210\""));
    let later = app.services_of_a_new_process().await;
    assert_eq!(later.balances.last_known(home.account).await, Some(learned));
}

#[tokio::test]
async fn an_older_balance_never_overwrites_a_newer_one_of_another_process() {
    let redis = PrivateRedis::start().await;
    let app = app::wish().settings(redis.settings()).start().await;
    let other = app.services_of_a_new_process().await;
    let account = AccountId::new();
    let newer = known(2_000, &other);
    let older = KnownBalance {
        ledger: Won::new(1_000),
        at: newer.at - TimeDelta::microseconds(1),
        ..newer
    };
    app.services.balances.remember(account, newer).await;
    other.balances.remember(account, older).await;
    for services in [&app.services, &other, &app.services_of_a_new_process().await] {
        assert_eq!(services.balances.last_known(account).await, Some(newer));
    }
}

#[tokio::test]
async fn attempts_are_counted_over_all_processes_and_forgotten_in_all_by_the_right_password() {
    let redis = PrivateRedis::start().await;
    let app = app::wish()
        .settings(redis.settings())
        .with_a_stopped_clock()
        .start()
        .await;
    app.member(EMAIL).await;
    let other = app.services_of_a_new_process().await;
    for _ in 0..2 {
        app.browser().post("/sign-in", &WRONG).await.expect(422);
        sign_in_wrongly(&other).await;
    }
    let signed_in = sessions::sign_in(&other, EMAIL, PASSWORD.into(), Caller::default()).await;
    signed_in.expect("the fifth attempt");
    for services in [&app.services, &other, &app.services, &other, &app.services] {
        assert!(matches!(sign_in_wrongly(services).await, SignInError::WrongCredentials));
    }
    // Each waits twice as long as the one before, whichever process is asked.
    for (wait_secs, services) in [(1, &other), (2, &app.services), (4, &other)] {
        for asked in [&app.services, &other] {
            let SignInError::TooManyAttempts(early) = sign_in_wrongly(asked).await else {
                panic!("it was not too early");
            };
            assert_eq!(early.retry_after_secs, wait_secs);
        }
        app.clock.advance(TimeDelta::seconds(wait_secs));
        assert!(matches!(sign_in_wrongly(services).await, SignInError::WrongCredentials));
    }
    app.browser().sign_in(EMAIL).await.expect(429);
    app.clock.advance(TimeDelta::seconds(8));
    app.browser().sign_in(EMAIL).await.expect(303);
}

#[tokio::test]
async fn keys_in_redis_name_nobody_and_all_of_them_end() {
    let redis = PrivateRedis::start().await;
    let app = app::wish().settings(redis.settings()).start().await;
    let home = Home::at(&app).await;
    home.card().await;
    let peer = Some([203, 0, 113, 7].into());
    let attempts = &app.services.sign_ins.attempts;
    attempts
        .begin_sign_up(peer, app.services.clock.now())
        .await
        .expect("allowed");
    let caller = Caller {
        peer,
        ..Caller::default()
    };
    let wrong = sessions::sign_in(&app.services, EMAIL, "not-this-one".into(), caller).await;
    wrong.expect_err("it is the wrong one");
    let keys: Vec<String> = redis.say("KEYS *").await;
    assert!(keys.len() >= 4, "{keys:?}");
    for key in &keys {
        assert!(key.starts_with("naru:"), "{key}");
        assert!(
            !key.contains('@') && !key.contains("minji") && !key.contains("203.0"),
            "{key}"
        );
        let left_ms: i64 = redis.say(&format!("PTTL {key}")).await;
        assert!(left_ms > 0, "{key}: {left_ms}");
    }
}

#[tokio::test]
async fn what_is_not_ours_in_redis_counts_as_nothing_and_is_replaced() {
    let redis = PrivateRedis::start().await;
    let app = app::wish().settings(redis.settings()).start().await;
    let home = Home::at(&app).await;
    let key = format!("@balance:{}", home.account.0.simple());
    let at_us = app.services.clock.now().timestamp_micros() - 1;
    for strange in [
        format!("SET {key} garbage"),
        format!("HSET {key} at soon value {{}}"),
        format!("HSET {key} at {at_us} value {{"),
        format!("HSET {key} at 99999999999999999999 value {{}}"),
        format!("HSET {key} at {at_us}"),
        format!("RPUSH {key} 1 2 3"),
    ] {
        let _: () = redis.say(&format!("DEL {key}")).await;
        let _: () = redis.say(&strange).await;
        // A process that knows nothing itself.
        let other = app.services_of_a_new_process().await;
        assert_eq!(other.balances.last_known(home.account).await, None, "{strange}");
        let learned = known(1_000, &other);
        other.balances.remember(home.account, learned).await;
        let third = app.services_of_a_new_process().await;
        assert_eq!(
            third.balances.last_known(home.account).await,
            Some(learned),
            "{strange}"
        );
    }
    let wrong = [("email", EMAIL), ("password", "not-the-password")];
    drop(app.browser().post("/sign-in", &wrong).await);
    let keys: Vec<String> = redis.say("KEYS @attempts:*").await;
    assert!(!keys.is_empty());
    for key in keys {
        let _: () = redis.say(&format!("SET {key} garbage")).await;
    }
    app.browser().sign_in(EMAIL).await.expect(303);
}

#[tokio::test]
async fn the_turn_of_a_process_that_died_is_free_after_its_time_and_until_then_the_last_balance_is_shown() {
    let redis = PrivateRedis::start().await;
    let app = app::wish().settings(redis.settings()).start().await;
    let home = Home::at(&app).await;
    let other = app.services_of_a_new_process().await;
    other.balances.remember(home.account, known(43_210, &other)).await;
    let turn = format!("balance-turn:{}", home.account.0.simple());
    // Longer than a card waits, and never given back.
    let died = other.cache.lock(&turn, Duration::from_secs(4)).await;
    assert!(died.is_some() && app.services.cache.lock(&turn, Duration::from_secs(4)).await.is_none());
    let before = balance_calls(&app).await;
    let stale = home.card().await;
    assert!(
        stale.contains("data-balance=\"stale\"") && stale.contains("data-won=\"43210\""),
        "{stale}"
    );
    assert_eq!(balance_calls(&app).await, before);
    eventually("the turn is free", || async {
        home.card().await.contains("data-balance=\"fresh\"")
    })
    .await;
}

#[tokio::test]
async fn the_requests_of_a_key_are_counted_over_all_processes() {
    let redis = PrivateRedis::start().await;
    let limit = json!({ "limits": { "partner_rate_per_sec": 3 } });
    let wish = app::wish().with_a_stopped_clock();
    let app = wish.settings(redis.settings()).settings(limit).start().await;
    let other = app.services_of_a_new_process().await;
    let key = KeyId::new();
    for (services, left) in [(&app.services, 2), (&other, 1), (&app.services, 0), (&other, 0)] {
        let taken = rate::take(services, key).await.expect("there is a limit");
        assert_eq!(taken.left, left);
    }
    assert!(rate::take(&other, key).await.is_some_and(|taken| taken.is_too_much));
}

#[tokio::test]
async fn a_lock_is_given_back_by_its_holder_alone() {
    let redis = PrivateRedis::start().await;
    let app = app::wish().settings(redis.settings()).start().await;
    let (mine, other) = (&app.services.cache, app.services_of_a_new_process().await);
    let late = mine.lock("a", Duration::from_millis(1)).await.expect("free");
    eventually("its time is over", || async {
        other.cache.lock("a", Duration::from_mins(1)).await.is_some()
    })
    .await;
    mine.unlock(late).await;
    assert!(
        mine.lock("a", Duration::from_mins(1)).await.is_none(),
        "it took the other's lock away"
    );
}

#[tokio::test]
async fn the_check_tells_how_long_redis_takes_or_which_one_is_gone() {
    let redis = PrivateRedis::start().await;
    let app = app::wish().settings(redis.settings()).start().await;
    let took = app.services.cache.check().await.expect("it answers");
    assert!(took.is_some_and(|took| took > Duration::ZERO));
    redis.kill();
    let address = redis.address.replace("redis://", "");
    let problem = app.services.cache.check().await.expect_err("it is gone").to_string();
    assert!(problem.contains(&address), "{problem}");
}
