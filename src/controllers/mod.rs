//! Thin edges: parse, call one verb of the domain, render. They hold no rule.

pub mod api;
pub mod cookies;
pub mod csrf;
pub mod extractors;
pub mod local_path;
pub mod member_api;
pub mod notice;
pub mod pages;
pub mod web;
