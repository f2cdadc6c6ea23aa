//! What people see: typed page contexts, the template engine, texts in two languages, embedded assets.
//!
//! A controller fills a page's struct (`web`, `cs`, `partner`, `errors`), describes the request in a [`frame::PageFrame`], and
//! asks [`templates::Templates`] for HTML. Nothing here reads the database or decides anything about money.
//!
//! Every page has `samples()`, one per state it can be in; `tests/templates.rs` renders them all in both languages.

pub mod api;
pub mod assets;
pub mod balance;
pub mod checkout;
pub mod cs;
pub mod csv;
pub mod docs;
pub mod errors;
mod example;
pub mod filters;
pub mod form;
pub mod frame;
pub mod i18n;
pub mod live;
pub mod page;
pub mod paging;
pub mod partner;
pub mod qr;
pub mod samples;
pub mod security_headers;
mod spoken;
pub mod stamp;
pub mod templates;
pub mod transfer;
pub mod web;
pub mod words;
