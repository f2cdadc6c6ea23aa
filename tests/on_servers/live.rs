//! Streams of two web processes over one Redis: each hears what happens at the other, and while Redis is away they say so.

use naru::models::kinds::Role;
use serde_json::{Value, json};

use crate::live::ear::{Ear, Home};
use crate::support::app::{self, TestApp, eventually};
use crate::support::browser::run_browser_script;
use crate::support::people::PASSWORD;
use crate::support::redis::PrivateRedis;
use crate::support::visitor::Browser;

const EMAIL: &str = "minji@example.test";

/// Two processes that answer pages, on one database; the first one works as well.
struct Scene {
    redis: PrivateRedis,
    app: TestApp,
    other: TestApp,
    home: Home,
    /// The member, at the other process.
    there: Browser,
}

fn settings(redis: &PrivateRedis) -> Value {
    let mut settings = redis.settings();
    // Nobody looks at sessions by himself.
    settings["live"] = json!({ "check_ms": 600_000 });
    settings
}

impl Scene {
    async fn set() -> Self {
        let redis = PrivateRedis::start().await;
        let app = app::wish().settings(settings(&redis)).start().await;
        let other = app::wish()
            .settings(settings(&redis))
            .without_workers()
            .on_database(app.database_uri().to_owned())
            .start()
            .await;
        let home = app.home(EMAIL).await;
        let there = other.browser();
        there.sign_in(EMAIL).await.expect(303);
        Self {
            redis,
            app,
            other,
            home,
            there,
        }
    }
}

/// A stream that hears other processes.
async fn hearing(browser: &Browser, path: &str) -> Ear {
    let mut ear = Ear::open(browser, path).await;
    let hello = ear.next().await;
    assert_eq!(hello.name, "hello");
    if hello.data["hears"] == json!(false) {
        assert_eq!(ear.next().await.name, "back");
    }
    ear
}

#[tokio::test]
async fn what_happens_at_one_process_is_heard_at_the_other_each_step_once() {
    let scene = Scene::set().await;
    let mut here = hearing(&scene.home.browser, "/live").await;
    let mut there = hearing(&scene.there, "/live").await;
    let payment = scene.home.pay("order-1").await;
    for ear in [&mut here, &mut there] {
        let steps = ear.steps(3).await;
        let right = ["created", "claimed", "succeeded"].map(|event| (payment.clone(), event.to_owned()));
        assert_eq!(steps, right);
    }
    let next = scene.home.pay("order-2").await;
    for ear in [&mut here, &mut there] {
        assert!(
            ear.steps(3).await.iter().all(|(id, _)| *id == next),
            "nothing is told twice"
        );
    }
}

#[tokio::test]
async fn who_moves_to_the_other_process_is_told_there_exactly_what_they_missed() {
    let scene = Scene::set().await;
    let mut here = hearing(&scene.home.browser, "/live").await;
    scene.home.pay("order-1").await;
    here.steps(3).await;
    let last = here.last.clone().expect("a place");
    drop(here);
    let missed = scene.home.pay("order-2").await;
    scene.app.settled().await;
    let mut there = Ear::open_since(&scene.there, "/live", Some(&last)).await;
    let hello = there.next().await;
    assert_eq!(hello.data["resumed"], true);
    let steps = loop {
        let heard = there.next().await;
        if heard.name == "transfer" {
            let mut steps = vec![heard.step()];
            steps.extend(there.steps(2).await);
            break steps;
        }
    };
    assert!(steps.iter().all(|(id, _)| *id == missed), "{steps:?}");
}

#[tokio::test]
async fn signing_out_at_one_process_ends_the_streams_at_the_other() {
    let scene = Scene::set().await;
    let copied = scene.home.browser.copy();
    // The same session, at the other process.
    for name in ["naru_session", "naru_refresh"] {
        scene.there.set_cookie(name, &copied.cookie(name).expect("signed in"));
    }
    let mut there = hearing(&scene.there, "/live").await;
    scene.home.browser.post("/sign-out", &[]).await.expect(303);
    let said = there.rest().await;
    assert_eq!(said.len(), 1, "{said:?}");
    assert_eq!(said[0].data["reason"], "signed_out");
}

#[tokio::test]
async fn while_redis_is_away_streams_say_so_and_then_are_told_exactly_what_they_missed() {
    let scene = Scene::set().await;
    scene.other.staff("cs@example.test", Role::Cs).await;
    let desk = scene.other.browser();
    desk.sign_in("cs@example.test").await.expect(303);
    let mut there = hearing(&scene.there, "/live").await;
    let mut brief = hearing(&desk, "/cs/live?brief=yes").await;
    scene.redis.kill();
    assert_eq!(there.next().await.name, "away");
    loop {
        if brief.next().await.name == "away" {
            break;
        }
    }
    // Whoever comes now is told at once that the timers go on, and no page is an error.
    let mut late = Ear::open(&scene.there, "/live").await;
    assert_eq!(late.next().await.data["hears"], false);
    scene.there.get("/payments").await.expect(200);
    let missed = scene.home.pay("order-1").await;
    scene.app.settled().await;
    scene.redis.restart().await;
    assert_eq!(there.next().await.name, "back");
    let steps = there.steps(3).await;
    assert!(steps.iter().all(|(id, _)| *id == missed), "{steps:?}");
    // This process tells the other again: what it could not tell meanwhile it says first, and the stream catches up once more.
    let next = scene.home.pay("order-2").await;
    let mut heard = Vec::new();
    while heard.len() < 3 {
        let said = there.next().await;
        if said.name == "transfer" {
            heard.push(said.step());
        }
    }
    assert!(heard.iter().all(|(id, _)| *id == next), "{heard:?}");
    loop {
        if brief.next().await.name == "changed" {
            break;
        }
    }
}

#[tokio::test]
async fn within_one_process_changes_are_told_though_redis_is_away() {
    let redis = PrivateRedis::start().await;
    redis.kill();
    let app = app::wish().settings(settings(&redis)).start().await;
    let home = app.home(EMAIL).await;
    let mut ear = Ear::open(&home.browser, "/live").await;
    assert_eq!(ear.next().await.data["hears"], false);
    let payment = home.pay("order-1").await;
    assert!(ear.steps(3).await.iter().all(|(id, _)| *id == payment));
}

#[tokio::test]
async fn in_a_browser_timers_take_over_when_redis_is_killed_and_no_page_is_an_error() {
    let scene = Scene::set().await;
    let slow = json!({ "operation": "withdraw", "mode": "slow", "ms": 1_000 });
    scene.app.bank_post("/_sim/mode", slow).await;
    let env = [
        ("EMAIL", EMAIL),
        ("PASSWORD", PASSWORD),
        ("KEY", scene.home.shop.api.key.as_str()),
        ("MANDATE", scene.home.mandate.as_str()),
    ];
    let script = run_browser_script("live_outage", &scene.app.base, &env);
    let outage = async {
        // The second page is the script's sign.
        eventually("both pages have their streams", || async {
            scene.app.services.live.open() == 2
        })
        .await;
        scene.redis.kill();
    };
    tokio::join!(script, outage);
}
