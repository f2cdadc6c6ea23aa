//! What the tests share.

pub mod app;
pub mod broker;
pub mod browser;
pub mod clock;
mod hooks;
pub mod http;
pub mod leaks;
pub mod line;
mod locks;
mod mysql;
pub mod people;
pub mod phone;
pub mod phone_app;
pub mod program;
pub mod receiver;
pub mod redis;
pub mod servers;
mod sqlite;
pub mod visitor;
