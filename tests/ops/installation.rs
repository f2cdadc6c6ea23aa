//! A database holds play money or real money, never both.

use naru::installation::{self, NotThisDatabase};
use naru::models::installation as row;
use naru::models::kinds::Mode;
use naru::relay::Doorbell;
use naru::services::Services;
use sea_orm::EntityTrait;

use crate::support::app;

#[tokio::test]
async fn a_database_that_was_begun_with_play_money_is_refused_to_real_money() {
    let app = app::wish().without_workers().start().await;
    let db = app.services.db.read();
    let begun = row::Entity::find().all(db).await.unwrap();
    assert_eq!(begun.iter().map(|row| row.mode).collect::<Vec<_>>(), [Mode::Test]);
    installation::claim(&app.services)
        .await
        .expect("a second start is no other");

    let mut settings = app.services.settings.clone();
    settings.bank.sandbox = false;
    let database = (db.clone(), app.database_uri());
    let (doorbell, _) = Doorbell::new();
    let real = Services::open(settings, database, app.clock.clock(), doorbell)
        .await
        .unwrap();
    let refused = installation::claim(&real).await.unwrap_err();
    assert!(
        matches!(
            refused,
            NotThisDatabase::OtherMode {
                wanted: Mode::Live,
                begun: Mode::Test
            }
        ),
        "{refused}"
    );
    let told = refused.to_string();
    assert!(
        told.contains("settings.bank.sandbox is false") && told.contains("begun with true"),
        "{told}"
    );
    assert_eq!(row::Entity::find().all(db).await.unwrap(), begun);
}
