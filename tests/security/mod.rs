//! What keeps secrets secret, over the whole program.

mod door;
mod hosts;
mod keys;
pub mod routes;
mod things;
mod who;
