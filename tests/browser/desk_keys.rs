//! The desk with the keys alone, and its bar of newer rows.

use naru::models::kinds::Role;

use crate::support::app;
use crate::support::browser::run_browser_script;
use crate::support::people::PASSWORD;

#[tokio::test]
async fn the_desk_is_walked_by_keys_that_can_be_switched_off_and_told_of_newer_rows_without_a_jump() {
    let app = app::wish().without_workers().start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    app.staff("cs@example.test", Role::Cs).await;
    let env = [
        ("EMAIL", "cs@example.test"),
        ("PASSWORD", PASSWORD),
        ("KEY", shop.api.key.as_str()),
        ("MANDATE", mandate.as_str()),
    ];
    run_browser_script("desk_keys", &app.base, &env).await;
}
