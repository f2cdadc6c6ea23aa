//! Who goes when, by hand-moved moments.

use std::time::{Duration, Instant};

use super::super::limits::{BankLimits, ClassLimits};
use super::super::pace::REACHES;
use super::{ByLane, Going, Lane, Lanes, Turn, Waiter};

#[derive(Debug, PartialEq, Eq)]
enum Caller {
    Named(&'static str),
    Gone,
}

impl Waiter for Caller {
    fn is_gone(&self) -> bool {
        *self == Self::Gone
    }
}

fn limits(at_once: u32, per_sec: u32) -> BankLimits {
    BankLimits {
        at_once,
        per_sec,
        classes: ByLane::default(),
    }
}

fn lanes(at_once: u32, per_sec: u32) -> Lanes<Caller> {
    Lanes::new(limits(at_once, per_sec))
}

/// The next that goes, `Err` with the moment to look again, or with `None`.
fn next(lanes: &mut Lanes<Caller>, now: Instant) -> Result<(Lane, &'static str), Option<Instant>> {
    start(lanes, now).map(|(going, name)| (going.lane, name))
}

fn start(lanes: &mut Lanes<Caller>, now: Instant) -> Result<(Going, &'static str), Option<Instant>> {
    match lanes.turn(now) {
        Turn::Go(going, Caller::Named(name)) => Ok((going, name)),
        Turn::Go(_, Caller::Gone) => panic!("somebody who is gone"),
        Turn::NotBefore(moment) => Err(Some(moment)),
        Turn::Nobody => Err(None),
    }
}

#[test]
fn the_most_urgent_goes_first_and_within_a_lane_the_first_come() {
    let (mut lanes, now) = (lanes(16, 0), Instant::now());
    for (lane, name) in [
        (Lane::Balance, "balance"),
        (Lane::Link, "link"),
        (Lane::Inquiry, "inquiry"),
        (Lane::Money, "first payment"),
        (Lane::Money, "second payment"),
    ] {
        lanes.wait(lane, Caller::Named(name));
    }
    for right in [
        (Lane::Money, "first payment"),
        (Lane::Money, "second payment"),
        (Lane::Inquiry, "inquiry"),
        (Lane::Link, "link"),
        (Lane::Balance, "balance"),
    ] {
        assert_eq!(next(&mut lanes, now), Ok(right));
    }
    assert_eq!(next(&mut lanes, now), Err(None));
}

#[test]
fn nobody_starves_and_money_keeps_three_quarters() {
    let (mut lanes, now) = (lanes(10_000, 0), Instant::now());
    let mut went: ByLane<u32> = ByLane::default();
    for lane in Lane::BY_URGENCY {
        for _ in 0..1_000 {
            lanes.wait(lane, Caller::Named("one of many"));
        }
    }
    for _ in 0..1_000 {
        let (lane, _) = next(&mut lanes, now).unwrap();
        *went.get_mut(lane) += 1;
    }
    assert!(went.money >= 750, "{went:?}");
    assert!(went.inquiry >= 100 && went.link >= 50 && went.balance >= 50, "{went:?}");
}

#[test]
fn reads_leave_a_share_for_money() {
    for (concurrency, reads) in [(2, 1), (4, 3), (16, 12)] {
        let (mut lanes, now) = (lanes(concurrency, 0), Instant::now());
        for _ in 0..=concurrency {
            lanes.wait(Lane::Balance, Caller::Named("balance"));
        }
        for _ in 0..reads {
            assert_eq!(next(&mut lanes, now), Ok((Lane::Balance, "balance")));
        }
        assert_eq!(next(&mut lanes, now), Err(None), "of {concurrency}");
        lanes.wait(Lane::Money, Caller::Named("payment"));
        assert_eq!(next(&mut lanes, now), Ok((Lane::Money, "payment")), "of {concurrency}");
    }
}

#[test]
fn a_gate_for_one_call_still_lets_reads_through_and_never_two_and_one_for_none_lets_none() {
    let (mut lanes, now) = (lanes(1, 0), Instant::now());
    lanes.wait(Lane::Balance, Caller::Named("balance"));
    lanes.wait(Lane::Inquiry, Caller::Named("inquiry"));
    let (going, name) = start(&mut lanes, now).unwrap();
    assert_eq!(name, "inquiry");
    assert_eq!(next(&mut lanes, now), Err(None));
    lanes.finish(going, now);
    lanes.set(limits(0, 0), None);
    assert_eq!(next(&mut lanes, now), Err(None));
    lanes.set(limits(1, 0), Some(now));
    assert_eq!(next(&mut lanes, now), Err(None), "it was good until now");
    lanes.set(limits(1, 0), None);
    assert_eq!(next(&mut lanes, now), Ok((Lane::Balance, "balance")));
}

#[test]
fn money_may_use_every_slot() {
    let (mut lanes, now) = (lanes(4, 0), Instant::now());
    for _ in 0..5 {
        lanes.wait(Lane::Money, Caller::Named("payment"));
    }
    for _ in 0..4 {
        assert_eq!(next(&mut lanes, now), Ok((Lane::Money, "payment")));
    }
    assert_eq!(next(&mut lanes, now), Err(None));
    assert_eq!((lanes.count_running(), lanes.count_waiting()), (4, 1));
}

#[test]
fn calls_start_no_faster_than_the_rate_and_one_that_was_not_made_is_not_counted() {
    let (mut lanes, now) = (lanes(16, 4), Instant::now());
    let interval = Duration::from_millis(250);
    lanes.wait(Lane::Balance, Caller::Named("balance"));
    assert_eq!(next(&mut lanes, now), Ok((Lane::Balance, "balance")));
    lanes.wait(Lane::Balance, Caller::Named("balance"));
    assert_eq!(next(&mut lanes, now), Err(Some(now + interval)));
    lanes.wait(Lane::Money, Caller::Named("payment"));
    let (going, name) = start(&mut lanes, now + interval).unwrap();
    assert_eq!(name, "payment");
    assert_eq!(next(&mut lanes, now + interval), Err(Some(now + 2 * interval)));
    lanes.finish_unused(going);
    assert_eq!(next(&mut lanes, now + interval), Ok((Lane::Balance, "balance")));
}

#[test]
fn a_class_has_its_own_limits_and_holds_up_no_other() {
    let class = ClassLimits::default();
    let of_money = ClassLimits { at_once: 1, ..class };
    let of_inquiries = ClassLimits { per_sec: 1, ..class };
    let classes = ByLane {
        money: of_money,
        inquiry: of_inquiries,
        ..ByLane::default()
    };
    let (mut lanes, now) = (
        Lanes::new(BankLimits {
            classes,
            ..limits(16, 0)
        }),
        Instant::now(),
    );
    for _ in 0..2 {
        lanes.wait(Lane::Money, Caller::Named("payment"));
        lanes.wait(Lane::Inquiry, Caller::Named("inquiry"));
        lanes.wait(Lane::Balance, Caller::Named("balance"));
    }
    let went: Vec<_> = std::iter::from_fn(|| next(&mut lanes, now).ok())
        .map(|(_, name)| name)
        .collect();
    assert_eq!(went, ["payment", "inquiry", "balance", "balance"]);
    // One that is not on its way yet may take as long as any to reach the bank.
    let at_the_earliest = now + REACHES + Duration::from_secs(1);
    assert_eq!(next(&mut lanes, now), Err(Some(at_the_earliest)));
}

#[test]
fn in_maintenance_nobody_goes() {
    let (mut lanes, now) = (lanes(16, 0), Instant::now());
    for lane in Lane::BY_URGENCY {
        lanes.wait(lane, Caller::Named("one"));
    }
    lanes.close(true);
    assert_eq!(next(&mut lanes, now), Err(None));
    lanes.close(false);
    assert_eq!(next(&mut lanes, now), Ok((Lane::Money, "one")));
}

#[test]
fn who_gave_up_is_forgotten_and_takes_no_turn() {
    let (mut lanes, now) = (lanes(1, 0), Instant::now());
    lanes.wait(Lane::Balance, Caller::Gone);
    lanes.wait(Lane::Balance, Caller::Named("balance"));
    assert_eq!(lanes.count_waiting(), 1);
    assert_eq!(next(&mut lanes, now), Ok((Lane::Balance, "balance")));
    lanes.wait(Lane::Balance, Caller::Gone);
    assert_eq!(next(&mut lanes, now), Err(None));
    assert!(lanes.queues.balance.waiting.is_empty());
}
