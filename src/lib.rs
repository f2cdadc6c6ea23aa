//! Naru: a self-hosted bank-account payment relay for Korea. Start reading in `transfers/`.

pub mod accounts;
pub mod bank;
pub mod clock;
pub mod config;
pub mod controllers;
pub mod db;
pub mod ids;
pub mod members;
pub mod models;
pub mod money;
pub mod partners;
pub mod relay;
pub mod security;
pub mod services;
pub mod transfers;
pub mod views;
pub mod workers;
