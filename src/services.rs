//! What the verbs of the domain work with: database, bank, clock, keys. One per process, cheap to clone.

use std::ops::Deref;
use std::sync::Arc;

use sea_orm::DatabaseConnection;

use crate::accounts::balance::Balances;
use crate::bank::calendar::Calendar;
use crate::bank::gate::Gate;
use crate::bank::nh;
use crate::bank::shares::Shares;
use crate::bank::timed::Timed;
use crate::cache::Cache;
use crate::clock::Clock;
use crate::config::Settings;
use crate::db::Database;
use crate::desk::dead_counts::DeadCounts;
use crate::members::SignIns;
use crate::metrics::Metrics;
use crate::notices::board::Board;
use crate::notifications::live::Live;
use crate::notifications::sms::Sms;
use crate::notifications::webhooks::{Lookup, Webhooks};
use crate::partners::uses::KeyUses;
use crate::relay::Doorbell;
use crate::security::sealed::Sealer;
use crate::status::Looks;
use crate::transfers::backlog::Backlog;
use crate::transfers::fair::Circle;
use crate::transfers::in_use::KeysInUse;

/// The shared services of this process.
#[derive(Clone)]
pub struct Services(Arc<Parts>);

pub struct Parts {
    pub settings: Settings,
    pub db: Database,
    /// The bank behind its gate.
    pub bank: Gate,
    /// When the bank does not work.
    pub calendar: Calendar,
    /// What of the bank's limits is this process's.
    pub shares: Shares,
    /// Whose transfer is next.
    pub circle: Circle,
    /// What waited for the bank a moment ago.
    pub backlog: Backlog,
    pub clock: Clock,
    pub doorbell: Doorbell,
    pub sealer: Sealer,
    pub cache: Cache,
    pub balances: Balances,
    /// The pages that are open just now.
    pub live: Live,
    pub keys_in_use: KeysInUse,
    /// Which keys of partners were used here.
    pub key_uses: KeyUses,
    pub sign_ins: SignIns,
    pub sms: Sms,
    /// Where partners are told.
    pub webhooks: Webhooks,
    pub metrics: Metrics,
    /// What is told to everybody.
    pub board: Board,
    /// How things were a moment ago.
    pub looks: Looks,
    /// How many dead letters there were a moment ago.
    pub dead_counts: DeadCounts,
}

/// What the program learns from the machine around it, injected so that a test decides it: the time, and the addresses of
/// names. A clock alone goes with the machine's own lookup.
#[derive(Clone)]
pub struct Outside {
    pub clock: Clock,
    pub lookup: Lookup,
}

impl From<Clock> for Outside {
    fn from(clock: Clock) -> Self {
        Self {
            clock,
            lookup: Lookup::system(),
        }
    }
}

impl Services {
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    /// Opens the services of a process over the pool that Loco opened, at this address.
    ///
    /// # Errors
    /// When a key cannot be used, the bank's or Redis' address cannot, or the database's writing side does not open.
    pub async fn open(
        settings: Settings,
        (pool, uri): (DatabaseConnection, &str),
        outside: impl Into<Outside>,
        doorbell: Doorbell,
    ) -> loco_rs::Result<Self> {
        let Outside { clock, lookup } = outside.into();
        let client = nh::Client::new(&settings.bank, &settings.bank_url()).map_err(loco_rs::Error::wrap)?;
        let security = &settings.security;
        let sealer = security.sealer().map_err(loco_rs::Error::wrap)?;
        let cache = Cache::new(&settings.cache).map_err(loco_rs::Error::wrap)?;
        let metrics = Metrics::new(clock.now());
        let bank = Timed::new(Arc::new(client), metrics.clone());
        let sms = Sms::new(&settings.sms, clock.clone(), metrics.clone()).map_err(loco_rs::Error::wrap)?;
        let webhooks = Webhooks::new(&settings.webhooks, lookup).map_err(loco_rs::Error::wrap)?;
        let calendar = Calendar::new(&settings.bank.maintenance, clock.clone());
        let db = Database::open(pool, uri).await?;
        let live = Live::new(cache.clone(), metrics.clone());
        let hub = live.clone();
        db.tell_of_commits(move |changes| hub.tell(changes));
        Ok(Self::new(Parts {
            db,
            bank: Gate::by_calendar(Arc::new(bank), &settings.bank, Some(calendar.clone())),
            calendar,
            shares: Shares::default(),
            circle: Circle::default(),
            backlog: Backlog::default(),
            clock,
            doorbell,
            balances: Balances::new(cache.clone()),
            live,
            keys_in_use: KeysInUse::default(),
            key_uses: KeyUses::default(),
            sign_ins: SignIns::new(security, cache.clone(), sealer.clone()),
            cache,
            sealer,
            sms,
            webhooks,
            settings,
            metrics,
            board: Board::default(),
            looks: Looks::default(),
            dead_counts: DeadCounts::default(),
        }))
    }
}

impl Deref for Services {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
