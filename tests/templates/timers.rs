//! A timer is nobody's use of a session: staff who walk away are signed out all the same.

use std::collections::BTreeSet;

use super::PAGES;
use super::html::tags;

#[test]
fn what_the_desk_asks_by_a_timer_says_so() {
    let mut timers = BTreeSet::new();
    for page in PAGES.iter().filter(|page| page.template.starts_with("cs/")) {
        for tag in tags(&page.html) {
            if tag.get("hx-trigger").is_some_and(|trigger| trigger.contains("every")) {
                let says = tag.get("hx-headers").unwrap_or_default();
                assert_eq!(says, r#"{"Naru-By-Itself":"yes"}"#, "{tag:?} in {}", page.name);
                timers.insert(page.template);
            }
        }
    }
    for template in [
        "cs/overview.html",
        "cs/reviews.html",
        "cs/payment.html",
        "cs/_fresh.html",
        "cs/_unmasked.html",
    ] {
        assert!(timers.contains(template), "{template} has no timer: {timers:?}");
    }
}
