//! Announcements: what staff tell everybody, in both languages.
//!
//! ```text
//!   write ──▶ notices (a version) + notice_changes (who, when, what) ──▶ /notices, and while important a banner
//!   edit, end ──▶ compare-and-set on the version, and the next row of notice_changes
//! ```

pub mod board;
pub mod write;
