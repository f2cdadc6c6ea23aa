//! Balances: the last known one at once, a fresh one from one bank call for all who wait.

/// The balances of this process.
#[derive(Clone, Debug, Default)]
pub struct Balances {}
