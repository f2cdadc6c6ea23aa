//! Announcements: what staff tell everybody, in both languages.
//!
//! ```text
//!   write ──▶ notices (a version) + notice_changes (who, when, what) ──▶ /notices, and while important a banner
//!   a new one ──▶ once for the form that it was written in (`desk/announcements.rs`)
//!   edit, end ──▶ compare-and-set on the version, and the next row of notice_changes
//! ```

pub mod board;
pub mod write;
