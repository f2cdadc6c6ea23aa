//! The schema, one step each. Every step runs on SQLite and on MySQL / MariaDB.

pub use sea_orm_migration::prelude::*;

mod columns;
mod m20261125_000001_people;
mod m20261125_000002_partners;
mod m20261125_000003_bank_accounts;
mod m20261125_000004_mandates;
mod m20261125_000005_transfers;
mod m20261125_000006_transfer_events;
mod m20261125_000007_bank_calls;
mod m20261125_000008_idempotency_keys;
mod m20261126_000009_daily_usage;
mod m20261126_000011_partner_events;
mod m20261126_000012_notices;
mod m20261126_000013_account_consents;
mod m20261126_000014_mandate_consents;
mod m20261126_000015_checkouts;
mod m20261126_000016_webhooks;
mod m20261126_000017_partner_audit;
mod m20261126_000018_installation;
mod m20261126_000019_desk;
mod m20261126_000022_desk_actions;
mod m20261126_000023_factors;
mod m20261126_000025_overview;
mod m20261126_000025_reviews;
mod m20261126_000026_shortcuts;
mod m20261127_000030_gate;
mod m20261127_000031_live;

mod turn;

/// The schema's steps, made by one process at a time.
pub struct Migrator;

struct Steps;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        Steps::migrations()
    }

    async fn up<'c, C>(db: C, steps: Option<u32>) -> Result<(), DbErr>
    where
        C: IntoSchemaManagerConnection<'c>,
    {
        let db = db.into_database_executor();
        match turn::take(&db).await? {
            Some(turn) => {
                let migrated = Steps::up(db, steps).await;
                turn::give_back(turn).await?;
                migrated
            }
            None => Steps::up(db, steps).await,
        }
    }
}

#[async_trait::async_trait]
impl MigratorTrait for Steps {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261125_000001_people::Migration),
            Box::new(m20261125_000002_partners::Migration),
            Box::new(m20261125_000003_bank_accounts::Migration),
            Box::new(m20261125_000004_mandates::Migration),
            Box::new(m20261125_000005_transfers::Migration),
            Box::new(m20261125_000006_transfer_events::Migration),
            Box::new(m20261125_000007_bank_calls::Migration),
            Box::new(m20261125_000008_idempotency_keys::Migration),
            Box::new(m20261126_000009_daily_usage::Migration),
            Box::new(m20261126_000011_partner_events::Migration),
            Box::new(m20261126_000012_notices::Migration),
            Box::new(m20261126_000013_account_consents::Migration),
            Box::new(m20261126_000014_mandate_consents::Migration),
            Box::new(m20261126_000015_checkouts::Migration),
            Box::new(m20261126_000016_webhooks::Migration),
            Box::new(m20261126_000017_partner_audit::Migration),
            Box::new(m20261126_000018_installation::Migration),
            Box::new(m20261126_000019_desk::Migration),
            Box::new(m20261126_000022_desk_actions::Migration),
            Box::new(m20261126_000025_overview::Migration),
            Box::new(m20261126_000025_reviews::Migration),
            Box::new(m20261126_000023_factors::Migration),
            Box::new(m20261126_000026_shortcuts::Migration),
            Box::new(m20261127_000030_gate::Migration),
            Box::new(m20261127_000031_live::Migration),
        ]
    }
}
