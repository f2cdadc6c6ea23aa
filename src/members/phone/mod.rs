//! Phone numbers, and showing that one is in somebody's hands.
//!
//! ```text
//!   number typed ─▶ limits ─▶ a code, its keyed hash in the cache ─▶ SMS ─▶ ticket: "asked", with the number, sealed
//!   code typed ───▶ compared, counted and taken in one step ─▶ ticket: "proven", ten minutes, bound to its purpose
//!   ticket used ──▶ sign-up: the unique index of the number · new password: bound to the hash that it replaces
//! ```
//!
//! Everything until the right code is the same for a number that somebody here has and for one that nobody has: limits,
//! the SMS, the answers, their time. Only who holds the phone learns more.

mod checking;
pub mod codes;
mod limits;
pub mod network;
mod number;
pub mod tickets;

pub use number::{PhoneNumber, tail_digits, tail_index};

/// What a code, and a ticket, is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    SignUp,
    /// A forgotten password.
    NewPassword,
    /// Another number in the place of a member's.
    NewNumber,
}

impl Purpose {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SignUp => "sign_up",
            Self::NewPassword => "new_password",
            Self::NewNumber => "new_number",
        }
    }
}
