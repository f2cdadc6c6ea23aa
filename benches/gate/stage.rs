//! What is set up beside the program: a second partner, limits that nobody meets, a maintenance that holds everything back,
//! and a process of our own that looks at balances.

use std::time::Duration;

use loco_rs::environment::Environment;
use naru::bank::OUR_BANK;
use naru::bank::shares;
use naru::clock::Clock;
use naru::config::Settings;
use naru::ids::{KeyId, MandateId, PartnerId, Prefix, UserId, WindowId};
use naru::models::kinds::{MandateStatus, TransferState, WindowKind};
use naru::models::{bank_windows, mandates, partner_keys, partners, transfers};
use naru::partners::keys;
use naru::relay::Doorbell;
use naru::services::Services;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, DatabaseConnection, EntityTrait, IntoActiveModel, PaginatorTrait,
    QueryFilter,
};
use serde_json::{Value, json};

use crate::Failed;
use crate::arguments::Arguments;
use crate::program::Program;

/// The demo partner's key; it works in a development database only.
const DEMO_KEY: &str = "naru_sk_test_demo_0000000000000000000000000000";
const QUIET_KEY: &str = "naru_sk_test_quiet_000000000000000000000000000";
const MUCH_WON: i64 = 100_000_000_000;

/// A partner and what it charges by.
pub struct Shop {
    pub key: &'static str,
    pub mandate: String,
}

pub struct Stage {
    pub db: DatabaseConnection,
    pub flood: Shop,
    pub quiet: Shop,
    /// A process beside the program, with its own share of the bank.
    pub beside: Services,
}

impl Stage {
    pub async fn set(program: &Program, arguments: &Arguments) -> Result<Self, Failed> {
        let uri = program.database();
        let db = sea_orm::Database::connect(&uri).await?;
        let charged = mandates::Entity::find().filter(mandates::Column::Status.eq(MandateStatus::Active));
        let mut mandate = charged.one(&db).await?.ok_or("there is no mandate")?;
        mandates::Entity::update_many()
            .set(mandates::ActiveModel {
                daily_limit_won: Set(MUCH_WON),
                ..Default::default()
            })
            .exec(&db)
            .await?;
        let flood = Shop {
            key: DEMO_KEY,
            mandate: Prefix::Mandate.show(mandate.id.0),
        };
        let partner = partners::Entity::find_by_id(mandate.partner_id)
            .one(&db)
            .await?
            .ok_or("no partner")?;
        let quiet = partners::Model {
            id: PartnerId::new(),
            name: "조용한 상점".to_owned(),
            ..partner
        };
        (mandate.id, mandate.partner_id, mandate.daily_limit_won) = (MandateId::new(), quiet.id, MUCH_WON);
        let key = partner_keys::Entity::find().one(&db).await?.ok_or("no key")?;
        let key = partner_keys::Model {
            id: KeyId::new(),
            partner_id: quiet.id,
            key_hash: keys::hash(QUIET_KEY),
            hint: keys::hint(QUIET_KEY),
            mode: mandate.mode,
            scopes: keys::all_scopes(),
            ends_at: None,
            ..key
        };
        let mandate_id = Prefix::Mandate.show(mandate.id.0);
        quiet.into_active_model().reset_all().insert(&db).await?;
        key.into_active_model().reset_all().insert(&db).await?;
        mandate.into_active_model().reset_all().insert(&db).await?;
        rich(program).await?;
        Ok(Self {
            beside: beside(program, arguments, &db, &uri).await?,
            flood,
            quiet: Shop {
                key: QUIET_KEY,
                mandate: mandate_id,
            },
            db,
        })
    }

    /// Holds everything back until [`Self::open`].
    pub async fn close(&self) -> Result<(), Failed> {
        let now = Clock::system().now();
        let window = bank_windows::Model {
            id: WindowId::new(),
            bank_code: OUR_BANK.to_owned(),
            kind: WindowKind::Once,
            starts_at: now,
            ends_at: now + chrono::TimeDelta::hours(6),
            reason: "so that payments queue up".to_owned(),
            author_id: UserId::new(),
            version: 1,
            created_at: now,
            ended_at: None,
        };
        window.into_active_model().reset_all().insert(&self.db).await?;
        // Read by every process within half a second.
        tokio::time::sleep(Duration::from_secs(1)).await;
        Ok(())
    }

    pub async fn open(&self) -> Result<(), Failed> {
        let ended = bank_windows::ActiveModel {
            ended_at: Set(Some(Clock::system().now())),
            ..Default::default()
        };
        bank_windows::Entity::update_many().set(ended).exec(&self.db).await?;
        Ok(())
    }

    /// All that is unknown is due to be asked about now.
    pub async fn ask_about_all(&self) -> Result<(), Failed> {
        let due = transfers::ActiveModel {
            next_check_at: Set(Some(Clock::system().now())),
            ..Default::default()
        };
        transfers::Entity::update_many()
            .set(due)
            .filter(transfers::Column::State.eq(TransferState::Unknown))
            .exec(&self.db)
            .await?;
        Ok(())
    }

    pub async fn count(&self, states: &[TransferState]) -> Result<u64, Failed> {
        let query = transfers::Entity::find().filter(transfers::Column::State.is_in(states.iter().copied()));
        Ok(query.count(&self.db).await?)
    }
}

/// Nobody runs out of money.
async fn rich(program: &Program) -> Result<(), Failed> {
    let (client, url) = (reqwest::Client::new(), format!("{}/_sim/accounts", program.bank_url()));
    let accounts: Value = client.get(&url).send().await?.json().await?;
    for account in accounts["data"].as_array().into_iter().flatten() {
        let rich = json!({ "account": account["account"], "balance_won": MUCH_WON });
        client.post(&url).json(&rich).send().await?;
    }
    Ok(())
}

async fn beside(
    program: &Program,
    arguments: &Arguments,
    db: &DatabaseConnection,
    uri: &str,
) -> Result<Services, Failed> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("config");
    let config = Environment::Development.load_from_folder(&folder)?;
    let mut settings = Settings::from_config(&config, false)?;
    settings.bank.url = program.bank_url();
    settings.bank.calls_per_sec = arguments.budget;
    let (doorbell, _) = Doorbell::new();
    let services = Services::open(settings, (db.clone(), uri), Clock::system(), doorbell).await?;
    shares::renew(&services).await?;
    tokio::spawn(shares::keep(services.clone()));
    Ok(services)
}
