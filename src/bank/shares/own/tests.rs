//! Shares that change, by hand-moved moments and by chance.

use super::*;

const fn share(at_once: u32, per_sec: u32) -> Share {
    Share { at_once, per_sec }
}

#[test]
fn what_is_given_back_is_told_when_it_counts_no_more() {
    let (mut own, now) = (Own::default(), Instant::now());
    let all = share(16, 50);
    assert_eq!(own.decide(all, all, 0, now).told, all);
    let half = own.decide(share(8, 25), all, 10, now);
    assert_eq!((half.used, half.told), (share(8, 25), all));
    let soon = own.decide(share(8, 25), all, 10, now + Duration::from_secs(1));
    assert_eq!(soon.told, share(10, 50));
    let late = own.decide(share(8, 25), all, 3, now + Duration::from_millis(1_350));
    assert_eq!(late.told, share(8, 25));
}

#[test]
fn nobody_takes_more_than_is_free() {
    let (mut own, now) = (Own::default(), Instant::now());
    let decided = own.decide(share(8, 25), share(2, 0), 0, now);
    assert_eq!((decided.used, decided.told), (share(2, 0), share(2, 0)));
}

/// Three processes whose needs change by chance: what they use never sums up to more than the budget, nor does what
/// they made in the second before.
#[test]
fn all_processes_together_never_use_more_than_the_budget() {
    let (begin, budget, mut random) = (Instant::now(), 50_u32, 7_u64);
    let mut owns = [Own::default(), Own::default(), Own::default()];
    let mut told = [0_u32; 3];
    let mut used: Vec<(Instant, [u32; 3])> = Vec::new();
    let mut latest = [0_u32; 3];
    for step in 0..2_000_u64 {
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let (who, now) = (
            usize::try_from(random >> 33).unwrap() % 3,
            begin + Duration::from_millis(step * 90),
        );
        let wanted = u32::try_from((random >> 40) % 51).unwrap();
        let others: u32 = told.iter().sum::<u32>() - told[who];
        let decided = owns[who].decide(share(1, wanted), share(1, budget.saturating_sub(others)), 0, now);
        told[who] = decided.told.per_sec;
        latest[who] = decided.used.per_sec;
        used.push((now, latest));
        let since = used
            .iter()
            .rev()
            .take_while(|(at, _)| now - *at <= Duration::from_secs(1));
        let most: [u32; 3] = since.fold([0; 3], |most, (_, shares)| {
            [most[0].max(shares[0]), most[1].max(shares[1]), most[2].max(shares[2])]
        });
        assert!(most.iter().sum::<u32>() <= budget, "step {step}: {most:?}");
    }
}

#[test]
fn calls_of_a_share_that_shrank_twice_are_told_as_long_as_they_run() {
    let (mut own, now) = (Own::default(), Instant::now());
    let all = share(16, 50);
    assert_eq!(own.decide(all, all, 0, now).told.at_once, 16);
    assert_eq!(own.decide(share(8, 25), all, 16, now).told.at_once, 16);
    assert_eq!(own.decide(share(4, 12), all, 16, now).told.at_once, 16);
    assert_eq!(own.decide(share(4, 12), all, 3, now).told.at_once, 4);
}
