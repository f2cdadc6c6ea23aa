//! The pages of a partner's console.

pub mod deeds;
pub mod delivery;
pub mod event;
pub mod events;
pub mod home;
pub mod key;
pub mod key_made;
pub mod key_new;
pub mod keys;
pub mod payment;
pub mod payments;
pub mod settings;
pub mod webhook;
pub mod webhook_form;
pub mod webhook_secret;
pub mod webhooks;
