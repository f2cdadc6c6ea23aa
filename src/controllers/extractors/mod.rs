//! Who is asking, in which language, from where: read from the request, once, before a handler runs.

pub mod address;
pub mod door;
pub mod frame;
pub mod htmx;
pub mod partner_user;
pub mod peer;
pub mod services;
pub mod session;
