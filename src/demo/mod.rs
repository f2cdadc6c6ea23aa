//! Demo data for development: people, a partner, what it set up, linked accounts, and a history that the simulated bank
//! really wrote.
//!
//! Every step looks whether it is needed, so that a start which was cut off is completed by the next one.

mod announcements;
mod history;
pub mod many;
mod people;
mod shopfront;

use loco_rs::Result;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};

use crate::models::{mandates, partners, transfers, users};
use crate::services::Services;

/// The partner's demo key. It works in a development database only: production refuses `demo_data`.
pub const PARTNER_KEY: &str = "naru_sk_test_demo_0000000000000000000000000000";
const PASSWORD: &str = "naru-demo-1!";
const PARTNER: &str = "나루상점";

/// Seeds an empty database, or completes what an earlier start began.
///
/// # Errors
/// When the database or the simulated bank does not answer.
pub async fn seed_if_empty(services: &Services) -> Result<()> {
    let db = services.db.read();
    if users::Entity::find().count(db).await? == 0 {
        people::seed(services).await?;
    }
    let Some(partner) = partners::Entity::find()
        .filter(partners::Column::Name.eq(PARTNER))
        .one(db)
        .await?
    else {
        return Ok(());
    };
    let past = history::Past::new(services)?;
    if mandates::Entity::find()
        .filter(mandates::Column::PartnerId.eq(partner.id))
        .count(db)
        .await?
        == 0
    {
        people::link_accounts(&past, partner.id).await?;
    }
    shopfront::set_up(&past, partner.id).await?;
    if transfers::Entity::find()
        .filter(transfers::Column::PartnerId.eq(partner.id))
        .count(db)
        .await?
        == 0
    {
        history::write(&past, partner.id).await?;
    }
    shopfront::sell(&past, partner.id).await?;
    announcements::write(services).await
}

/// The demo logins, for the terminal.
#[must_use]
pub fn logins() -> String {
    let people: Vec<&str> = people::PEOPLE.iter().map(|person| person.email).collect();
    format!(
        "\n  demo       {}\n             password {PASSWORD}\n  partner    {PARTNER_KEY}\n",
        people.join("  ")
    )
}
