//! What a share is worth to each class of calls, and what money has surely.

use super::*;

fn limits(at_once: u32, per_sec: u32, money_per_sec: u32) -> BankLimits {
    let class = ClassLimits::default();
    BankLimits {
        at_once,
        per_sec,
        classes: ByLane {
            money: ClassLimits {
                per_sec: money_per_sec,
                ..class
            },
            balance: ClassLimits { at_once: 2, ..class },
            ..ByLane::default()
        },
    }
}

#[test]
fn a_part_has_its_part_of_each_class_and_one_at_least() {
    let part = limits(16, 50, 20).part(Share {
        at_once: 4,
        per_sec: 10,
    });
    assert_eq!((part.at_once, part.per_sec), (4, 10));
    assert_eq!(part.classes.money.per_sec, 4);
    assert_eq!(part.classes.balance.at_once, 1);
    assert_eq!(part.classes.inquiry, ClassLimits::default());
    let nothing = limits(16, 50, 20).part(Share { at_once: 4, per_sec: 0 });
    assert_eq!(nothing.at_once, 0);
    let no_budget = limits(16, 0, 0).part(Share { at_once: 4, per_sec: 0 });
    assert_eq!(no_budget.at_once, 4);
}

#[test]
fn what_money_has_surely_is_three_quarters_or_its_own_limit() {
    for (per_sec, money, right) in [
        (0, 0, None),
        (100, 0, Some(75.0)),
        (100, 20, Some(20.0)),
        (0, 20, Some(20.0)),
    ] {
        assert_eq!(limits(16, per_sec, money).money_per_sec(), right);
    }
}
