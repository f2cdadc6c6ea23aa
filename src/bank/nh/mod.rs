//! NH NongHyup's Open API: the client, the wire's spelling, the meaning of its codes.
//!
//! ```text
//!   our request ─ bodies ─▶ wire + header ─ http ─▶ NH
//!   our outcome ◀─ answers + codes ─ wire ◀─ http ─┘     record keeps both, masked
//! ```

mod answers;
mod bodies;
mod client;
pub mod codes;
mod header;
mod http;
mod record;
pub mod wire;

pub use client::{Client, ClientError};
