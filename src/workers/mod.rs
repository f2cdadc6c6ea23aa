//! Workers: shells that take an id, call one verb, and say what came of it. They hold no rule.

pub mod execute_transfer;
pub mod inquire_transfer;
