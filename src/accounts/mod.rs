//! Members' bank accounts: linking them, and their balances.

pub mod balance;
