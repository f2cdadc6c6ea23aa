//! Times that nobody can mean: days and hours that are over, beginnings of long ago, weeks without the bank.

use chrono::TimeDelta;
use naru::models::bank_windows;
use naru::models::kinds::Role;
use sea_orm::{EntityTrait, PaginatorTrait};

use crate::cs::desk_of;
use crate::support::app::{self, TestApp};

const NEW: &str = "/cs/bank/windows/new";
const DIALOG: &str = "019ac1f05d7a7b3e8c41f2a90b6d7e20";

/// So many minutes from now, in Korea, as the form sends it.
fn typed(app: &TestApp, minutes: i64) -> String {
    let at = app.services.clock.now().with_timezone(&naru::clock::kst()) + TimeDelta::minutes(minutes);
    at.format("%Y-%m-%dT%H:%M").to_string()
}

fn window<'a>(kind: &'a str, from: &'a str, until: &'a str) -> [(&'static str, &'a str); 5] {
    [
        ("dialog", DIALOG),
        ("reason", "은행이 알려 왔어요"),
        ("kind", kind),
        ("from", from),
        ("until", until),
    ]
}

#[tokio::test]
async fn a_time_that_nobody_can_mean_is_refused_in_words_and_what_was_typed_is_kept() {
    let app = app::wish().with_a_stopped_clock().without_workers().start().await;
    let lead = desk_of(&app, "lead@example.test", Role::CsLead).await;
    let [day, week] = [24 * 60, 7 * 24 * 60];
    for (kind, from, until, ko, en) in [
        ("holiday", -day, 0, "이미 지난 날이에요", "This day is over"),
        ("once", -120, -60, "이미 지난 시간이에요", "This time is over already"),
        ("once", -62, 60, "1시간 전까지만", "one hour ago at most"),
        (
            "once",
            60,
            60 + week + 1,
            "한 번에 7일까지 등록",
            "seven days at once. Please",
        ),
        ("once", 60, 60, "늦어야 해요", "must be later"),
        ("once", 120, 60, "늦어야 해요", "must be later"),
    ] {
        let [from, until] = [from, until].map(|minutes| typed(&app, minutes));
        for (language, message) in [("ko", ko), ("en", en)] {
            let path = format!("{NEW}?lang={language}");
            let page = lead.post(&path, &window(kind, &from, &until)).await.expect(422).text;
            let kept = [&from, &until].map(|value| format!("value=\"{value}\""));
            let chosen = format!("value=\"{kind}\" checked");
            for part in [message, &kept[0], &kept[1], &chosen, "은행이 알려 왔어요"] {
                assert!(page.contains(part), "{part}: {page}");
            }
        }
    }
    // A reason that is missing hides nothing of what else is wrong.
    let (from, until) = (typed(&app, 60), typed(&app, 60 + week + 1));
    let unreasoned = [("dialog", DIALOG), ("kind", "once"), ("from", &from), ("until", &until)];
    let page = lead.post(&format!("{NEW}?lang=ko"), &unreasoned).await.expect(422).text;
    assert_eq!(page.matches("aria-invalid").count(), 2, "{page}");
    let entered = bank_windows::Entity::find()
        .count(app.services.db.read())
        .await
        .unwrap();
    assert_eq!(entered, 0);
}

#[tokio::test]
async fn a_window_that_began_just_now_may_last_a_week_and_its_dialog_is_answered_alike_later() {
    let app = app::wish().with_a_stopped_clock().without_workers().start().await;
    let lead = desk_of(&app, "lead@example.test", Role::CsLead).await;
    let (from, until) = (typed(&app, -58), typed(&app, -58 + 7 * 24 * 60));
    lead.post(NEW, &window("once", &from, &until)).await.expect(303);
    // By now it could not be entered.
    app.clock.advance(TimeDelta::hours(2));
    lead.post(NEW, &window("once", &from, &until)).await.expect(303);
    let entered = bank_windows::Entity::find()
        .count(app.services.db.read())
        .await
        .unwrap();
    assert_eq!(entered, 1);
}
