//! The breaker, by hand-moved moments.

use super::*;

const PAUSE: Duration = Duration::from_secs(5);

fn read(breaker: &mut Breaker, is_good: bool, now: Instant) {
    let admitted = breaker.admit(now).expect("it goes through");
    breaker.ended(admitted, Some(is_good), now);
}

#[test]
fn it_opens_after_failures_that_are_half_of_all_and_not_before() {
    let (mut breaker, now) = (Breaker::new(5, PAUSE), Instant::now());
    for _ in 0..6 {
        read(&mut breaker, true, now);
    }
    for failed in 1..=6 {
        assert_eq!(breaker.word(now), BreakerWord::Closed, "{failed}");
        read(&mut breaker, false, now);
    }
    assert_eq!(breaker.word(now), BreakerWord::Open);
    assert_eq!(breaker.admit(now), None);
}

#[test]
fn failures_long_ago_are_forgotten() {
    let (mut breaker, now) = (Breaker::new(2, PAUSE), Instant::now());
    read(&mut breaker, false, now);
    read(&mut breaker, false, now + RECENT + Duration::from_secs(1));
    assert_eq!(breaker.word(now), BreakerWord::Closed);
}

#[test]
fn after_its_pause_one_at_a_time_goes_through_and_two_good_ones_close_it() {
    let (mut breaker, mut now) = (Breaker::new(1, PAUSE), Instant::now());
    read(&mut breaker, false, now);
    now += PAUSE;
    assert_eq!(breaker.word(now), BreakerWord::HalfOpen);
    assert_eq!(breaker.admit(now), Some(Admitted::AsProbe));
    assert_eq!(breaker.admit(now), None, "one is under way");
    breaker.ended(Admitted::AsProbe, Some(true), now);
    assert_eq!(breaker.word(now), BreakerWord::HalfOpen);
    read(&mut breaker, true, now);
    assert_eq!(breaker.word(now), BreakerWord::Closed);
}

#[test]
fn a_probe_that_fails_doubles_the_pause_up_to_a_minute_and_one_that_says_nothing_is_made_again() {
    let (mut breaker, mut now) = (Breaker::new(1, PAUSE), Instant::now());
    read(&mut breaker, false, now);
    for pause in [5, 10, 20, 40, 60, 60] {
        now += Duration::from_millis(pause * 1_000 - 1);
        assert!(breaker.is_shut(now), "{pause}");
        now += Duration::from_millis(1);
        breaker.admit(now).unwrap();
        breaker.ended(Admitted::AsProbe, None, now);
        read(&mut breaker, false, now);
    }
}

#[test]
fn what_began_before_it_opened_says_nothing_and_zero_never_opens() {
    let (mut breaker, now) = (Breaker::new(1, PAUSE), Instant::now());
    let early = breaker.admit(now).unwrap();
    read(&mut breaker, false, now);
    breaker.ended(early, Some(true), now);
    assert_eq!(breaker.word(now), BreakerWord::Open);
    let mut never = Breaker::new(0, PAUSE);
    for _ in 0..100 {
        read(&mut never, false, now);
    }
    assert_eq!(never.word(now), BreakerWord::Closed);
}
