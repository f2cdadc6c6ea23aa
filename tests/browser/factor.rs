//! A member of staff sets up a second factor and signs in with it, in a real browser.

use naru::models::kinds::Role;

use super::opened::expect_opened;
use crate::support::browser::run_browser_script;
use crate::support::people::PASSWORD;
use crate::support::phone_app::demanding;

#[tokio::test]
async fn a_second_factor_is_set_up_and_asked_for_with_the_keys_alone_and_seen_by_everybody() {
    let app = demanding().await;
    app.staff("ops@example.test", Role::Operator).await;
    // The app's time stands still, so the codes of the present step and of the one after it are right.
    let now = app.services.clock.now().timestamp().to_string();
    let env = [
        ("EMAIL", "ops@example.test"),
        ("PASSWORD", PASSWORD),
        ("NOW", now.as_str()),
    ];
    let opened = run_browser_script("factor", &app.base, &env).await;
    expect_opened("factor", &opened);
}
