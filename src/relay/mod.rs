//! The doorbell: whatever wakes a worker. It carries an id, never facts; the database is the truth.

mod doorbell;

pub use doorbell::{Doorbell, Ring};
