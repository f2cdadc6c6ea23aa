//! What keeps secrets secret, over the whole program.

mod door;
mod hosts;
mod keys;
mod routes;
mod things;
mod who;
