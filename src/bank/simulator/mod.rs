//! A bank of our own that speaks NH's wire over real HTTP and keeps a durable ledger.
