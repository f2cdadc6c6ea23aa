//! The overview and reviews in a real browser: every page at phone and desktop width, light and dark, in both languages;
//! figures that freshen quietly, and a review that is taken by the keys alone.

use naru::desk::{mismatches, walk};
use naru::verify::Bank;

use super::pages::{DEMO_PASSWORD, demo, look};
use crate::cs::reviews::{add_some, paths};
use crate::support::browser::run_browser_script;

#[tokio::test]
async fn pages_of_the_overview_and_of_reviews_are_quiet_narrow_enough_and_accessible() {
    let app = demo().await;
    add_some(&app).await;
    while walk::progress(&app.services).await.unwrap().ended_at.is_none() {
        walk::step(&app.services, &Bank::NoControl).await.unwrap();
    }
    let found = mismatches::open(None, 1).one(app.services.db.read()).await.unwrap();
    let mismatch = found.expect("a copy does not fit").id.simple().to_string();
    let mut all = vec![
        "/cs".to_owned(),
        "/cs?range=week".to_owned(),
        "/cs?range=month".to_owned(),
        "/cs?from=x&to=2026-11-25".to_owned(),
        format!("/cs/reviews/mismatches/{mismatch}"),
    ];
    all.extend(paths());
    look(&app, "overview", "lead@naru.test", &all).await;
}

#[tokio::test]
async fn figures_freshen_without_a_jump_and_a_review_is_taken_by_the_keys_alone() {
    let app = demo().await;
    add_some(&app).await;
    let env = [("EMAIL", "lead@naru.test"), ("PASSWORD", DEMO_PASSWORD)];
    run_browser_script("desk_overview", &app.base, &env).await;
}
