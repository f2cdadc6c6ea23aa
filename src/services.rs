//! What the verbs of the domain work with: database, bank, clock, keys. One per process, cheap to clone.

use std::ops::Deref;
use std::sync::Arc;

use crate::accounts::balance::Balances;
use crate::bank::Bank;
use crate::clock::Clock;
use crate::config::Settings;
use crate::db::Database;
use crate::members::SignIns;
use crate::relay::Doorbell;
use crate::security::sealed::Sealer;

/// The shared services of this process.
#[derive(Clone)]
pub struct Services(Arc<Parts>);

pub struct Parts {
    pub settings: Settings,
    pub db: Database,
    pub bank: Arc<dyn Bank>,
    pub clock: Clock,
    pub doorbell: Doorbell,
    pub sealer: Sealer,
    pub balances: Balances,
    pub sign_ins: SignIns,
}

impl Services {
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }
}

impl Deref for Services {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
