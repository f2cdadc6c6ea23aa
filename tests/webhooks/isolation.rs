//! One endpoint that hangs or is dead delays no other, and memory does not grow with what waits.
//!
//! `NARU_TEST_WAITING=10000` makes as many events wait, `NARU_TEST_TOLD=1000` tells the other endpoint of as many; what
//! was measured is printed.

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use naru::models::kinds::DeliveryStatus;
use serde_json::json;

use super::{event, shop_that_hears};
use crate::support::app::{self, eventually_within};
use crate::support::receiver::Say;

const PAUSE: Duration = Duration::from_millis(20);
/// How long the slow endpoint hangs before its attempt is given up.
const HANGS: Duration = Duration::from_secs(30);

/// What this process holds in memory, in KiB.
fn resident_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .expect("it is told");
    line.trim().trim_end_matches(" kB").trim().parse().expect("a number")
}

#[tokio::test]
async fn c39_an_endpoint_that_hangs_with_many_events_waiting_delays_no_other_and_fills_no_memory() {
    let number_of = |name| std::env::var(name).map_or(200, |number| number.parse::<i64>().unwrap());
    let (waiting, told) = (number_of("NARU_TEST_WAITING"), number_of("NARU_TEST_TOLD"));
    let app = app::wish()
        .settings(json!({ "webhooks": { "deadline_ms": HANGS.as_secs() * 1_000 } }))
        .start()
        .await;
    let (slow_shop, slow, _) = shop_that_hears(&app, "느린상점").await;
    let (shop, receiver, _) = shop_that_hears(&app, "나루상점").await;
    slow.says(Say::Hang);
    let hung = Instant::now();
    app.events(slow_shop.id, waiting).await;
    let patience = Duration::from_mins(2);
    eventually_within(patience, "all have their places and the lane is full", || async {
        app.deliveries_that_are(DeliveryStatus::Pending).await == waiting.unsigned_abs() && slow.count() == 8
    })
    .await;
    let before = resident_kib();
    let mut written = Vec::new();
    let began = Instant::now();
    for number in 0..told {
        let row = event(shop.id, app.services.clock.now(), number);
        written.push(Instant::now());
        app.write_events(vec![row]).await;
        tokio::time::sleep(PAUSE).await;
    }
    let got = receiver.heard(usize::try_from(told).unwrap()).await;
    let after = resident_kib();
    let mut took: Vec<Duration> = got
        .iter()
        .map(|got| {
            let number = usize::try_from(got.json()["data"]["number"].as_u64().unwrap()).unwrap();
            got.at - written[number]
        })
        .collect();
    took.sort_unstable();
    let (median, p95) = (took[took.len() / 2], took[took.len() * 95 / 100]);
    println!(
        "{waiting} wait at a hanging endpoint; another is told {told} in {:?}: median {median:?}, p95 {p95:?}, longest {:?}; \
         memory {before} KiB before, {after} KiB after",
        began.elapsed(),
        took[took.len() - 1]
    );
    assert!(p95 < Duration::from_secs(2), "{p95:?}");
    assert!(after < before + 32 * 1_024, "{before} KiB, then {after} KiB");
    let times = usize::try_from(1 + hung.elapsed().as_secs() / HANGS.as_secs()).unwrap();
    assert!(
        slow.count() <= 8 * times,
        "its lane is as wide as it is: {}",
        slow.count()
    );
}

#[tokio::test]
async fn a_dead_endpoint_is_probed_by_one_attempt_at_a_time_and_hears_everything_when_it_is_back() {
    let app = app::wish().with_a_stopped_clock().start().await;
    let (shop, receiver, endpoint) = shop_that_hears(&app, "나루상점").await;
    receiver.says(Say::Status(500));
    app.events(shop.id, 100).await;
    app.left_alone().await;
    let first = receiver.count();
    assert!(first <= 8 + 4, "{first}: it does not go through all of them");
    let now = app.services.clock.now();
    for waiting in shop.deliveries(&endpoint, "status=pending").await {
        let next = waiting["next_attempt_at"].as_str().expect("a time");
        let next = chrono::DateTime::parse_from_rfc3339(next).expect("a time");
        assert!(next > now, "none is tried before the endpoint is: {waiting}");
    }
    for probe in 1..=3 {
        app.clock.advance(TimeDelta::seconds(331));
        app.attempts_ended(u64::try_from(first + probe).unwrap()).await;
        assert_eq!(receiver.count(), first + probe);
    }
    let now = shop.api.get(&endpoint.path).await.expect(200).json();
    assert!(
        now["failures"].as_i64().unwrap() >= 5 && now["failing_since"].is_string(),
        "{now}"
    );

    receiver.says(Say::Status(200));
    app.clock.advance(TimeDelta::hours(3));
    app.told().await;
    assert_eq!(shop.deliveries(&endpoint, "status=delivered").await.len(), 100);
    assert_eq!(shop.api.get(&endpoint.path).await.expect(200).json()["failures"], 0);
}

#[tokio::test]
async fn what_waits_for_an_endpoint_that_fails_for_days_is_given_up_together() {
    let app = app::wish().with_a_stopped_clock().start().await;
    let (shop, receiver, _) = shop_that_hears(&app, "나루상점").await;
    receiver.says(Say::Status(500));
    app.events(shop.id, 30).await;
    app.left_alone().await;
    let first = receiver.count();
    app.clock.advance(TimeDelta::hours(85));
    app.attempts_ended(u64::try_from(first + 1).unwrap()).await;
    app.told().await;
    assert!(app.deliveries_that_are(DeliveryStatus::Failed).await >= 29);
}
