//! Positions shown, read again, forgotten, and made up by others.

use super::*;

fn at(millis: u64, end: u32) -> EventId {
    EventId(Uuid::from_u128(
        (u128::from(millis) << 80) | (7 << 76) | (0b10 << 62) | u128::from(end),
    ))
}

const T: u64 = 1_764_115_200_000;

#[test]
fn a_position_is_read_as_it_was_shown() {
    let mut position = Position::begin(at(T, 1), []);
    for (millis, end) in [(T + 5, 2), (T + 3, 3), (T + 9, 4)] {
        position.tell(at(millis, end));
    }
    let brought = Brought::parse(&position.show()).expect("it is ours");
    for (millis, end) in [(T + 5, 2), (T + 3, 3), (T + 9, 4)] {
        assert!(brought.has_told(at(millis, end)), "{end}");
    }
    assert!(!brought.has_told(at(T + 4, 5)), "one that committed late was not told");
    assert!(at(T + 8 - SLACK_MS, 9) < brought.since() && brought.since() < at(T + 9 - SLACK_MS, 0));
}

#[test]
fn what_is_older_than_the_slack_is_forgotten_and_what_is_too_much_is_said_to_be() {
    let mut position = Position::begin(at(T, 1), []);
    for end in 0..400 {
        position.tell(at(T + u64::from(end), end + 10));
    }
    assert!(position.show().contains(".more"));
    assert_eq!(Brought::parse(&position.show()), None);
    position.tell(at(T + 2 * SLACK_MS, 1_000));
    assert!(position.is_exact());
    assert!(!position.show().contains('.'), "{}", position.show());
}

#[test]
fn what_is_not_ours_is_no_position() {
    let shown = Position::begin(at(T, 1), []).show();
    let of_tomorrow = Position::begin(at(T + 400 * 86_400_000 * 365, 1), []).show();
    for text in [
        "",
        "0",
        "evt_",
        "pay_0199aabbccddeeff0011223344556677",
        &format!("{shown}.zz"),
        &format!("{shown}.+1234567"),
        &format!("{shown}."),
        &of_tomorrow,
        "evt_00000000000000000000000000000000",
    ] {
        assert_eq!(Brought::parse(text), None, "{text}");
    }
}
