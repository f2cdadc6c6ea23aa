//! A list of reviews tells that there is another one, and stays as it is until somebody wants that.

use chrono::TimeDelta;
use naru::models::kinds::{Role, TransferState};

use super::desk_of;
use super::rows::{copy_at, original, shown};
use crate::support::app;
use crate::support::visitor::Browser;

const CHANGED: &str = "목록이 바뀌었어요";

/// Where the timer of a page asks.
fn again(page: &str) -> String {
    let of_timer = page.split("id=\"reviews-now\"").nth(1).expect("the part that freshens");
    let address = of_timer.split("hx-get=\"").nth(1).expect("a timer");
    address.split('"').next().expect("its end").replace("&amp;", "&")
}

async fn page(desk: &Browser, path: &str) -> String {
    desk.get(path).await.expect(200).text
}

#[tokio::test]
async fn what_came_and_what_another_took_is_told_and_what_is_only_older_is_not() {
    let app = app::wish().without_workers().with_a_stopped_clock().start().await;
    let original = original(&app).await;
    let waits = async |minutes: i64| {
        let at = app.services.clock.now() - TimeDelta::minutes(minutes);
        shown(&copy_at(&app, &original, TransferState::NeedsReview, at).await)
    };
    let first = waits(50).await;
    let desk = desk_of(&app, "cs@example.test", Role::Cs).await;
    let list = page(&desk, "/cs/reviews?tab=needs_review&sort=newest").await;
    let asked = again(&list);
    assert!(
        asked.starts_with("/cs/reviews?tab=needs_review&sort=newest&seen="),
        "{asked}"
    );
    app.clock.advance(TimeDelta::minutes(3));
    let same = page(&desk, &asked).await;
    assert!(!same.contains(CHANGED) && again(&same) == asked, "{same}");

    waits(1).await;
    let other = page(&desk, &asked).await;
    assert!(other.contains(CHANGED), "{other}");
    // The bar leads to the list without its mark, and stays until it is followed.
    assert!(
        other.contains("href=\"/cs/reviews?tab=needs_review&amp;sort=newest\""),
        "{other}"
    );
    assert_eq!(again(&other), asked);
    let shown = page(&desk, "/cs/reviews?tab=needs_review&sort=newest").await;
    assert!(!shown.contains(CHANGED) && again(&shown) != asked);

    let second = desk_of(&app, "lead@example.test", Role::CsLead).await;
    let take = format!("/cs/reviews/{first}/assignment");
    second.post(&take, &[("back", "/cs/reviews")]).await.expect(303);
    assert!(page(&desk, &again(&shown)).await.contains(CHANGED));
}

#[tokio::test]
async fn every_list_but_that_of_dead_letters_asks_by_itself() {
    let app = app::wish().without_workers().start().await;
    let desk = desk_of(&app, "cs@example.test", Role::Cs).await;
    for tab in ["", "needs_review", "approvals", "refunds", "mismatches", "webhooks"] {
        let list = page(&desk, &format!("/cs/reviews?tab={tab}")).await;
        let same = page(&desk, &again(&list)).await;
        assert!(!same.contains(CHANGED), "{tab}");
        // Where a stream stands it is asked for when something changed, and the timer gives way.
        let stream = "data-live=\"/cs/live?brief=yes\"";
        assert!(
            list.contains(stream) && list.contains("hx-trigger=\"every 30s, live\""),
            "{tab}: {list}"
        );
    }
    let letters = page(&desk, "/cs/reviews?tab=dead_letters").await;
    assert!(
        !letters.contains("hx-get=") && !letters.contains("data-live="),
        "{letters}"
    );
}
