//! Naru: a self-hosted bank-account payment relay for Korea. Start reading in `transfers/`.

pub mod accounts;
pub mod app;
pub mod bank;
pub mod clock;
pub mod config;
pub mod controllers;
pub mod db;
pub mod demo;
pub mod fault;
pub mod ids;
pub mod members;
pub mod models;
pub mod money;
pub mod notifications;
pub mod partners;
pub mod plain_text;
pub mod relay;
pub mod run;
pub mod security;
pub mod serve;
pub mod services;
pub mod tasks;
pub mod transfers;
pub mod verify;
pub mod views;
pub mod workers;
