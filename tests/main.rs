//! The one integration test binary: every folder here is a module of it, so that all tests link once.

#![cfg(test)]

mod api;
mod bank;
mod browser;
mod compose;
mod config;
mod cs;
mod db;
mod demo;
mod examples;
mod fault_points;
mod gate;
mod live;
mod on_servers;
mod ops;
mod partner;
mod readme;
mod security;
mod simulator;
mod sms;
mod support;
mod templates;
mod tidy;
mod transfers;
mod verify;
mod web;
mod webhooks;
